# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Runs that lose the CPUs they are on: all of them, all but one, those that the module's
# threads stand on; and a suspend, which parks all but one. The host goes on, and so does
# the run, with a word.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
# A CPU that is held for 4 s is a soft lockup then, and vm/run reports it.
echo 2 >/proc/sys/kernel/watchdog_thresh
few=cbc-aes-aesni,rfc4106-gcm-aesni

set_online() {
	local cpu
	for cpu in $2; do
		echo "$1" >"/sys/devices/system/cpu/cpu$cpu/online" || return
	done
}
# A number of the status, within 5 s.
status_of() { timeout 5 cryptorture status --json | sed -nE "s/.*\"$1\":\"?([a-z0-9]+).*/\\1/p"; }
# More operations than there were: within 20 s.
goes_on() {
	local before n
	before=$(status_of operations)
	for n in $(seq 40); do
		sleep 0.5
		[ "$(status_of operations)" -le "$before" ] || return 0
	done
	echo "still $before operations after $n looks"
	return 1
}

# lose NAME "CPU..." OPTION...: a run that loses these CPUs for 5 s.
lose() {
	local name=$1 cpus=$2 status=0
	shift 2
	forget_log
	cryptorture start --drivers "$few" --for 120s "$@" >out 2>err || status=$?
	check "$name: the run begins" same "$status" 0
	goes_on >/dev/null
	check "$name: CPUs $cpus go" set_online 0 "$cpus"
	sleep 5
	check "$name: the status is there" same "$(status_of state)" running
	check "$name: CPUs $cpus come back" set_online 1 "$cpus"
	check "$name: the run goes on" goes_on
	status=0
	timeout 20 cryptorture stop >out 2>err || status=$?
	check "$name: it can be stopped" sh -c "[ $status = 0 ] || [ $status = 3 ]"
}

loads=1%
! long || loads='100% 1%'
for load in $loads; do
	lose "$load: the only CPU of the run" 1 --cpus 1 --load "$load"
	check "$load: and the kernel log says so" sh -c \
		'dmesg | grep -q "cryptorture: run [0-9]*: none of its CPUs is online: it goes on when one comes back"'
	lose "$load: both CPUs of the run" "2 1" --cpus 1-2 --load "$load"
	lose "$load: all but CPU 0" "1 2" --load "$load"
	lose "$load: all but CPU 0, the other way round" "2 1" --load "$load"
done

# Nobody brings it back: the run ends at its time.
cryptorture start --drivers "$few" --for 6s --cpus 1 >out 2>err
sleep 1
set_online 0 1
sleep 7
check "a run whose CPU stays away ends at its time" same "$(status_of state)" ended
set_online 1 1

# All but CPU 0 are parked for 5 s, which the kernel itself spends waiting, and the program
# is frozen.
echo 10 >/proc/sys/kernel/watchdog_thresh
if [ -e /sys/power/pm_test ] && grep -q mem /sys/power/state; then
	cryptorture run --drivers "$few" --for 25s >out 2>err &
	program=$!
	sleep 3
	echo processors >/sys/power/pm_test
	check "suspend: the machine goes and comes back" sh -c 'echo mem >/sys/power/state'
	echo none >/sys/power/pm_test
	check "suspend: the run goes on" goes_on
	status=0
	wait "$program" || status=$?
	check "suspend: and ends without a mismatch" sh -c "[ $status = 0 ] || [ $status = 3 ]"
else
	ok "suspend # not in this kernel"
fi
finish
