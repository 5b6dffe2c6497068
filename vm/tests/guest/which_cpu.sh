# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Faults of one CPU, and of memory, in runs with all that gets in the way by default:
# workers and callers are moved about. The counts are judged on the host.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
mkdir -p /out
# Loads what the broken drivers are made of.
cryptorture drivers >/dev/null
few='busted-*,cbc-aes-aesni,cbc(aes-generic),authenc(hmac(sha256-ni),cbc-aes-aesni)'

# found FAULT ARGUMENT...: a default run with that fault of the broken module.
found() {
	local fault=$1 status=0
	shift
	check "$(nproc) CPUs: $fault: it loads" insmod /root/cryptorture_busted.ko expendable=1 fault="$fault" "$@"
	forget_log
	cryptorture run --for 12s --drivers "$few" --json --out "/out/$fault" >"/out/$fault.json" 2>err || status=$?
	check "$(nproc) CPUs: $fault: the verdict is CORRUPT" same "$status" 1
	dmesg >"/out/$fault.log"
	rmmod cryptorture_busted
	cryptorture report "/out/$fault" --full >"/out/$fault.txt" 2>&1
	cryptorture diagnose "/out/$fault" >>"/out/$fault.txt" 2>&1
}

found cpu-deterministic cpu=1
! long || found cpu-intermittent cpu=1
found memory
finish
