#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A virtual machine that stands still for longer than a driver may keep a request, as one
# that is paused or migrated: no request is stuck for that.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

# Processes below that one, itself too.
below() {
	local child
	echo "$1"
	for child in $(ps -o pid= --ppid "$1"); do
		below "$child"
	done
}
qemu_of() {
	local process
	for process in $(below "$1"); do
		case $(cat "/proc/$process/comm" 2>/dev/null) in
		qemu-system*) echo "$process" ;;
		esac
	done
}

# Requests that other threads work at are nearly always in flight.
deferred='cryptd(__cbc-aes-aesni),cryptd(__rfc4106-gcm-aesni),pcrypt(rfc4106-gcm-aesni)'
out=$(mktemp -d "${TMPDIR:-/tmp}/cryptorture-paused.XXXXXX")
"$CT_TESTS/../run" --kernel 6.1 --append cryptomgr.notests=1 -- sh -c "cryptorture run --for 24s --drivers '$deferred' --json &
	sleep 6; echo begun >&2; wait \$!" >"$out/stdout" 2>"$out/stderr" &
vm=$!
for ((n = 0; n < 600; n++)); do
	! grep -qx begun "$out/stderr" || break
	sleep 0.1
done
check "the run is on" grep -qx begun "$out/stderr"
paused=0
for process in $(qemu_of "$vm"); do
	kill -STOP "$process" || continue
	sleep 11.5
	kill -CONT "$process" && paused=$((paused + 1))
done
check "the machine stood still for 11.5 s" same "$paused" 1
status=0
wait "$vm" || status=$?
check "the run ends without a mismatch" json "$out/stdout" 'last["operations"] > 0 and last["mismatches"] == 0'
check "and with no kernel fault" sh -c "[ $status = 0 ] || [ $status = 3 ] || { tail -n 5 '$out/stderr'; false; }"
if [ "$CT_FAILED" -eq 0 ]; then
	rm -rf "$out"
else
	echo "kept: $out" >&2
fi
finish
