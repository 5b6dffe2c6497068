#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The storms' short form: see `make storms` for the whole. Takes options of vm/run.
set -euo pipefail
exec "$(dirname -- "$(readlink -f -- "$0")")/../storms/run" --loads 6 --hotplugs 6 --flood 3 "$@"
