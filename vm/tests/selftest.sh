#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A detector nobody has seen detect is not a detector. Here the short form of the
# selftest; `make selftest` injects every fault, on both kernels. Before that, in the same
# guest, user threads with live registers: a kernel that changes them is detected, with the
# name of the register and the owner of the value that it holds.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

kernel=6.1
into="$CT_TESTS/../../build/busted/$kernel"
scratch selftest
out=$CT_FOLDER
check "$kernel: the module that is broken on purpose builds" make -s -C "$CT_TESTS/../.." busted KERNEL="$kernel"
vm_cases "$CT_TESTS/guest/registers.sh" "$CT_TESTS/guest/selftest.sh" --kernel "$kernel" --out "$out" \
	--file "$into/cryptorture_busted.ko:/root/cryptorture_busted.ko"

trials="[l for l in lines if l['type'] == 'fault-trial']"
check "selftest: nothing is found without a fault" json "$out/selftest.json" \
	"{t['kind'] for t in $trials if not t['found']} == {'clean', 'idle'}"
for fault in fpu-nested fpu-user-clobber driver-data sg-writeback cpu-deterministic key-schedule; do
	check "selftest: $fault: found, and rightly named" json "$out/selftest.json" \
		"[t['found'] and t['done'] > 0 and t['seconds'] < 60 and t['named'] == t['class'] for t in $trials if t['fault'] == '$fault'] == [True]"
done
check "selftest: its last line says that it passed" json "$out/selftest.json" "last['type'] == 'selftest' and last['passed']"
finish
