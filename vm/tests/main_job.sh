#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The main job as an operator has it done: real drivers, a verdict, a report.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

# reaches KERNEL DRIVER: every CPU, context and direction of it has operations.
reaches() {
	check "$1: $2 ran on both CPUs, in all contexts, both ways" json "$VM_STDOUT" \
		"len([c for c in last['coverage']['cells'] if c['driver'] == '$2' and c['operations'] > 0 and c['direction'] in ('encrypt', 'decrypt')]) == 12"
}

# Every driver, and how many cells there are at least.
run=(--for 60s)
cells=900

# clean_run KERNEL ARGUMENTS-OF-THE-KERNEL DRIVER...
clean_run() {
	local kernel=$1 append=$2 driver
	shift 2
	vm --kernel "$kernel" --append "$append" -- cryptorture run --seed 7 --json "${run[@]}"
	expect_status "$kernel: a run without a fault is status 0" 0
	check "$kernel: the last line is the verdict CLEAN" json "$VM_STDOUT" \
		'lines[-1] is last and last["type"] == "verdict" and last["verdict"] == "CLEAN" and last["mismatches"] == 0 and last["lost"] == 0'
	check "$kernel: the bound is that of the operations" json "$VM_STDOUT" \
		'abs(last["bound"]["per_packet"] * last["operations"] / 2.9957 - 1) < 0.001 and 0 < last["bound"]["per_block"] < last["bound"]["per_packet"]'
	check "$kernel: every planned cell was reached" json "$VM_STDOUT" \
		'last["coverage"]["cells_planned"] == last["coverage"]["cells_reached"] == len([c for c in last["coverage"]["cells"] if c["gap"] != "not-applicable"]) > '"$cells"
	check "$kernel: in three contexts" json "$VM_STDOUT" \
		'{c["context"] for c in last["coverage"]["cells"]} == {"task", "softirq", "caller"}'
	check "$kernel: interruptions inside FPU sections" json "$VM_STDOUT" 'last["fpu_hits"] > 0'
	check "$kernel: softirqs over FPU sections" json "$VM_STDOUT" 'over_fpu_section(last) > 0'
	check "$kernel: workers were preempted" json "$VM_STDOUT" 'last["preemptions"] > 0'
	check "$kernel: the interruptions swept over the whole operation" json "$VM_STDOUT" \
		'len(last["sweep"]) == 16 and min(last["sweep"]) > 0'
	check "$kernel: tampered packets were tried and refused" json "$VM_STDOUT" \
		'sum(c["operations"] for c in last["coverage"]["cells"] if c["direction"] == "tampered") > 1000'
	check "$kernel: no scalar driver has FPU sections" json "$VM_STDOUT" \
		'sum(c["fpu_hits"] for c in last["coverage"]["cells"] if "aesni" not in c["driver"] and "clmul" not in c["driver"] and "sha1-" not in c["driver"] and "ni" not in c["driver"] and "avx" not in c["driver"]) == 0'
	check "$kernel: less than 2.5 MiB, and 1.25 for each CPU" json "$VM_STDOUT" \
		'0 < lines[0]["memory"] < (2.5 + 2 * 1.25) * 2**20 and 0 < last["memory"] < (2.5 + 2 * 1.25) * 2**20'
	check "$kernel: requests were in flight together, and came back out of order" json "$VM_STDOUT" 'last["async"] > 1000 and last["reordered"] > 100'
	check "$kernel: softirqs over live user registers" json "$VM_STDOUT" 'last["nested_user"] > 100'
	check "$kernel: exercisers checked their registers" json "$VM_STDOUT" 'last["register_checks"] > 1000 and last["register_mismatches"] == 0'
	check "$kernel: expected results were computed on two CPUs" json "$VM_STDOUT" 'last["reference_checks"] > 100'
	check "$kernel: each disturber got in the way" json "$VM_STDOUT" \
		'{d["disturber"] for d in last["disturbers"] if d["count"] > 0} == {"timer", "preempt", "shuffle", "ipi", "resched", "membarrier"}'
	check "$kernel: operations moved from one CPU to another" json "$VM_STDOUT" 'last["migrations"] > 0'
	check "$kernel: the host's default drivers stayed what they were" json "$VM_STDOUT" 'last["defaults_changed"] == 0'
	check "$kernel: no priority was changed, but by the search" sh -c "! grep 'priorities of drivers were changed' '$VM_STDERR'"
	for driver in "$@"; do
		reaches "$kernel" "$driver"
	done
}

