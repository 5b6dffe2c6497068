# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# With exercisers inside of the kernel: the program killed, the module unloaded.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
# A debug kernel needs a minute for a round.
rounds=${rounds:-$(long && echo 10 || echo 1)}
few='--drivers=cbc-aes-aesni,rfc4106-gcm-aesni,cryptd*cbc*aesni*'

is() { cryptorture status --json | grep -q "\"state\":\"$1\""; }
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
	# On a slow machine before its first poll: then it is just not loaded; or in the
	# midst of one.
	check "unloaded, $round: the program ends and says why" sh -c \
		"cat out err; test $status -ne 1 && cat out err | grep -Eq 'unload|is not loaded|went away'"
	check "unloaded, $round: it loads again" modprobe cryptorture
done
status=0
cryptorture run "$few" --for 8s >out 2>err || status=$?
check "and a new run works again" works
check "no thread of ours is left, but the one that waits for work" \
	same "$(cat /proc/[0-9]*/comm 2>/dev/null | grep '^cryptorture/')" cryptorture/job

# The process of the exercisers dies: the run, the program and its files go on.
# Not a short-lived fork of it.
exercisers() {
	local process
	for process in $(pidof cryptorture-ex); do
		[ "$(cut -d ' ' -f 4 "/proc/$process/stat" 2>/dev/null)" != "$program" ] || echo "$process"
	done | grep .
}
others() { now=$(exercisers) && [ "$now" != "$first" ]; }
cryptorture run "$few" --for 120s --out /tmp/died --json >out 2>err &
program=$!
check "exercisers are a process of their own" soon exercisers
first=$(exercisers)
kill -SEGV "$first"
# On a slow machine that takes long, and there are none after the run.
check "exercisers that died: there are others" soon others
sleep 4
kill -INT $program
status=0
wait $program || status=$?
check "exercisers that died: it is said, with the signal" matches err 'the process of the exercisers died of signal 11 .*it is started again'
check "exercisers that died: neither CLEAN nor CORRUPT" same "$status" 3
check "exercisers that died: the verdict counts it" grep -q '"type":"verdict".*"exerciser_deaths":1' out
check "exercisers that died: the files are whole" grep -q '"ended":true.*"exerciser_deaths":1' died/run.json
status=0
cryptorture report died --full >again 2>err || status=$?
check "exercisers that died: report says the same" same "$status" 3
check "exercisers that died: report, too" cmp died/report.txt again
check "exercisers that died: none is left" soon no_process

# The program crashes after a mismatch: the folder has what was found, and the kernel log the
# first mismatches at once and the verdict at the end.
dmesg -c >clear
cryptorture run "$few" --inject-every 500 --for 10s --out /tmp/crashed >out 2>err &
program=$!
soon test -s crashed/mismatches.jsonl
kill -SEGV $program
wait $program 2>/dev/null
in_log() { dmesg | grep -q "$1"; }
check "a crash: the kernel log has the first mismatch" in_log 'cryptorture: mismatch 1 of run [0-9]*: '
check "a crash: and what the verdict will be" in_log 'cryptorture: run [0-9]*: verdict CORRUPT so far: seed=0x'
status=0
cryptorture report crashed >again 2>err || status=$?
check "a crash: the folder is whole as far as it goes" same "$status" 1
check "a crash: no exerciser is left" soon no_process
check "a crash: the run goes on to its verdict" soon in_log 'cryptorture: verdict CORRUPT: run='

# Two short runs: the second one's mismatches are in the log as well.
dmesg -c >clear
for round in 1 2; do
	cryptorture run --drivers 'cbc(aes-generic)' --exercisers 0 --inject-every 50 --until-mismatch --for 20s >out 2>err
done
logged() { dmesg | grep -o 'mismatch [0-9]* of run [0-9]*' | grep -o '[0-9]*$' | sort -u | wc -l; }
check "two short runs: both are in the kernel log" same "$(logged)" 2

# More threads than this user may have, and hardly any memory for them.
status=0
(ulimit -u 3; exec setpriv --reuid=0 cryptorture run "$few" --exercisers 16 --for 2s) >out 2>err || status=$?
check "too few threads allowed: a verdict, or a sentence" test "$status" -eq 0 -o "$status" -eq 3 -o -s err
soon sh -c '! cryptorture status --json | grep -q "\"state\":\"running\""'

# A CPU goes away under its pinned threads.
cryptorture run "$few" --for 12s >out 2>err &
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
