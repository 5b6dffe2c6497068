#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Program and module of different releases work together: the program of an earlier release with
# this module, and this program with the module of the earlier one. Takes options of vm/run.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
top=$(readlink -f -- "$CT_TESTS/../..")
# The last one whose contract was written by hand.
earlier=6dbcc45
tree=$top/build/versions/earlier

long || {
	echo "skip versions: an earlier release takes minutes to build: LONG=1"
	finish
}
git -C "$top" cat-file -e "$earlier^{commit}" 2>/dev/null || {
	echo "skip versions: git is not there, or this clone does not have $earlier, the earlier release"
	finish
}

# Into a folder that later runs find again. The program of that release demands that the module is of
# its own: so its number is that of this one, for the messages to be what differs.
build_earlier() {
	[ "$(cat "$tree/commit" 2>/dev/null)" = "$earlier" ] || {
		rm -rf "$tree"
		mkdir -p "$tree" && git -C "$top" archive "$earlier" | tar -x -C "$tree" || return 1
		echo "$earlier" >"$tree/commit"
	}
	"$tree/vm/build" 6.1 &&
		cmake -S "$tree/ctl" -B "$tree/build/ctl" -DCT_VERSION_FILE="$top/VERSION" &&
		cmake --build "$tree/build/ctl" --parallel "$(nproc)" --target cryptorture
}

log=$(mktemp "${TMPDIR:-/tmp}/cryptorture-versions.XXXXXX")
if build_earlier >"$log" 2>&1; then
	ok "the earlier release is built"
	release=$("$CT_TESTS/../kernel" --release 6.1) || exit 2
	vm_cases "$CT_TESTS/guest/versions.sh" "$@" --file "$tree/build/ctl/cryptorture:/root/earlier" \
		--file "$tree/build/module/$release/cryptorture.ko:/root/earlier.ko"
else
	not_ok "the earlier release is built" "$(tail -n 5 "$log")"
fi
rm -f "$log"
finish
