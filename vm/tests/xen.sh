#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# As a Xen PV dom0: what vm/run promises, what doctor and reports say, and the main job;
# with LONG=1 on another kernel, too, and with twice as many CPUs as there are.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

scratch xen

out=$CT_FOLDER
# As few drivers as show each kind: Xen makes every system call of an emulated CPU dear.
drivers='rfc4106-gcm-aesni*,cbc-aes-aesni,ctr(aes-generic)'
run="echo 1 >/sys/module/cryptomgr/parameters/notests
	cryptorture doctor --json
	cryptorture run --json --seed 7 --drivers '$drivers'"

# verdict NAME: of a run that may be too short to reach every cell under Xen, and of the doctor
# before it. That no cell is missing is for a silicon host to ask.
verdict() {
	check "$1: a verdict without a mismatch" json "$VM_STDOUT" \
		'last["type"] == "verdict" and last["verdict"] in ("CLEAN", "INCONCLUSIVE") and last["mismatches"] == last["lost"] == 0'
	check "$1: its status" test "$VM_STATUS" -eq 0 -o "$VM_STATUS" -eq 3
	check "$1: doctor says Xen PV, and dom0" json "$VM_STDOUT" \
		"lines[0]['hypervisor'] == 'xen-pv' and any(f['topic'] == 'hypervisor' and f['what'].startswith(\"Xen's dom0, PV, Xen 4.\") for f in lines[0]['findings'])"
	check "$1: interrupted and nested inside FPU sections" json "$VM_STDOUT" 'last["fpu_hits"] > 0 and over_fpu_section(last) > 0'
}

vm --xen --out "$out" -- bash -c "echo to stderr >&2; $run --for 20s --out /out/run"
verdict "6.1"
check "6.1: nothing is a problem" json "$VM_STDOUT" \
	'lines[0]["ready"] and [f for f in lines[0]["findings"] if f["level"] == "problem"] == []'
check "6.1: the command's stderr" matches "$VM_STDERR" '^to stderr$'
check "6.1: each disturber got in the way" json "$VM_STDOUT" \
	'{d["disturber"] for d in last["disturbers"] if d["count"] > 0} == {"timer", "preempt", "shuffle", "ipi", "resched", "membarrier"}'
check "6.1: exercisers checked their registers" json "$VM_STDOUT" 'last["register_checks"] > 0 and last["register_mismatches"] == 0'
check "6.1: the report says Xen PV" json "$out/run/run.json" 'lines[0]["host"]["hypervisor"] == "xen-pv"'

if long; then
	# As many as there are, once more: its other run is on more.
	vm --xen --kernel 6.12 -- bash -c "$run --for 15s"
	verdict "6.12"

	vm --xen --kernel 6.12 --cpus 2 --vcpus 4 -- bash -c "$run --for 15s"
	verdict "6.12, 4 vCPUs on 2"
	check "6.12, 4 vCPUs on 2: operations on each of them" json "$VM_STDOUT" \
		'{c["cpu"] for c in last["coverage"]["cells"] if c["operations"] > 0} == {0, 1, 2, 3} and len(lines[0]["cpus"]) == 4'
fi

refuse "--vcpus without --xen" '--vcpus is for --xen' 2 "$CT_TESTS/../run" --vcpus 4 -- true
finish
