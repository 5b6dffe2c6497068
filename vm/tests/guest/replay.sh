# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Mismatches of known causes, each of which is run again at once; what came of it
# is judged on the host.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
kernel=$(uname -r)
ok() { CT_PASSED=$((CT_PASSED + 1)); printf 'ok %s: %s\n' "${kernel%%-*}" "$1"; }
mkdir -p /out
few='busted-cbc-aes,cbc-aes-aesni,cbc(aes-generic)'

# A bit flipped on request: never again, whatever the driver.
status=0
cryptorture run --for 15s --inject-every 2000 --json >/out/injected.json 2>err || status=$?
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
found cpu-deterministic cpu=1
found key-schedule

# The end of a run waits for it, and the first mismatch is the end.
insmod /root/cryptorture_busted.ko expendable=1 fault=driver-data
cryptorture run --for 60s --until-mismatch --drivers "$few" --json >/out/until.json 2>err
cryptorture mismatches 1 >/out/until.txt 2>&1
rmmod cryptorture_busted
check "until-mismatch: the record that is kept says what came of it" matches /out/until.txt '^    CPU [01], same context +WRONG, 8 of 8 times$'

# A driver that goes on being wrong, and a module that goes away in the middle.
insmod /root/cryptorture_busted.ko expendable=1 fault=driver-data
cryptorture start --drivers "$few" >/dev/null 2>err
sleep 1
check "the module can be unloaded while mismatches are run again" rmmod cryptorture
check "and loaded again" modprobe cryptorture
rmmod cryptorture_busted
finish
