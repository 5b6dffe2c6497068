#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The exercisers of the control program on kernels of which no harm is known,
# without our module: every event, no register changed; a CPU that goes and
# comes; and with FXSAVE alone, as under old Xen. Takes options of vm/run; without any,
# our module without the program follows in the same guest: life.sh is about it.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
scratch exercisers
build=$CT_FOLDER
ctl="$CT_TESTS/../../ctl"

# Static, so that it needs nothing in the guest; compiled as one, as ctl/ does.
printf '#include "%s"\n' "$(readlink -f "$CT_TESTS/exercisers/pool.cpp")" tests/fake_pool.cpp \
	"$(readlink -f "$ctl")"/{registers,process,exerciser}/*.cpp base/{error,quantity}.cpp report/finding.cpp >"$build/pool.cpp"
check "exercisers build" "${CXX:-g++}" -std=c++20 -O1 -Wall -Wextra -Wconversion -Werror -DFMT_HEADER_ONLY -static -s -pthread \
	-I "$ctl" -I "$CT_TESTS/../../module/uapi" -o "$build/pool" "$build/pool.cpp" "$ctl"/{registers,process}/*.S
if [ -x "$build/pool" ]; then
	alone=()
	[ $# -gt 0 ] || alone=("$CT_TESTS/guest/alone.sh")
	vm_cases "$CT_TESTS/guest/exercisers.sh" "${alone[@]}" --no-module --timeout 900 "$@" --file "$build/pool:/root/pool"
	expect_status "exercisers: the guest's status" "$((CT_FAILED > 0))"
	vm --no-module --timeout 300 --append noxsave "$@" --file "$build/pool:/root/pool" -- /root/pool 5 1 1000
	expect_status "exercisers: no register changed with FXSAVE" 0
	check "exercisers: it was FXSAVE" matches "$VM_STDOUT" '^xsave 0$'
	for count in calls execs ptraces; do
		check "exercisers: $count with FXSAVE" matches "$VM_STDOUT" "^$count [1-9]"
	done
fi
finish
