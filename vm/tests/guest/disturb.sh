# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Every disturber alone, all together, and the module unloaded meanwhile.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
kernel=$(uname -r)
CT_MODE=$(grep -o preempt=full /proc/cmdline)
ok() { CT_PASSED=$((CT_PASSED + 1)); printf 'ok %s: %s\n' "${kernel%%-*}$CT_MODE" "$1"; }
online=/sys/devices/system/cpu/online
all_cpus=$(cat $online)

# run ARGUMENT...: the verdict goes to the file verdict, the status to $status.
run() {
	status=0
	cryptorture run --json --drivers cbc-aes-aesni,rfc4106-gcm-aesni "$@" >out 2>err || status=$?
	grep '^{"type":"verdict"' out >verdict
}
# count NAME: what it did; reason NAME: why it cannot.
count() { grep -oE "\"disturber\":\"$1\",\"count\":[0-9]+" verdict | grep -oE '[0-9]+$'; }
reason() { grep -oE "\"disturber\":\"$1\",\"count\":[0-9]+,\"reason\":\"[^\"]*" verdict; }
works() {
	[ "$(count "$1")" -gt 0 ] 2>/dev/null || {
		head -c 400 verdict
		cat err
		return 1
	}
}
cannot() { reason "$1" | grep -qE "$2" || head -c 600 verdict; reason "$1" | grep -qE "$2"; }
no_thread() {
	local left
	left=$(cat /proc/[0-9]*/comm 2>/dev/null | grep '^cryptorture/' | grep -vx cryptorture/job)
	same "$left" ''
}
harmless() { test "$status" -eq 0 -o "$status" -eq 3; }

[ -z "$CT_MODE" ] || check "doctor: the preemption model that was chosen at boot" \
	matches <(cryptorture doctor --json) '"preemption":"full"'

for name in timer preempt shuffle ipi resched hotplug memory; do
	case $name in
	hotplug | memory) seconds=4 ;; # they do little in a second
	*) seconds=2 ;;
	esac
	run --for ${seconds}s --exercisers 0 --disturb $name
	check "$name alone: gets in the way" works $name
	check "$name alone: spoils nothing" harmless
	case $name in
	shuffle)
		check "shuffle: operations begin on one CPU and end on another" matches verdict '"migrations":[1-9]'
		;;
	ipi)
		check "ipi: interrupts operations inside FPU sections, without a timer" matches verdict '"fpu_hits":[1-9]'
		;;
	esac
done
run --for 4s --disturb membarrier
check "membarrier alone: the exercisers do it" works membarrier

run --for 4s --exercisers 0 --disturb shuffle,ipi,hotplug --cpus 0
for name in shuffle ipi hotplug; do
	check "one CPU: $name cannot work, and says so" cannot $name 'the run has one CPU'
done
run --for 2s --exercisers 0 --disturb hotplug --load 0.1%
check "what could work and did not makes it INCONCLUSIVE" same "$status" 3
check "and that is said by name" matches verdict 'disturber hotplug never disturbed an operation'
run --for 5s --exercisers 0 --load 5%
# Of a machine that does other work as well a twentieth may be too little for that.
works resched >/dev/null || run --for 20s --exercisers 0 --load 5%
for name in timer preempt shuffle resched; do
	check "at a load of 5 %: $name works still" works $name
done

run --for 12s --disturb all
for name in timer preempt shuffle ipi resched membarrier hotplug memory; do
	check "all at once: $name gets in the way" works $name
done
check "all at once: no mismatch" harmless
check "all at once: nobody was killed for want of memory" sh -c '! dmesg | grep -i "out of memory"'
check "all at once: every CPU is back" same "$(cat $online)" "$all_cpus"
check "all at once: no thread of ours is left" no_thread

# An operator takes the same CPU.
cryptorture start --disturb all,-membarrier --drivers cbc-aes-aesni >out 2>err
for round in 1 2 3 $(! long || echo 4 5 6); do
	echo 0 >/sys/devices/system/cpu/cpu1/online
	sleep 0.4
	echo 1 >/sys/devices/system/cpu/cpu1/online
	sleep 0.4
done 2>/dev/null
status=0
cryptorture stop >out 2>err || status=$?
check "CPUs taken by hand meanwhile: no mismatch in $round rounds" harmless
echo 1 >/sys/devices/system/cpu/cpu1/online 2>/dev/null

# The module goes in mid-run, a CPU being away or memory short.
for round in 1 2 $(! long || echo 3 4); do
	cryptorture start --disturb all,-membarrier --drivers cbc-aes-aesni >out 2>err
	sleep "$((round % 2)).$((round * 2))"
	check "unloading in mid-run, $round" rmmod cryptorture
	check "unloading in mid-run, $round: every CPU is back" same "$(cat $online)" "$all_cpus"
	check "unloading in mid-run, $round: loading again" modprobe cryptorture
done
check "unloading in mid-run: no thread of ours is left" no_thread

dmesg -c >clear
check "insmod: an unknown disturber is refused by name" sh -c \
	'rmmod cryptorture; ! modprobe cryptorture run_seconds=1 disturb=256 2>/dev/null && dmesg | grep -q "unknown disturber: .*memory 128"'
check "insmod: the caller context is refused without exercisers" sh -c \
	'! modprobe cryptorture run_seconds=1 contexts=5 2>/dev/null && dmesg | grep -q "the caller context needs exercisers"'
check "insmod: the verdict line has every disturber's count" sh -c \
	'modprobe cryptorture run_seconds=3 disturb=31 && sleep 6 && dmesg | grep "verdict" | grep -q " timer=[1-9].* preempt=[1-9].* shuffle=[1-9].* ipi=[1-9].* resched=[1-9]"'
finish
