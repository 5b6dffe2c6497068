#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Disturbers: each disturbs, or reports why it cannot; none does harm.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

vm_cases "$CT_TESTS/guest/disturb.sh" --append preempt=full --cpus 3
finish
