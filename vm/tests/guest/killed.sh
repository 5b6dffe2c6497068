# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# With exercisers inside of the kernel: the program killed, the module unloaded.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
# A debug kernel needs a minute for a round.
rounds=${rounds:-10}
without_selftests
few='--drivers=cbc-aes-aesni,rfc4106-gcm-aesni,cryptd*cbc*aesni*'

is() { cryptorture status --json | grep -q "\"state\":\"$1\""; }
soon() {
	local n
	for n in $(seq 300); do
		"$@" >/dev/null 2>&1 && return
		sleep 0.1
	done
	echo "not within 30 s: $*"
	return "$n"
}
no_process() { ! pidof cryptorture >/dev/null; }

# On a slow machine 8 s may not be enough for all that a CLEAN asks for.
works() {
	[ "$status" -eq 0 ] || [ "$status" -eq 3 ] || { echo "status $status"; cat err; return 1; }
	matches out '^(CLEAN|INCONCLUSIVE): no mismatch in [0-9,]{5,} operations'
}

RANDOM=7
for ((round = 1; round <= rounds; round++)); do
	cryptorture run "$few" --exercisers 2 --for 60s >out 2>err &
	program=$!
	# Also before the run has begun.
	sleep "$((RANDOM % 3)).$((RANDOM % 10))"
	kill -KILL $program
	wait $program 2>/dev/null
	check "killed, $round: no process is left" soon no_process
	if is running; then
		check "killed, $round: the run can be stopped" soon sh -c 'cryptorture stop >out 2>err; ! cryptorture status --json | grep -q "\"state\":\"running\""'
		check "killed, $round: and had no mismatch" sh -c '! grep -q CORRUPT out'
	fi
done
status=0
cryptorture run "$few" --for 8s >out 2>err || status=$?
check "after all of that, a new run works" works

for ((round = 1; round <= rounds; round++)); do
	cryptorture run "$few" --exercisers 2 --for 60s >out 2>err &
	program=$!
	check "unloaded, $round: it runs" soon is running
	sleep "0.$((RANDOM % 10))"
	check "unloaded, $round: in mid-run" rmmod cryptorture
	status=0
	wait $program || status=$?
	# On a slow machine before its first look: then it is just not loaded; or in the
	# midst of one.
	check "unloaded, $round: the program ends and says why" sh -c \
		"cat out err; test $status -ne 1 && cat out err | grep -Eq 'unload|is not loaded|went away'"
	check "unloaded, $round: it loads again" modprobe cryptorture
done
status=0
cryptorture run "$few" --for 8s >out 2>err || status=$?
check "and a new run works again" works
check "no thread of ours is left" sh -c '! ps | grep -q "[c]ryptorture/"'

# A single exerciser that dies takes the program along, not the run.
cryptorture run "$few" --for 60s >out 2>err &
program=$!
soon is running
sleep 1
for thread in /proc/"$program"/task/*; do
	[ "${thread##*/}" = "$program" ] || break
done
kill -KILL "${thread##*/}"
wait $program 2>/dev/null
check "a killed exerciser: the run goes on" is running
cryptorture stop >out 2>err
check "a killed exerciser: and is no corruption" sh -c '! grep -q CORRUPT out'

# More threads than this user may have, and hardly any memory for them.
status=0
(ulimit -u 3; exec setpriv --reuid=0 cryptorture run "$few" --exercisers 16 --for 2s) >out 2>err || status=$?
check "too few threads allowed: a verdict, or a sentence" test "$status" -eq 0 -o "$status" -eq 3 -o -s err
soon sh -c '! cryptorture status --json | grep -q "\"state\":\"running\""'

# A CPU goes away under its pinned threads.
cryptorture run "$few" --for 20s >out 2>err &
program=$!
soon is running
for round in 1 2 3 4; do
	echo 0 >/sys/devices/system/cpu/cpu1/online
	sleep 0.7
	echo 1 >/sys/devices/system/cpu/cpu1/online
	sleep 0.7
done
status=0
wait $program || status=$?
check "CPUs that go and come under exercisers: no mismatch after $round rounds" test "$status" -eq 0 -o "$status" -eq 3
finish