CT_KERNEL_TESTS=1
clean_run 6.1 '' rfc4106-gcm-aesni generic-gcm-aesni cbc-aes-aesni ctr-aes-aesni \
	'authenc(hmac(sha1-ni),cbc-aes-aesni)' 'authenc(hmac(sha256-ni),cbc-aes-aesni)' \
	'authenc(hmac(sha512-avx2),cbc-aes-aesni)' 'authenc(hmac(sha256-generic),cbc(aes-generic))' \
	'rfc4106(gcm_base(ctr(aes-generic),ghash-generic))' 'cbc(aes-generic)' \
	'cryptd(__rfc4106-gcm-aesni)' 'cryptd(__cbc-aes-aesni)' 'pcrypt(rfc4106-gcm-aesni)' \
	'seqiv(rfc4106-gcm-aesni)' 'echainiv(authenc(hmac(sha256-ni),cbc-aes-aesni))'
digest=$(python3 -c 'import json, sys; print(json.loads(open(sys.argv[1]).readlines()[-1])["digest"])' "$VM_STDOUT")
check "the kernel's packets of seed 7 are those that the same sources make on this machine" \
	same "$digest" "$("$CT_TESTS/../../build/ctl/digest_of_seed" 7)"

CT_KERNEL_TESTS=

# One that can be preempted anywhere; all drivers take a minute more.
if ! long; then
	run=(--for 20s --drivers 'rfc4106*,cbc-aes-aesni,authenc*sha256*,pcrypt(rfc4106-gcm-aesni),cryptd(__cbc-aes-aesni)')
	cells=150
fi
clean_run 6.12 preempt=full rfc4106-gcm-aesni-avx rfc4106-gcm-aesni cbc-aes-aesni \
	'authenc(hmac(sha256-ni),cbc-aes-aesni)' 'rfc4106(gcm_base(ctr(aes-generic),ghash-generic))'
! long || check "the same seed gives the same packets on another kernel" json "$VM_STDOUT" "last['digest'] == '$digest'"

# Faults injected, and every one of them noticed: in the guest that makes reports, which has
# looked for its drivers already.
out=$(mktemp -d "${TMPDIR:-/tmp}/cryptorture-main.XXXXXX")
vm_cases "$CT_TESTS/guest/reports.sh" --out "$out"
faults=$out/faults.json
check "as many mismatches as faults injected" json "$faults" \
	'last["verdict"] == "CORRUPT" and last["mismatches"] == last["injected"] == last["injected_found"] > 0'
check "every one of them has a record that says so" json "$faults" \
	'[l["number"] for l in lines if l["type"] == "mismatch" and l["injected"]] == list(range(1, last["mismatches"] + 1)) and last["lost"] == 0'
check "each record shows the one bit" json "$faults" \
	'all(l["wrong_bits"] == 1 and l["persists"] and int(l["expected"], 16) ^ int(l["actual"], 16) in [1 << n for n in range(1536 * 8)] for l in lines if l["type"] == "mismatch")'
check "the diagnosis follows, and makes nothing of them" json "$faults" \
	'lines[-1]["type"] == "diagnosis" and lines[-1]["class"] is None and lines[-1]["injected"] == last["mismatches"]'
check "another seed gives other packets" json "$faults" "last['digest'] not in (None, '$digest')"
if [ "$CT_FAILED" -eq 0 ]; then
	rm -rf "$out"
else
	echo "what the run with injected faults said is kept: $out" >&2
fi
finish
