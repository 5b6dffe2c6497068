#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A verdict that knows what it has not seen: with all disturbers, and when too short.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

if long; then
	# Hotplug and reclaim as well; disturb.sh has them with two drivers.
	vm --memory 1536 -- cryptorture run --for 120s --disturb all --json
	expect_status "all disturbers: CLEAN" 0
	check "all disturbers: each did something, or says why it cannot" json "$VM_STDOUT" \
		'len(last["disturbers"]) == 9 and all(d["count"] > 0 or d["reason"] for d in last["disturbers"])'
	check "all disturbers: CPUs came and went, memory was reclaimed" json "$VM_STDOUT" \
		'all(d["count"] > 0 for d in last["disturbers"] if d["disturber"] in ("hotplug", "memory"))'
	check "all disturbers: a machine without frequencies to set is no fault" json "$VM_STDOUT" \
		'[d["reason"] for d in last["disturbers"] if d["disturber"] == "freq"][0] and any("freq" in i["what"] for i in last["inapplicable"])'
fi

# One second at a hundredth of the load says nothing, and says so.
vm -- cryptorture run --for 1s --load 1% --json
expect_status "1 s at 1 % load is INCONCLUSIVE" 3
check "1 s at 1 %: what was not reached" json "$VM_STDOUT" \
	'last["verdict"] == "INCONCLUSIVE" and last["mismatches"] == 0 and last["coverage"]["cells_reached"] < last["coverage"]["cells_planned"] and last["gaps"]'
check "1 s at 1 %: and how long it would take, or what never happened" json "$VM_STDOUT" \
	'last["estimate"]["unknown"] or (last["estimate"]["seconds"] > 1 and "--load 1%" in last["estimate"]["command"])'
finish
