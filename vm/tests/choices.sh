#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a user may choose, and what he may not. Takes options of vm/run.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

vm_cases "$CT_TESTS/guest/choices.sh" "$@"
finish
