#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a user may choose, and what he may not: every error of his is reported clearly, with
# status 2. Before that, in the same guest, a host that keeps AES-NI out, as many have: it is no
# CLEAN one, and what is loaded later is found; and another module with our netlink family's name.
# After it, what a diagnosis advises people to run.
# With options of vm/run, the choices alone.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

if [ $# -gt 0 ]; then
	vm_cases "$CT_TESTS/guest/choices.sh" "$@"
	finish
fi
scratch choices
scratch=$CT_FOLDER

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

# The module of another version, which it says in as many letters: 9.9.9 for 0.1.0.
python3 - "$CT_TESTS/../../VERSION" "$CT_TESTS/../../build/module/$("$CT_TESTS/../kernel" --release 6.1)/cryptorture.ko" \
	"$scratch/cryptorture.ko" <<'END' || not_ok "the module as another version" "it does not say which it is"
import re, sys
version = open(sys.argv[1]).readline().strip().encode()
module = open(sys.argv[2], "rb").read()
other = re.sub(rb"[0-9]", b"9", version)
changed = module.replace(version + b"\0", other + b"\0")
open(sys.argv[3], "wb").write(changed)
sys.exit(changed == module)
END
# A unit test has the program read all runs that are advised; with CT_LONG all of them are made.
runs=5
[ -z "${CT_LONG-}" ] || runs=1000
# shellcheck disable=SC2016 # of the inner shell
check "the commands of the advice (make digest builds what prints them)" \
	sh -c '"$1" >"$2"' sh "$CT_TESTS/../../build/ctl/advice_commands" "$scratch/all"
awk -v runs="$runs" '/^cryptorture run / && !/longer-run/ && ++run > runs { next } { print }' "$scratch/all" >"$scratch/advice"
vm_cases "$CT_TESTS/guest/no_aesni.sh" "$CT_TESTS/guest/wrong_input.sh" "$CT_TESTS/guest/choices.sh" \
	"$CT_TESTS/guest/advice.sh" --no-module --timeout 1200 \
	--file "$scratch/advice:/root/advice" --file "$scratch/namesake.ko:/root/namesake.ko" --file "$scratch/cryptorture.ko:/root/other.ko"
finish
