#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every user error is reported clearly, with status 2.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/cryptorture-other.XXXXXX")
# The module of another version, which it says in as many letters: 9.9.9 for 0.1.0.
python3 - "$CT_TESTS/../../VERSION" "$CT_TESTS/../../build/module/$("$CT_TESTS/../kernel" --release 6.1)/cryptorture.ko" \
	"$work/cryptorture.ko" <<'END' || not_ok "the module as another version" "it does not say which it is"
import re, sys
version = open(sys.argv[1]).readline().strip().encode()
module = open(sys.argv[2], "rb").read()
other = re.sub(rb"[0-9]", b"9", version)
changed = module.replace(version + b"\0", other + b"\0")
open(sys.argv[3], "wb").write(changed)
sys.exit(changed == module)
END
vm_cases "$CT_TESTS/guest/wrong_input.sh" --no-module --file "$work/cryptorture.ko:/root/other.ko"
rm -rf "$work"
finish
