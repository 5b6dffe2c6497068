#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a search for drivers makes in the kernel is nobody's default at any
# moment, and is gone with the module. Takes options of vm/run.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
scratch instances
build=$CT_FOLDER

# Static, so that it needs nothing in the guest.
check "the other user builds" "${CC:-gcc}" -O1 -Wall -Wextra -Werror -static -s \
	-o "$build/user" "$CT_TESTS/instances/user.c"
if [ -x "$build/user" ]; then
	# The one with more drivers; main_job.sh has all of the other's.
	CT_KERNEL_TESTS=1 vm_cases "$CT_TESTS/guest/instances.sh" --kernel 6.12 --no-module --timeout 1800 "$@" \
		--file "$build/user:/root/user"
fi
finish
