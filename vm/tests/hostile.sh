#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel's side of the family against malformed, unauthorised and untimely
# requests: hostile/, run in a guest. Takes options of vm/run.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
scratch hostile
build=$CT_FOLDER

# Static, so that it needs nothing in the guest.
check "hostile builds" "${CXX:-g++}" -std=c++20 -O1 -Wall -Wextra -Wconversion -Werror -static -s -pthread \
	-I "$CT_TESTS/../../module/uapi" -o "$build/hostile" "$CT_TESTS"/hostile/*.cpp
if [ -x "$build/hostile" ]; then
	vm_cases "$CT_TESTS/hostile/requests.sh" --timeout 1800 "$@" --file "$build/hostile:/root/hostile"
	expect_status "hostile: the guest's status" "$((CT_FAILED > 0))"
fi
finish
