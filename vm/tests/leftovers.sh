#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Memory that a caller can see besides the result is checked, too. The kernels may be named; if
# not, the same guest shows before that expected results are checked again before a mismatch is
# reported.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
kernels=("$@")
audit=()
if [ $# -eq 0 ]; then
	kernels=(6.1)
	top=$(readlink -f -- "$CT_TESTS/../..")
	scratch audit
	build=$CT_FOLDER
	cp "$CT_TESTS/damage"/* "$build/"
	check "6.1: the module that is broken on purpose builds" make -s -C "$top" busted KERNEL=6.1
	check "the module that damages results builds" "$CT_TESTS/../kbuild" 6.1 "$build" CT_TOP="$top"
	audit=("$CT_TESTS/guest/audit.sh")
fi
! long || kernels+=(5.10 6.12 7.3)
for kernel in "${kernels[@]}"; do
	into="$CT_TESTS/../../build/busted/$kernel"
	[ ${#audit[@]} -gt 0 ] ||
		check "$kernel: the module that is broken on purpose builds" make -s -C "$CT_TESTS/../.." busted KERNEL="$kernel"
	vm_cases "${audit[@]}" "$CT_TESTS/guest/leftovers.sh" --kernel "$kernel" --timeout 1200 \
		--module "$into/cryptorture.ko" \
		--file "$into/cryptorture_busted.ko:/root/cryptorture_busted.ko" \
		${audit:+--file "$build/damage.ko:/root/damage.ko"}
	audit=()
done
finish
