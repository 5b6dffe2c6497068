#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# How vm/monitor takes what a guest says, by a guest that is made up. Needs no kernel.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

# said STATUS PATTERN NAME LINE...: a guest says these lines, and its last, "done", is
# there where it says so itself. A Python traceback is always a failure.
said() {
	local expected=$1 pattern=$2 name=$3 message status=0
	shift 3
	message=$("$CT_TESTS/../monitor" --token none --timeout 15 -- \
		"$CT_TESTS/monitor/guest" "$(printf '%s\n' "$@")" 2>&1 >/dev/null) || status=$?
	if grep -q Traceback <<<"$message"; then
		not_ok "$name" "vm/monitor itself failed: $(tail -n 1 <<<"$message")"
	elif [ "$status" -ne "$expected" ]; then
		not_ok "$name" "status $status instead of $expected: $(tail -n 2 <<<"$message")"
	elif ! grep -qE -- "$pattern" <<<"$message"; then
		not_ok "$name" "the message does not match \"$pattern\": $message"
	else
		ok "$name"
	fi
}

# 131072 is T (RANDSTRUCT), 4096 O, 512 W, 128 D.
said 7 '^$' "a guest that ends well" 'booted 0' 'ready 4096' 'alive 4096' 'exit 7' 'done none 4096'
said 7 '^$' "a taint of how the kernel was built is no fault" \
	'booted 131072' 'ready 135168' 'alive 135168' 'exit 7' 'done none 135168'
said 90 'fault in the guest: new taint T .*status was 7' "the same taint, set later, is one" \
	'booted 0' 'ready 0' 'alive 131072' 'exit 7' 'done none 131072'
said 90 'fault in the guest: new taint W ' "a warning while it boots is a fault" \
	'booted 131584' 'ready 131584' 'exit 7' 'done none 131584'
said 90 'fault in the guest: new taint D \(bit 7\), W ' "so is an oops there" \
	'booted 640' 'ready 640' 'exit 7' 'done none 640'
said 90 'fault in the guest: new taint W ' "a new taint beside one of the kernel's own" \
	'booted 131072' 'ready 131072' 'alive 131584' 'exit 7' 'done none 131584'

# What cannot be understood ends the run, and is shown.
said 91 'on its control port: "ready "' "no taint: as where there is no /proc/sys" \
	'booted 0' 'ready ' 'exit 7' 'done none 0'
said 91 'on its control port: "booted"' "no taint at boot" 'booted' 'ready 0' 'exit 7' 'done none 0'
said 91 'on its control port: "alive 12x"' "a taint that is no number" \
	'booted 0' 'ready 0' 'alive 12x' 'exit 7' 'done none 0'
said 91 'on its control port: "alive -1"' "a taint below 0" \
	'booted 0' 'ready 0' 'alive -1' 'exit 7' 'done none 0'
said 91 'on its control port: "exit seven"' "a status that is no number" \
	'booted 0' 'ready 0' 'exit seven' 'done none 0'
said 91 'on its control port: "exit 300"' "a status that none can have" \
	'booted 0' 'ready 0' 'exit 300' 'done none 0'
said 91 'on its control port: "done none x"' "a last taint that is no number" \
	'booted 0' 'ready 0' 'exit 7' 'done none x'
said 91 'on its control port: "whole stdout"' "a verb that is the monitor's own" \
	'booted 0' 'ready 0' 'whole stdout' 'exit 7' 'done none 0'
said 91 'on its control port: "[.][.]"' "bytes that are no text" \
	'booted 0' 'ready 0' $'\xff\x01' 'exit 7' 'done none 0'
said 2 'vm/run: no taints here' "a guest that cannot go on says why" 'failed no taints here'
said 7 '^$' "a record of the kernel log that is broken is passed over" \
	'booted 0' 'ready 0' 'kmsg x,y,z;text' 'kmsg 4' 'exit 7' 'done none 0'
said 90 'fault in the guest: CFI failure at ' "a call of the wrong type is a fault" \
	'booted 0' 'ready 0' 'kmsg 4,5,1000,-;CFI failure at call_it+0x9/0x10 [fault] (target: other+0x0/0x10 [fault]; expected type: 0x12345678)' \
	'exit 7' 'done none 0'
finish
