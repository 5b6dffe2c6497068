#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Expected results are checked again before a mismatch is reported.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

top=$(readlink -f -- "$CT_TESTS/../..")
build=$(mktemp -d "${TMPDIR:-/tmp}/cryptorture-audit.XXXXXX")
trap 'rm -rf "$build"' EXIT
cp "$CT_TESTS/damage"/* "$build/"
check "the module that is broken on purpose builds" make -s -C "$top" busted KERNEL=6.1
check "the module that damages results builds" "$CT_TESTS/../kbuild" 6.1 "$build" CT_TOP="$top"
vm_cases "$CT_TESTS/guest/audit.sh" --file "$build/damage.ko:/root/damage.ko" \
	--file "$top/build/busted/6.1/cryptorture_busted.ko:/root/cryptorture_busted.ko"
rm -rf "$build"
finish
