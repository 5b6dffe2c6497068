#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# User threads with live registers: a kernel that changes them is detected,
# with the name of the register and the owner of the value that it holds.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

kernel=6.1
into="$CT_TESTS/../../build/busted/$kernel"
check "$kernel: the module that is broken on purpose builds" make -s -C "$CT_TESTS/../.." busted KERNEL="$kernel"
vm_cases "$CT_TESTS/guest/registers.sh" --kernel "$kernel" \
	--file "$into/cryptorture_busted.ko:/root/cryptorture_busted.ko"
finish
