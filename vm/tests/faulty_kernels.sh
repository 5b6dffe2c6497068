#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Releases of stock kernels that have a known fault for real: a run says CORRUPT, and
# the doctor knows why. They are fetched for this, so only with LONG=1, or when called.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
if [ $# -eq 0 ] && ! long; then
	echo "skip faulty kernels: they take a kernel more to fetch and build for: LONG=1"
	exit
fi

# CVE-2026-43033: authencesn puts 4 bytes behind its destination. 5.10.0-43 has a version
# with the fault and Debian's own backport of its fix (5.10.251-2).
kernel=5.10.0-32-amd64
check "$kernel: the module builds" "$CT_TESTS/../build" "$kernel"
vm --kernel "$kernel" -- sh -c 'cryptorture doctor
	cryptorture run --for 10s --json --drivers "authencesn(hmac(sha256-*),cbc-aes-aesni)"'
expect_status "$kernel: authencesn is CORRUPT" 1
grep '^{' "$VM_STDOUT" >"$CT_SCRATCH/lines"
check "$kernel: bytes behind the destination were changed, of decryptions alone" json "$CT_SCRATCH/lines" \
	'[m for m in lines if m["type"] == "mismatch"] and all(m["direction"] != "encrypt" and "guard" in m["what"] for m in lines if m["type"] == "mismatch")'
check "$kernel: the first four of them" json "$CT_SCRATCH/lines" \
	'all((o := m["outside"])["expected"][:8] != o["actual"][:8] and o["expected"][8:] == o["actual"][8:] for m in lines if m["type"] == "mismatch")'
check "$kernel: the diagnosis is a write beyond the buffers" json "$CT_SCRATCH/lines" \
	'lines[-1]["type"] == "diagnosis" and lines[-1]["class"] == "sg-writeback"'
check "$kernel: the doctor knows it by the kernel's version" matches "$VM_STDOUT" 'CVE-2026-43033'
vm --kernel "$kernel" -- cryptorture run --for 10s --drivers 'authenc(hmac(sha256-*),cbc-aes-aesni),rfc4106-gcm-aesni'
expect_status "$kernel: other drivers of it are not" 0
finish
