#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The program killed, the module unloaded, with exercisers inside of the kernel.
# Takes options of vm/run.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

vm_cases "$CT_TESTS/guest/killed.sh" "$@"
finish
