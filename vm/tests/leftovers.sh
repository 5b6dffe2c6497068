#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Memory that a caller can see besides the result is checked, too. The kernels may be named.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
kernels=("$@")
[ $# -gt 0 ] || kernels=(6.1)
! long || kernels+=(5.10 6.12 7.3)
for kernel in "${kernels[@]}"; do
	into="$CT_TESTS/../../build/busted/$kernel"
	check "$kernel: the module that is broken on purpose builds" make -s -C "$CT_TESTS/../.." busted KERNEL="$kernel"
	vm_cases "$CT_TESTS/guest/leftovers.sh" --kernel "$kernel" --timeout 900 \
		--module "$into/cryptorture.ko" \
		--file "$into/cryptorture_busted.ko:/root/cryptorture_busted.ko"
done
finish
