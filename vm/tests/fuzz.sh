#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The netlink fuzzer's short form: see `make fuzz` for the whole. Takes options of vm/run.
set -euo pipefail
exec "$(dirname -- "$(readlink -f -- "$0")")/../fuzz/run" --messages 5000 "$@"
