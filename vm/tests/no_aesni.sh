#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A host that keeps AES-NI out, as many have: it is no CLEAN one, and what is loaded later
# is found. And another module with our netlink family's name. Takes options of vm/run.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/cryptorture-no-aesni.XXXXXX")

# rename_module: our own once more, under another name: it has the same family.
rename_module() {
	python3 - "$scratch/namesake.ko" "$CT_TESTS"/../../build/module/6.1.*/cryptorture.ko <<'END'
import sys
data = open(sys.argv[-1], "rb").read()
name = b"cryptorture".ljust(56, b"\0")  # in struct module
if data.count(name) != 1:
    sys.exit(f"{sys.argv[-1]} has its name {data.count(name)} times")
open(sys.argv[1], "wb").write(data.replace(name, b"namesake".ljust(56, b"\0")))
END
}
check "another module of the family's name is made" rename_module
vm_cases "$CT_TESTS/guest/no_aesni.sh" --no-module --timeout 300 "$@" --file "$scratch/namesake.ko:/root/namesake.ko"
rm -rf "$scratch"
finish
