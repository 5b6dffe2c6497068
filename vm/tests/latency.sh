#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Other users of generic netlink never wait for cryptorture: genl_rcv() has
# cb_lock for reading in every callback, and registering a family takes it for writing.
# vm/tests/latency.sh [--table] [KERNEL [OPTION-OF-vm/run...]]
# With --table nothing is judged; the time of each command is printed as a table. With
# --instructions that does not depend on the load of this machine.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
table=''
if [ "${1-}" = --table ]; then
	table=1
	shift
fi
kernels=("${1-6.1}")
if [ $# -gt 0 ]; then
	shift
elif long && [ -z "$table" ]; then
	kernels+=(debug-6.12) # for lockdep
fi
scratch latency
build=$CT_FOLDER

# Static, so that it needs nothing in the guest.
program() {
	"${CXX:-g++}" -std=c++20 -O1 -Wall -Wextra -Wconversion -Werror -static -s \
		-I "$CT_TESTS/../../module/uapi" -o "$build/$1" "$CT_TESTS/latency/$1.cpp"
}

if [ -n "$table" ]; then
	program table || exit 2
	vm --kernel "${kernels[0]}" --timeout 1800 "$@" --file "$build/table:/root/table" -- /root/table
	cat "$VM_STDOUT"
	[ "$VM_STATUS" -eq 0 ] || tail -n 20 "$VM_STDERR" >&2
	exit "$VM_STATUS"
fi

# others_wait KERNEL MILLISECONDS [OPTION...]
others_wait() {
	local kernel=$1 folder="$build/$1"
	cp -r "$CT_TESTS/latency" "$folder"
	check "$kernel: the module that registers families builds" "$CT_TESTS/../kbuild" "$kernel" "$folder"
	echo "$2" >"$folder/limit"
	vm_cases "$CT_TESTS/latency/phases.sh" --kernel "$kernel" --no-module --timeout 1800 "${@:3}" \
		--file "$folder/latency.ko:/root/latency.ko" --file "$folder/limit:/root/limit" \
		--file "$build/watch:/root/watch"
	grep -hE '^[0-9]: ' "$VM_STDERR" >&2
}

check "the watcher builds" program watch
if [ -x "$build/watch" ]; then
	for kernel in "${kernels[@]}"; do
		case $kernel in
		debug-*) # takes ten times as long for everything
			check "$kernel: the module builds" "$CT_TESTS/../build" "$kernel"
			others_wait "$kernel" 500 --memory 2048 --timeout 3600 "$@"
			;;
		*) others_wait "$kernel" 50 "$@" ;;
		esac
	done
fi
long || echo "skip latency: later searches, mismatches, replays and lockdep are for LONG=1"
finish
