#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A fault is narrowed down to the smallest run that shows it.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

vm_cases "$CT_TESTS/guest/bisect.sh" --kernel 6.12
finish
