#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The module under the DKMS of each Debian release: how kernels are handled that it
# does not support, and the arguments of make for those built by clang. Needs no VM.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
cd "$CT_TESTS/../.." || exit 2
scratch dkms
work=$CT_FOLDER

# in_chroot RELEASE CASES
in_chroot() {
	vm/chroot "$1" bash "vm/tests/dkms/$2.sh" 2>>"$work/said" | sed -E "s/^(ok|not ok) /\\1 DKMS of $1: /"
}

# That of bookworm is the one that would fail a kernel's package.
releases=(bookworm)
! long || releases=(bullseye bookworm trixie)
for release in "${releases[@]}"; do
	for cases in range llvm; do
		program_cases "DKMS of $release, $cases" in_chroot "$release" "$cases"
	done
done
program_cases "hints" in_chroot bookworm hints
[ "$CT_FAILED" -eq 0 ] || cat "$work/said" >&2
finish
