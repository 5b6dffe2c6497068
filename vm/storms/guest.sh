# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# In the guest: loading and unloading, losing CPUs, and mismatches without end.
#   guest.sh LOADS HOTPLUGS FLOOD-SECONDS
# shellcheck source=../tests/lib.sh
. /root/lib.sh
cd /tmp || exit 2
loads=$1 hotplugs=$2 flood=$3
mkdir -p /out
without_selftests
# A CPU that is held for 8 s is a soft lockup then, and vm/run reports it.
echo 4 >/proc/sys/kernel/watchdog_thresh
online=$(cat /sys/devices/system/cpu/online)
few=cbc-aes-aesni,rfc4106-gcm-aesni
CT_SOON=60

# But the one that waits for work, as long as the module is there.
threads() { cat /proc/[0-9]*/comm 2>/dev/null | grep '^cryptorture/' | grep -cvx cryptorture/job; }
running() { cryptorture status --json 2>/dev/null | grep -q '"state":"running"'; }
seconds() { cut -d' ' -f1 /proc/uptime | tr -d .; }

# One load with a run that begins with it or right after it, and one unload in its midst.
RANDOM=5
cycle() {
	case $(($1 % 4)) in
	0) modprobe cryptorture && cryptorture start --drivers "$few" --for 1h >out 2>err ;;
	1) modprobe cryptorture run_seconds=3600 drivers="${few//,/;}" disturb=31 ;;
	*) modprobe cryptorture run_seconds=3600 drivers=cbc-aes-aesni disturb=$((RANDOM % 32)) ;;
	esac || {
		echo "storms: load $1: $(cat err)" >&2
		rmmod cryptorture
		return 1
	}
	sleep "0.0$((RANDOM % 10))"
	rmmod cryptorture
}
storm_of_loads() {
	local n ended=0 failed=0 begun before after
	rmmod cryptorture 2>/dev/null
	# What a search for drivers may load it has loaded by then; that it asks for modules
	# which do not exist takes most of a search's time.
	cycle 0
	echo >/proc/sys/kernel/modprobe
	cycle 1
	before=$(memory_held)
	dmesg -c >clear
	begun=$(seconds)
	for n in $(seq "$loads"); do
		cycle "$n" || failed=$((failed + 1))
		if [ $((n % 50)) -eq 0 ] || [ "$n" -eq "$loads" ]; then
			ended=$((ended + $(dmesg -c | grep -c 'cryptorture: verdict .* end=4 ')))
			[ $((n % 250)) -ne 0 ] || echo "storms: $n loads" >&2
		fi
	done
	begun=$(($(seconds) - begun))
	after=$(memory_held)
	check "loads: each of $loads loads and unloads" same "$failed" 0
	check "loads: each of them ended a run that was on" same "$ended" "$loads"
	check "loads: no thread of ours is left" same "$(threads)" 0
	check "loads: nothing of the module is left in vmalloc" same "$(grep -c '\[cryptorture\]' /proc/vmallocinfo)" 0
	check "loads: memory is as before ($before KiB and $after KiB)" test "$((after - before))" -lt 1024
	echo "figure $loads loads and unloads with a run active: $((begun / 100)) s, $ended runs ended by unloading; memory of the kernel $before KiB before, $after KiB after"
}

# CPUs go and come under a run with every context and the disturbers of a default run.
hotplug_run() {
	local n status=0 program
	cryptorture run --for 2h --drivers "$few,cbc(aes-generic)" --json >hotplug 2>err &
	program=$!
	soon running || return
	for n in $(seq "$1"); do
		echo 0 >"$cpu1"
		[ $((n % 3)) -ne 0 ] || sleep "0.0$((RANDOM % 10))"
		echo 1 >"$cpu1"
		[ $((n % 2)) -ne 0 ] || sleep "0.0$((RANDOM % 10))"
	done || return
	running || { echo "the run has ended"; return 1; }
	kill -INT "$program"
	wait "$program" || status=$?
	[ "$status" -eq 0 ] || [ "$status" -eq 3 ] || { echo "status $status"; cat err; return 1; }
	matches hotplug '"type":"verdict".*"mismatches":0'
}
storm_of_hotplugs() {
	local begun done=0 part failed=0 why
	local cpu1=/sys/devices/system/cpu/cpu1/online
	begun=$(seconds)
	while [ "$done" -lt "$hotplugs" ]; do
		part=$((hotplugs - done > 50 ? 50 : hotplugs - done))
		why=$(hotplug_run "$part" 2>&1) || { failed=$((failed + 1)); echo "storms: $why" >&2; }
		done=$((done + part))
	done
	begun=$(($(seconds) - begun))
	check "hotplug: the runs went on through $hotplugs cycles, without a mismatch" same "$failed" 0
	check "hotplug: every CPU is back" same "$(cat /sys/devices/system/cpu/online)" "$online"
	check "hotplug: no thread of ours is left" same "$(threads)" 0
	echo "figure $hotplugs times a CPU off and on in a run: $((begun / 100)) s"
}

# The longest delay of a short sleep, in ms.
pulse() {
	local last now longest=0
	last=$(seconds)
	while :; do
		sleep 0.1
		now=$(seconds)
		[ $((now - last)) -le "$longest" ] || { longest=$((now - last)); echo $((longest * 10)) >pulse; }
		last=$now
	done
}
# flood NAME ARGUMENT...: the host judges the results.
flood() {
	local name=$1 status=0 beat
	shift
	rm -f pulse
	pulse &
	beat=$!
	cryptorture run --for "${flood}s" --json "$@" >/out/"$name.json" 2>/out/"$name.err" || status=$?
	kill "$beat"
	wait "$beat" 2>/dev/null
	cp pulse /out/"$name.pulse"
	cryptorture status >/out/"$name.txt" 2>&1
	cryptorture mismatches --json >/out/"$name.kept" 2>/dev/null
	check "flood, $name: CORRUPT" same "$status" 1
}

[ "$loads" -eq 0 ] || storm_of_loads
modprobe cryptorture
[ "$hotplugs" -eq 0 ] || storm_of_hotplugs
if [ "$flood" -gt 0 ]; then
	flood injected --inject-every 1 --contexts task
	insmod /root/cryptorture_busted.ko expendable=1 fault=driver-data rate=1
	# Shorter ones have no last block to lose but the first.
	flood broken --drivers busted-cbc-aes --sizes 32-1500
	rmmod cryptorture_busted
fi
check "storms: rmmod at last" rmmod cryptorture
finish
