#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A detector nobody has seen detect is not a detector: each fault of
# cryptorture_busted is found, in the shape that its mechanism gives it.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

kernel=6.1
into="$CT_TESTS/../../build/busted/$kernel"
out=$(mktemp -d "${TMPDIR:-/tmp}/cryptorture-busted.XXXXXX")
check "$kernel: the module that is broken on purpose builds" "$CT_TESTS/../build" --into "$into" "$kernel" CT_BUSTED=1
vm_cases "$CT_TESTS/guest/busted.sh" --kernel "$kernel" --out "$out" \
	--file "$into/cryptorture_busted.ko:/root/cryptorture_busted.ko"

# shape NAME FAULT EXPRESSION: some record `m` of the fault's run is like that.
shape() {
	check "$kernel: $2: $1" json "$out/$2.json" \
		"any($3 for m in lines if m['type'] == 'mismatch')"
}

# packets NAME FAULT EXPRESSION: there are records, and all are like that.
packets() {
	check "$kernel: $2: $1" json "$out/$2.json" \
		"[m for m in lines if m['type'] == 'mismatch'] and all($3 for m in lines if m['type'] == 'mismatch')"
}

# Whole blocks: CBC goes on wrong from there, and nothing before is touched.
for fault in fpu-nested fpu-nested-tagged fpu-nested-reload fpu-nested-irq; do
	shape "text or ICV of a real driver" "$fault" "not m['register'] and 'aesni' in m['driver'] and {'text', 'icv', 'status'} & set(m['what'])"
done
for fault in fpu-user-clobber fpu-user-clobber-irq fpu-irq-window fpu-stale-owner xstate-format xstate-format-avx regfile-leak; do
	shape "a register of a user thread is named" "$fault" "m['register']"
done
shape "a real driver's result, or a user's register" vcpu-switch "m['register'] or 'aesni' in m['driver']"
shape "all zero, the initial state" xstate-format "m['register'] and m['register']['owner'] == 'the initial state'"
shape "the upper half of a ymm, the initial state" xstate-format-avx "m['register'] and m['register']['name'].startswith('ymm') and m['register']['owner'] == 'the initial state'"
shape "the upper half of ymm3" regfile-leak "m['register'] and m['register']['name'] == 'ymm3'"
packets "the last 16 bytes" driver-data "m['driver'].startswith('busted-c') and ('text' not in m['what'] or m['wrong_bytes'] <= 16 or m['direction'] == 'decrypt')"
packets "of an asynchronous driver" async-order "m['driver'].startswith('busted-') and (m['async'] or 'stuck' in m['what'])"
packets "guard bytes of the AEAD, and the text is right" sg-writeback "m['driver'] == 'busted-rfc4106-gcm' and m['what'] == ['guard']"
for fault in cpu-deterministic cpu-intermittent; do
	packets "only on CPU 1" "$fault" "m['driver'].startswith('busted-c') and 1 in (m['cpu_before'], m['cpu_after'])"
done
packets "of drivers that do it themselves" key-schedule "m['driver'].startswith('busted-c') and 'text' in m['what']"
packets "of drivers that may sleep" fpu-sleep "m['driver'].startswith('busted-c') and m['context'] != 'softirq'"
packets "of drivers that write to the page" memory "m['driver'].startswith('busted-')"
if [ -n "${CT_KEEP-}" ]; then
	cat "$out/summary" >&2
	echo "kept: $out" >&2
else
	rm -rf "$out"
fi
finish
