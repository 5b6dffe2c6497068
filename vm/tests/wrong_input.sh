#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Whatever a user can get wrong is told clearly, with status 2.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/cryptorture-other.XXXXXX")
"$CT_TESTS/../build" --into "$work" 6.1 CT_VERSION=9.8.7 >"$work/log" 2>&1 ||
	not_ok "building the module as version 9.8.7" "$(tail -n 3 "$work/log")"
vm_cases "$CT_TESTS/guest/wrong_input.sh" --no-module --file "$work/cryptorture.ko:/root/other.ko"
rm -rf "$work"
finish
