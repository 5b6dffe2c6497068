#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What is counted by CPU is counted for the CPU that did it: a CPU that alone is wrong is
# named although workers are moved about, no other one is blamed, and all sums agree.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

into="$CT_TESTS/../../build/busted/6.1"
check "the module that is broken on purpose builds" make -s -C "$CT_TESTS/../.." busted KERNEL=6.1
out=$(mktemp -d "${TMPDIR:-/tmp}/cryptorture-which-cpu.XXXXXX")

# says NAME EXPRESSION: of $fault on $cpus CPUs, as json() has it.
says() {
	check "$cpus CPUs: $fault: $1" json "$out/$cpus/$fault.json" "$2"
}

for cpus in 2 $(! long || echo 4); do
	vm_cases "$CT_TESTS/guest/which_cpu.sh" --cpus "$cpus" --out "$out/$cpus" \
		--file "$into/cryptorture_busted.ko:/root/cryptorture_busted.ko"
	for fault in cpu-deterministic $(! long || echo cpu-intermittent) memory; do
		says "workers were moved in mid-operation" 'last["migrations"] > 0'
		says "operations by CPU are those of the run" \
			'sum(c["operations"] for c in last["cpus"]) == last["operations"]'
		says "mismatches by CPU are those of the run" \
			'sum(c["mismatches"] for c in last["cpus"]) == last["mismatches"] > 0'
		says "and by driver, CPU and context" \
			'sum(g["mismatches"] for g in last["groups"]) == last["mismatches"]'
		says "each CPU has as many in both" \
			'all(c["mismatches"] == sum(g["mismatches"] for g in last["groups"] if g["cpu"] == c["cpu"]) for c in last["cpus"])'
		says "a group has no more records than mismatches" \
			'all(g["mismatches"] >= g["records"] for g in last["groups"])'
	done
	for fault in cpu-deterministic $(! long || echo cpu-intermittent); do
		says "CPU 1 is the suspect" 'last["suspect"] and last["suspect"]["kind"] == "cpu" and last["suspect"]["cpus"] == "1"'
		says "no other CPU has one by itself" \
			'all(c["mismatches"] == c["mismatches_moved"] for c in last["cpus"] if c["cpu"] != 1)'
		check "$cpus CPUs: $fault: the kernel log names CPU 1" \
			matches "$out/$cpus/$fault.log" 'verdict CORRUPT:.* suspect_cpus=1 '
		check "$cpus CPUs: $fault: the report names CPU 1" \
			matches "$out/$cpus/$fault.txt" '^(all|[0-9,]+ of) [0-9,]+ mismatch(es)? were on CPU 1;'
		check "$cpus CPUs: $fault: the diagnosis counts for CPU 1" \
			matches "$out/$cpus/$fault.txt" 'CPU +1\b'
	done
	# One page, which wanders.
	fault=memory
	says "no CPU is the suspect" 'last["suspect"] is None and len({g["cpu"] for g in last["groups"]}) > 1'
	check "$cpus CPUs: memory: nor does the kernel log name one" \
		matches "$out/$cpus/memory.log" 'verdict CORRUPT:.* suspect_cpus= '
	check "$cpus CPUs: memory: nor the report" sh -c "! grep -E 'mismatch(es)? were on ' '$out/$cpus/memory.txt'"
done
[ "$CT_FAILED" -eq 0 ] || CT_KEEP=yes
if [ -n "${CT_KEEP-}" ]; then
	echo "kept: $out" >&2
else
	rm -rf "$out"
fi
finish
