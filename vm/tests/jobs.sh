#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Long work of the module: others see it, it can be cancelled, and ends with its requester.
# Then the program is killed, and the module unloaded, with exercisers inside of the kernel.
# Takes options of vm/run.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

# A first search has to last for a while.
CT_KERNEL_TESTS=1 vm_cases "$CT_TESTS/guest/jobs.sh" "$CT_TESTS/guest/killed.sh" "$@"
finish
