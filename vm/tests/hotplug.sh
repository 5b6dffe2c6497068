#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs that lose their CPUs. A soft lockup fails it, as every kernel fault does.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
vm_cases "$CT_TESTS/guest/hotplug.sh" --cpus 3 --timeout 900 "$@"
expect_status "the guest's status, without a kernel fault" "$((CT_FAILED > 0))"
finish
