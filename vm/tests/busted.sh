#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The module that is broken on purpose, and the bug of 2014 by its mechanism: the
# records have its shape, and the diagnosis describes it.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

kernel=6.1
into="$CT_TESTS/../../build/busted/$kernel"
out=$(mktemp -d "${TMPDIR:-/tmp}/cryptorture-busted.XXXXXX")
check "$kernel: the module that is broken on purpose builds" make -s -C "$CT_TESTS/../.." busted KERNEL="$kernel"
vm_cases "$CT_TESTS/guest/busted.sh" --kernel "$kernel" --out "$out" \
	--file "$into/cryptorture_busted.ko:/root/cryptorture_busted.ko"

# Encryptions with HMAC whose FPU section a softirq was seen in.
wrong="[m for m in lines if m['type'] == 'mismatch' and m['algorithm'] == 'authenc(hmac(sha1),cbc(aes))' and m['direction'] == 'encrypt' and over_fpu_section(m) and m['context'] != 'softirq']"
check "$kernel: 2014: encryptions with HMAC are wrong where a softirq was inside their FPU section" \
	json "$out/2014.json" "len($wrong) > 0"
check "$kernel: 2014: text and ICV, for the HMAC is made of the wrong ciphertext" \
	json "$out/2014.json" "any({'text', 'icv'} <= set(m['what']) for m in $wrong)"
for words in '^fpu-nested \((high|medium) confidence' \
	'the HMAC is valid over the wrong ciphertext' \
	'after decryption exactly one block is wrong|exactly one block is wrong after decryption' \
	'a softirq encrypted or decrypted inside its FPU section' \
	'aesni_intel'; do
	check "$kernel: 2014: the diagnosis says \"$words\"" matches "$out/2014.txt" "$words"
done
if [ -n "${CT_KEEP-}" ]; then
	echo "kept: $out" >&2
else
	rm -rf "$out"
fi
finish
