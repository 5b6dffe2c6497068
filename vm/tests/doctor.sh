#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the program says of a machine before a run, on one whose facts are known.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

# says NAME EXPRESSION: of Python, over the facts that a finding contains.
says() {
	check "$1" json "$out/doctor.json" "any($2 for f in last['findings'])"
}

scratch doctor

out=$CT_FOLDER
vm_cases "$CT_TESTS/guest/doctor.sh" --no-module --out "$out"
check "one line, of type doctor, without obstacles" json "$out/doctor.json" \
	'len(lines) == 1 and last["type"] == "doctor" and last["ready"] and last["obstacles"] == []'
check "the CPU has aes, and no vpclmulqdq" json "$out/doctor.json" \
	'last["features"]["aes"] and last["features"]["avx2"] and not last["features"]["vpclmulqdq"]'
check "the kernel's release" json "$out/doctor.json" \
	'last["kernel"].startswith("6.1.0-") and last["kernel"].endswith("-amd64")'
says "the stable version that it is" '"which is 6.1." in f["what"]'
check "QEMU without hardware help" json "$out/doctor.json" 'last["hypervisor"] == "qemu-tcg"'
check "the preemption model that was built in" json "$out/doctor.json" 'last["preemption"] == "voluntary"'
check "both CPUs, with package and core" json "$out/doctor.json" \
	'[c["cpu"] for c in last["cpus"]] == [0, 1] and all(c["package"] is not None and c["core"] is not None and c["model"] for c in last["cpus"])'
version=$(cat "$CT_TESTS/../../VERSION")
check "the loaded module's version" json "$out/doctor.json" "last['module'] == last['program'] == '$version'"
says "the module's own drivers" 'f["topic"] == "drivers" and "rfc4106-gcm-aesni" in f["what"] and f["what"].startswith("the module can test")'
says "why some are absent" 'f["topic"] == "drivers" and "absent: this CPU has no vpclmulqdq" in f["what"]'
check "no driver that only other kernels have is named" json "$out/doctor.json" \
	'"-vaes-" not in str([f for f in last["findings"] if f["topic"] == "drivers"])'
says "softirqs can nest" 'f["topic"] == "nesting" and f["level"] == "ok"'
says "root in the initial namespaces" 'f["topic"] == "permissions" and f["level"] == "ok" and "user 0" in f["what"]'
check "nothing is a problem" json "$out/doctor.json" '[f for f in last["findings"] if f["level"] == "problem"] == []'

finish
