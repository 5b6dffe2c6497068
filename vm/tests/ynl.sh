#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel's own client for netlink specifications can start a run and read the results,
# with nothing but module/cryptorture.yaml. Takes options of vm/run.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
scratch ynl
build=$CT_FOLDER

# The client came with 6.3; it is a program like any other, so the guest may be older.
source=$("$CT_TESTS/../kernel" --source 6.12) || exit
check "ynl: Python and the client are put together" /usr/bin/python3 "$CT_TESTS/ynl/collect.py" "$source" \
	"$CT_TESTS/ynl/client.py" "$build/ynl"
if [ -e "$build/ynl/python3" ]; then
	cp "$CT_TESTS/../../module/cryptorture.yaml" "$build/ynl/"
	vm_cases "$CT_TESTS/ynl/guest.sh" --timeout 1800 "$@" --file "$build/ynl:/ynl"
	expect_status "ynl: the guest's status" "$((CT_FAILED > 0))"
fi
finish
