#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a caller can see beside the result is looked at, too. The kernels may be named.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
kernels=("$@")
[ $# -gt 0 ] || kernels=(6.1)
! long || kernels+=(5.10 6.12 7.3)
for kernel in "${kernels[@]}"; do
	check "$kernel: the module that is broken on purpose builds" make -s -C "$CT_TESTS/../.." module busted KERNEL="$kernel"
	vm_cases "$CT_TESTS/guest/leftovers.sh" --kernel "$kernel" --append "ct_long=${CT_LONG:-0}" --timeout 900 \
		--file "$CT_TESTS/../../build/busted/$kernel/cryptorture_busted.ko:/root/cryptorture_busted.ko"
done
finish
