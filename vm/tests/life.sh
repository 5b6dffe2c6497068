#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A run outlives its control program; a host outlives both. Takes options of vm/run; without
# any, a host without the program is in the guest of exercisers.sh.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

vm_cases "$CT_TESTS/guest/life.sh" --kernel 6.12 --append preempt=full "$@"
[ $# -eq 0 ] || vm_cases "$CT_TESTS/guest/alone.sh" --no-module "$@"
finish
