#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A verdict with all disturbers and all drivers.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

if ! long; then
	echo "skip contexts: two minutes of all disturbers are for LONG=1; disturb.sh has them with two drivers"
else
	# Hotplug and reclaim as well.
	vm --memory 1536 -- cryptorture run --for 120s --disturb all --json
	expect_status "all disturbers: CLEAN" 0
	check "all disturbers: each did something, or says why it cannot" json "$VM_STDOUT" \
		'len(last["disturbers"]) == 8 and all(d["count"] > 0 or d["reason"] for d in last["disturbers"])'
	check "all disturbers: CPUs came and went, memory was reclaimed" json "$VM_STDOUT" \
		'all(d["count"] > 0 for d in last["disturbers"] if d["disturber"] in ("hotplug", "memory"))'
fi

finish
