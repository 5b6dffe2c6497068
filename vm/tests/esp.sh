#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Real ESP tunnels between two namespaces: nothing is wrong on a healthy kernel, each damage is
# found and laid to the right side, and nothing of it stays. With LONG=1, or the kernels named:
# vm/tests/esp.sh [KERNEL...]
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

kernels=("$@")
if [ ${#kernels[@]} -eq 0 ]; then
	kernels=(6.1)
	! long || kernels+=(6.12 7.3)
fi
scratch esp
out=$CT_FOLDER

# says NAME RUN EXPRESSION: of Python, over `v`, the verdict, and `wrong`, the wrong packets.
says() {
	check "$kernel: $2: $1" python3 - "$here/$2.json" "$3" <<'PY'
import json, sys
path, expression = sys.argv[1:]
lines = [json.loads(line) for line in open(path) if line.strip()]
v = [line for line in lines if line["type"] == "esp_verdict"][-1]
wrong = [line for line in lines if line["type"] == "esp_wrong_packet"]
def cells(**want):
    return [c for c in v["cells"] if all(c[key] == value for key, value in want.items())]
if not eval(expression):
    print(f"{expression} does not hold: {v['verdict']}: {v['sentence']}; gaps {v['gaps']}; "
          f"notes {v['notes']}; skipped {v['skipped'][:3]}; first wrong "
          f"{[{k: w[k] for k in ('stage', 'mode', 'flow', 'cpu', 'blocks', 'exact', 'icv_valid', 'delivered')} for w in wrong[:3]]}")
    sys.exit(1)
PY
}

status_of() { cat "$here/$1.status"; }

for kernel in "${kernels[@]}"; do
	here="$out/$kernel"
	mkdir -p "$here"
	check "$kernel: the module that is broken on purpose builds" make -s -C "$CT_TESTS/../.." busted KERNEL="$kernel"
	vm_cases "$CT_TESTS/guest/esp.sh" --kernel "$kernel" --timeout 1200 --out "$here" \
		--file "$CT_TESTS/../../build/busted/$kernel/cryptorture_busted.ko:/root/cryptorture_busted.ko"

	# Without any doubt but what an emulated CPU may be too slow for in a short run.
	verdicts='("CLEAN", "INCONCLUSIVE")'
	! long || verdicts='("CLEAN",)'
	says "nothing is wrong" clean "v['findings'] == v['refused'] == v['unattributed'] == 0 and v['verdict'] in $verdicts"
	says "nothing is lost" clean 'v["lost"] == v["ring_dropped"] == v["tap_dropped"] == v["unknown_spi"] == 0'
	says "every mode, family and algorithm had its packets" clean \
		'len({(c["mode"], c["family"]) for c in v["cells"]}) == 12 and all(c["encapsulated"] >= 20 and c["decapsulated"] >= 20 for c in v["cells"])'
	says "both CPUs encapsulated and decapsulated" clean \
		'len(v["cpus"]) == 2 and all(c["encapsulations"] >= 50 and c["decapsulations"] >= 50 for c in v["cpus"])'
	says "the driver of each SA is named" clean 'all(c["driver"] for c in v["cells"])'
	says "contexts are known" clean 'all(c["encapsulation_contexts"]["task"] + c["encapsulation_contexts"]["task_bh"] > 0 for c in v["cpus"])'
	says "the module's disturbers ran meanwhile" clean 'v["module_mismatches"] == 0'
	says "nothing is wrong with offload" offload 'v["findings"] == v["refused"] == v["unattributed"] == 0 and v["offload"]'

	says "each changed packet is found, and nothing else" inject \
		'v["verdict"] == "CORRUPT" and v["injected"] > 10 and v["injected"] == v["injected_found"] == v["findings"]'
	says "it is laid to the wire" inject 'all(w["stage"] == "wire" and w["injected"] and w["icv_valid"] for w in wrong)'
	says "which modes let it through" inject \
		'all((r["reached"] > 0) == (r["mode"] in ("natt-transport", "gre-natt")) for r in v["reach"] if r["protocol"] != "ping" and r["wrong"] > 0)'
	check "$kernel: inject: its status" same "$(status_of inject)" 1

	says "wrong packets are found in both directions" seldom \
		'v["verdict"] == "CORRUPT" and v["encapsulated_wrong"] > 0 and v["decapsulated_wrong"] > 0'
	# A trailer or an inner header that decapsulation damaged is dropped by the kernel.
	says "as many as the driver damaged" seldom \
		"abs(v['encapsulated_wrong'] + v['decapsulated_wrong'] + v['refused'] + v['lost'] - $(cat "$here/seldom.done" 2>/dev/null || echo -1)) <= 3"
	says "the kernel's counters say why it dropped packets" seldom "v['lost'] == 0 or v['drops']"
	says "its ICV is valid, and its driver is named" seldom 'all(w["icv_valid"] and "busted" in (w["driver"] or "") for w in wrong)'
	# Not those whose headers are damaged: of short packets one block is little else.
	says "most are known byte by byte" seldom 'sum(w["exact"] for w in wrong) > 0.5 * len(wrong)'
	if [ -e "$here/nested.json" ]; then
		says "the real mechanism shows" nested 'v["findings"] + v["refused"] > 0 and v["verdict"] == "CORRUPT"'
	else
		says "no real mechanism: softirqs do not run inside FPU sections of this kernel" clean 'not v["fpu_nests"]'
	fi
done
finish
