# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Starting, detaching, coming back, stopping, unloading, losing CPUs.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
two=--drivers=cbc-aes-aesni,rfc4106-gcm-aesni
little=("$two" --load 30%) # of the machine, for others want some
kernel=$(uname -r)
ok() { CT_PASSED=$((CT_PASSED + 1)); printf 'ok %s: %s\n' "${kernel%%-*}$CT_MODE" "$1"; }
CT_MODE=$(grep -o preempt=full /proc/cmdline)

# The state of the run, and nothing else.
state() { cryptorture status --json | sed -E 's/.*"state":"([a-z]+)".*/\1/'; }
is() { [ "$(state)" = "$1" ]; }
# The first of that name: the run's own.
number() { grep -oE "\"$1\":[0-9]+" <<<"$2" | head -n 1 | cut -d: -f2; }

has_run() { [ "$(number operations "$(cryptorture status --json)")" -gt "$1" ]; }

check "before any run, status says so" matches <(cryptorture status 2>&1) 'no run'
refuse "stop without a run is refused" 'no run is active' 2 cryptorture stop

check "start returns at once" cryptorture start "${little[@]}" --for 60s
check "status finds the run" is running
refuse "a second run is refused" 'is active since .* end it with .cryptorture stop' 2 cryptorture run --for 1s
refuse "and so is a second start" 'is active since' 2 cryptorture start
refuse "bench does not measure beside a run" 'is active since' 2 cryptorture bench "$two"
soon has_run 5000
status=0
cryptorture stop >report 2>&1 || status=$?
check "stop gives the verdict and its status" matches report '^(CLEAN|INCONCLUSIVE): '
check "a stopped run's status is a verdict's" test "$status" -eq 0 -o "$status" -eq 3
check "after it, status still shows the verdict" matches <(cryptorture status) '^(CLEAN|INCONCLUSIVE): '

# Ctrl-C ends the run, and reports.
cryptorture run "${little[@]}" --for 60s --json >out 2>err &
program=$!
soon is running
sleep 2
kill -INT $program
status=0
wait $program || status=$?
check "Ctrl-C: the run has ended" is ended
check "Ctrl-C: the verdict is there" matches out '"type":"verdict"'
check "Ctrl-C: the status is the verdict's" test "$status" -eq 0 -o "$status" -eq 3
check "Ctrl-C: and it says why" matches out '"end":"stopped"'

# The terminal is closed, or the program killed: the run goes on.
for signal in HUP KILL; do
	cryptorture run "${little[@]}" --for 60s >out 2>err &
	program=$!
	soon is running
	kill -$signal $program
	wait $program 2>/dev/null
	check "SIG$signal: the run goes on" is running
	cryptorture stop >out 2>err
	check "SIG$signal: and can be stopped" matches out '^(CLEAN|INCONCLUSIVE): '
done

# Nobody reads the output.
status=0
cryptorture run "${little[@]}" --for 1s --json 2>err | true
check "a closed pipe harms nobody" soon sh -c '! cryptorture status --json | grep -q "\"state\":\"running\""'

# A CPU goes and comes in mid-run.
cryptorture start --load 50% --for 60s --seed 3 >out 2>err
sleep 1
for round in 1 2 3; do
	echo 0 >/sys/devices/system/cpu/cpu1/online
	sleep 0.5
	echo 1 >/sys/devices/system/cpu/cpu1/online
	sleep 0.5
done
check "hotplug: the run goes on after $round rounds" is running
before=$(cryptorture status --json)
sleep 1
after=$(cryptorture status --json)
check "hotplug: and does its work" test "$(number operations "$after")" -gt "$(number operations "$before")"
cryptorture stop >out 2>err
check "hotplug: no mismatch" matches out '^(CLEAN|INCONCLUSIVE): no mismatch'
echo 0 >/sys/devices/system/cpu/cpu1/online
refuse "a CPU that is offline is refused" 'CPU' 2 cryptorture run --cpus 1 --for 1s
cryptorture run "${little[@]}" --for 3s >out 2>err
check "a run on the CPUs that are left" matches out '^(CLEAN|INCONCLUSIVE): no mismatch'
check "and on no other" matches out ' on CPUs? 0(,2)?, '
echo 1 >/sys/devices/system/cpu/cpu1/online

# The module goes in mid-run, again and again. With all drivers that takes half a minute more.
chosen=()
long || chosen=("$two")
for round in 1 2 $(! long || echo 3 4 5); do
	cryptorture start "${chosen[@]}" --load 50% --for 60s >out 2>err
	sleep "0.$round"
	check "unloading in mid-run, $round" rmmod cryptorture
	check "loading again, $round" modprobe cryptorture
done
cryptorture run "${little[@]}" --for 60s >out 2>err &
program=$!
soon is running
rmmod cryptorture
status=0
wait $program || status=$?
check "the program ends when the module goes" test "$status" -eq 0 -o "$status" -eq 2 -o "$status" -eq 3
check "and says why" sh -c 'cat out err | grep -Eq "unload"'
check "no thread of ours is left" sh -c '! ps | grep -q "[c]ryptorture/"'
finish
