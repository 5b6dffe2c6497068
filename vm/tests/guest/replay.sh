# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Mismatches of known causes, each of which is run again at once; the result
# is judged on the host.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
kernel=$(uname -r)
ok() { CT_PASSED=$((CT_PASSED + 1)); printf 'ok %s: %s\n' "${kernel%%-*}" "$1"; }
mkdir -p /out
few='busted-cbc-aes,cbc-aes-aesni,cbc(aes-generic)'

# A bit flipped on request: never again, with any driver.
status=0
cryptorture run --for 15s --inject-every 500 --json >/out/injected.json 2>err || status=$?
check "injected: the verdict is CORRUPT" same "$status" 1

# found FAULT ARGUMENT...: a run with that fault of the broken module.
found() {
	local fault=$1 status=0
	shift
	check "$fault: it loads" insmod /root/cryptorture_busted.ko expendable=1 fault="$fault" "$@"
	cryptorture run --for 12s --drivers "$few" --json >"/out/$fault.json" 2>err || status=$?
	check "$fault: the verdict is CORRUPT" same "$status" 1
	rmmod cryptorture_busted
	cryptorture diagnose "/out/$fault.json" >"/out/$fault.txt" 2>&1
}

found driver-data
# By a driver that can be run with softirqs off. The module knows the other by that name.
rmmod cryptorture && modprobe cryptorture
found cpu-intermittent cpu=1 rate=500 'inner_cbc=cbc(aes-generic)'
rmmod cryptorture && modprobe cryptorture
# One register for the IVs of all CPUs, in each of its drivers.
few='busted-cbc-aes,busted-ctr-aes,busted-rfc4106-gcm,cbc-aes-aesni,ctr-aes-aesni,rfc4106-gcm-aesni' found driver-race
rmmod cryptorture && modprobe cryptorture
if long; then
	found cpu-deterministic cpu=1
	found key-schedule
fi

# The end of a run waits for it, and the first mismatch is the end.
insmod /root/cryptorture_busted.ko expendable=1 fault=driver-data
cryptorture run --for 60s --until-mismatch --drivers "$few" --json >/out/until.json 2>err
cryptorture mismatches 1 >/out/until.txt 2>&1
rmmod cryptorture_busted
check "until-mismatch: the record that is kept says what came of it" matches /out/until.txt '^    CPU [01], same context +WRONG, 8 of 8 times$'

# Packets of runs that were saved, run again on request: by the program alone, later.
cryptorture run --for 3s --inject-every 300 --drivers cbc-aes-aesni,rfc4106-gcm-aesni --out /tmp/flipped >out 2>err
status=0
cryptorture replay /tmp/flipped >/out/flipped.txt 2>&1 || status=$?
check "on request: what was injected is right" same "$status" 0
for way in 'interrupts off +right, 8' 'softirqs off +right, 8' 'many times +right, [0-9,]+ times' 'fresh key schedule +right, 4' 'other drivers +right, 4' 'opposite direction +right, 4' \
	'reference, CPU [01] +right'; do
	check "on request: $way" matches /out/flipped.txt "$way"
done
insmod /root/cryptorture_busted.ko expendable=1 fault=driver-data
cryptorture run --for 60s --until-mismatch --drivers busted-cbc-aes --out /tmp/wrong >out 2>err
status=0
cryptorture replay /tmp/wrong 1 >/out/wrong.txt 2>&1 || status=$?
check "on request: a driver that is always wrong is CORRUPT" same "$status" 1
check "on request: wherever it runs" matches /out/wrong.txt '^    CPU [01], fresh key schedule +WRONG, 4 of 4 times$'
status=0
cryptorture replay /tmp/wrong 1 --driver cbc-aes-aesni >/out/other.txt 2>&1 || status=$?
check "on request: by another driver only that one is wrong" sh -c \
	'grep -qE "same context +right, 8 times" /out/other.txt && grep -qE "busted-cbc-aes +WRONG, 4 of 4" /out/other.txt'
cryptorture start --for 60s >out 2>err
refuse "on request: not beside a run" 'is active since' 2 cryptorture replay /tmp/wrong 1
cryptorture stop >out 2>err
refuse "on request: not on a CPU that is not there" 'CPU "99" is not online' 2 cryptorture replay /tmp/wrong 1 --cpu 99
rmmod cryptorture_busted
refuse "on request: not by a driver that has gone" 'cannot be used any more' 2 cryptorture replay /tmp/wrong 1

# A driver that goes on being wrong, and a module that goes away in the middle.
insmod /root/cryptorture_busted.ko expendable=1 fault=driver-data
cryptorture start --drivers "$few" >/dev/null 2>err
sleep 1
check "the module can be unloaded while mismatches are run again" rmmod cryptorture
check "and loaded again" modprobe cryptorture
rmmod cryptorture_busted
finish
