# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Every disturber alone, all at once, and the module taken away meanwhile.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
kernel=$(uname -r)
CT_MODE=$(grep -o preempt=full /proc/cmdline)
ok() { CT_PASSED=$((CT_PASSED + 1)); printf 'ok %s: %s\n' "${kernel%%-*}$CT_MODE" "$1"; }
online=/sys/devices/system/cpu/online
all_cpus=$(cat $online)
two='drivers=cbc-aes-aesni;rfc4106-gcm-aesni'

# run SECONDS PARAMETER...: a whole run; its verdict line goes to the file
# verdict, and what else the module said to the file said.
run() {
	local n
	dmesg -c >clear
	modprobe cryptorture "run_seconds=$1" seed=5 "${@:2}" || return
	for n in $(seq $(($1 * 10 + 300))); do
		dmesg >said
		grep 'cryptorture: verdict' said >verdict && break
		sleep 0.1
	done
	rmmod cryptorture
	[ -s verdict ] || {
		echo "no verdict after $n tenths of a second"
		return 1
	}
}
# Its count, or the word impossible.
count() { grep -oE " $1=[a-z0-9]+" verdict | cut -d= -f2; }
works() {
	local n
	n=$(count "$1")
	case $n in
	'' | 0 | impossible)
		cat verdict
		return 1
		;;
	esac
}
cannot() {
	same "$(count "$1")" impossible && matches said "disturber $1 cannot work here: $2"
}
no_thread() {
	local left
	left=$(cat /proc/[0-9]*/comm 2>/dev/null | grep '^cryptorture/')
	same "$left" ''
}
# loads PARAMETER...: the reason for which it does not, in the kernel's log.
loads() {
	dmesg -c >clear
	modprobe cryptorture "$@" 2>/dev/null || {
		dmesg >&2
		return 3
	}
}

# Every load looks for drivers, whose self-tests are others' affair.
echo 1 >/sys/module/cryptomgr/parameters/notests
bit=1
for name in timer preempt shuffle ipi resched membarrier hotplug memory freq; do
	run 4 disturb=$bit
	case $name in
	membarrier) check "$name alone: needs exercisers, and says so" cannot $name 'exercisers do it' ;;
	freq) check "$name alone: there is no cpufreq, and it says so" cannot $name 'no cpufreq driver' ;;
	*) check "$name alone: gets in the way" works $name ;;
	esac
	check "$name alone: spoils nothing" matches verdict 'verdict (CLEAN|INCONCLUSIVE): .* mismatches=0 '
	bit=$((bit * 2))
done

run 4 disturb=0x4 "$two"
check "shuffle: operations begin on one CPU and end on another" \
	matches verdict ' migrations=[1-9]'
run 4 disturb=0x8 "$two"
check "ipi: interrupts operations inside FPU sections, without a timer" matches verdict ' fpu_hits=[1-9]'
run 4 disturb=0x4c cpus=0
for name in shuffle ipi hotplug; do
	check "one CPU: $name cannot work, and says so" cannot $name 'the run has one CPU'
done
run 10 disturb=0x120 "$two"
check "what cannot work here leaves a run CLEAN" matches verdict 'verdict CLEAN: '
run 2 disturb=0x40 load=1
check "what could work and did not makes it INCONCLUSIVE" \
	matches verdict 'INCONCLUSIVE: .* hotplug=0 because disturber hotplug never got in the way'
run 5 disturb=0x1f load=50 "$two"
check "at a load of 5 % they all work still" matches verdict ' timer=[1-9].* preempt=[1-9].* shuffle=[1-9].* resched=[1-9]'

refuse "an unknown disturber is refused by name" 'unknown disturber: .*freq 256' 3 loads run_seconds=1 disturb=512
refuse "the caller context is refused without exercisers" 'the caller context needs exercisers' 3 loads run_seconds=1 contexts=5

# For longer, with exercisers: contexts.sh.
seconds=20
run $seconds disturb=0x1ff
for name in timer preempt shuffle ipi resched hotplug memory; do
	check "all at once for $seconds s: $name gets in the way" works $name
done
check "all at once: no mismatch" matches verdict 'verdict (CLEAN|INCONCLUSIVE): .* mismatches=0 '
check "all at once: nobody was killed for want of memory" sh -c '! grep -i "out of memory" said'
check "all at once: every CPU is back" same "$(cat $online)" "$all_cpus"
check "all at once: no thread of ours is left" no_thread

# The module goes in mid-run, a CPU being away or memory short.
for round in 1 2 3 4 5 6 7 8; do
	modprobe cryptorture run_seconds=60 disturb=0x1ff "$two"
	sleep "$((round % 4)).$round"
	check "unloading in mid-run, $round" rmmod cryptorture
	check "unloading in mid-run, $round: every CPU is back" same "$(cat $online)" "$all_cpus"
done
check "unloading in mid-run: no thread of ours is left" no_thread

# An operator takes the same CPU.
dmesg -c >clear
modprobe cryptorture run_seconds=60 disturb=0x1ff "$two"
for round in 1 2 3 4 5 6; do
	echo 0 >/sys/devices/system/cpu/cpu1/online
	sleep 0.4
	echo 1 >/sys/devices/system/cpu/cpu1/online
	sleep 0.4
done 2>/dev/null
check "CPUs taken by hand meanwhile: the module can go" rmmod cryptorture
echo 1 >/sys/devices/system/cpu/cpu1/online
check "CPUs taken by hand meanwhile: no mismatch" sh -c 'dmesg | grep -E "verdict (CLEAN|INCONCLUSIVE): .* mismatches=0 "'
finish
