#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A watch over tunnels that iproute2 made: nothing is found on a healthy kernel, damage is laid to
# the right SA, side and CPU, and the host's network and xfrm stay as they are. With LONG=1, or
# the kernels named: vm/tests/esp_watch.sh [KERNEL...]
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
top=$(readlink -f -- "$CT_TESTS/../..")
# shellcheck disable=SC2034 # of cache.sh
CT_PROGRAM=vm/tests/esp_watch.sh
CT_VM="$top/vm"
# shellcheck source=../lib/cache.sh
. "$CT_VM/lib/cache.sh"
# shellcheck source=../lib/initramfs.sh
. "$CT_VM/lib/initramfs.sh"

kernels=("$@")
if [ ${#kernels[@]} -eq 0 ]; then
	kernels=(6.1)
	! long || kernels+=(6.12 7.3)
fi
scratch esp-watch
out=$CT_FOLDER
initramfs_skeleton "$out/root"
for program in ip ping tc; do
	check "this machine has $program" command -v "$program" &&
		initramfs_program "$out/root" "$(command -v "$program")" "/usr/local/bin/$program"
done

mkdir -p "$out/root/usr/local/bin"
check "the helper that switches offloads builds" "${CC:-cc}" -O1 -Wall -Wextra -Werror -static -s \
	-o "$out/root/usr/local/bin/link_offload" "$CT_TESTS/esp_watch/link_offload.c"

# says NAME WATCH EXPRESSION: of Python, over `v`, the verdict, and `wrong`, the wrong packets.
says() {
	check "$kernel: $2: $1" python3 - "$here/$2.json" "$3" <<'PY'
import json, sys
path, expression = sys.argv[1:]
lines = [json.loads(line) for line in open(path) if line.strip()]
v = [line for line in lines if line["type"] == "watch_verdict"][-1]
wrong = [line for line in lines if line["type"] == "watch_packet"]
if not eval(expression):
    few = {key: v[key] for key in v if key not in ("sas", "cpus")}
    print(f"{expression} does not hold: {few}; SAs {v['sas'][:4]}; CPUs {v['cpus']}; "
          f"first wrong {wrong[:2]}")
    sys.exit(1)
PY
}

status_of() { cat "$here/$1.status"; }
number_of() { cat "$here/$1" 2>/dev/null || echo -1; }

for kernel in "${kernels[@]}"; do
	here="$out/$kernel"
	mkdir -p "$here"
	check "$kernel: the module that is broken on purpose builds" make -s -C "$top" busted KERNEL="$kernel"
	vm_cases "$CT_TESTS/guest/esp_watch.sh" --kernel "$kernel" --no-module --timeout 1800 --out "$here" \
		--file "$out/root/usr:/" \
		--file "$top/build/busted/$kernel/cryptorture_busted.ko:/root/cryptorture_busted.ko"

	for clean in clean-a clean-b; do
		says "nothing is wrong" $clean \
			'v["verdict"] == "CLEAN" and v["findings"] == 0 and v["opened"] >= 50 and v["undecided"] == 0'
		check "$kernel: $clean: its status" same "$(status_of $clean)" 0
	done
	says "packets of both directions are opened" clean-a \
		'sum(c["sent"] for c in v["cpus"]) >= 20 and sum(c["received"] for c in v["cpus"]) >= 20'
	says "what was delivered is compared" clean-a 'v["compared"] >= 20'
	says "each SA has its algorithm and a driver" clean-a \
		'len(v["sas"]) >= 2 and all(s["algorithm"] and s["driver"] for s in v["sas"])'
	says "an SA that came in mid-run is opened" rekey \
		'v["verdict"] == "CLEAN" and {0x1711, 0x1712} <= {s["spi"] for s in v["sas"] if s["opened"] > 0} and v["unknown_spi"] == 0'
	says "those that went keep their counts" rekey 'any(s["gone"] and s["opened"] > 0 for s in v["sas"])'
	says "skipped packets are counted" gentle \
		'v["sample"] == 4 and v["seen"] < v["kernel_packets"] / 2 and v["skipped"] > 0 and v["findings"] == 0'

	# Both sides look at the same packets: what one encapsulated wrong the other receives so.
	says "damage is found and is this host's, or its peer's" busted-a \
		'v["verdict"] == "CORRUPT" and v["encapsulated_wrong"] + v["received_wrong"] > 0 and v["delivered_wrong"] > 0'
	check "$kernel: busted-a: its status" same "$(status_of busted-a)" 1
	says "each wrong packet has its SA" busted-a \
		'all((w["spi"], w["direction"]) in ((0x1701, "out"), (0x1702, "in")) for w in wrong)'
	says "what is received wrong was sealed so by the peer" busted-a \
		'all(w["stage"] == {"out": "encapsulation"}.get(w["direction"], w["stage"]) for w in wrong) and all(w["icv_valid"] for w in wrong)'
	says "its driver is named" busted-a \
		'all("busted" in (w["driver"] or "") for w in wrong if w["stage"] != "peer-encapsulation")'
	check "$kernel: what one host sent wrong the other received wrong" python3 - "$here" <<'PY'
import json, sys
def packets(name):
    lines = [json.loads(line) for line in open(f"{sys.argv[1]}/{name}.json") if line.strip()]
    return [line for line in lines if line["type"] == "watch_packet"]
def keys(name, stage):
    return {(w["spi"], w["sequence"]) for w in packets(name) if w["stage"] == stage}
a, b = "busted-a", "busted-b"
# On a busy machine a ring may have no room, which is said.
missed = sum(json.loads(open(f"{sys.argv[1]}/{name}.json").read().strip().splitlines()[-1])["ring_dropped"] for name in (a, b))
for one, other in ((a, b), (b, a)):
    sent, received = keys(one, "encapsulation"), keys(other, "peer-encapsulation")
    # One watch may begin or end a little before the other.
    if not sent or len(sent ^ received) > 0.2 * len(sent) + 2 + missed / 20:
        sys.exit(f"{one} sent wrong {sorted(sent)[:6]}, {other} received {sorted(received)[:6]}")
PY
	check "$kernel: as many as the driver damaged" python3 - "$here" "$(number_of busted.done)" <<'PY'
import json, sys
wrong = seen = missed = 0
for name in "busted-a", "busted-b":
    v = json.loads(open(f"{sys.argv[1]}/{name}.json").read().strip().splitlines()[-1])
    wrong += v["encapsulated_wrong"] + v["encapsulated_icv_wrong"] + v["delivered_wrong"]
    seen += v["seen"]
    missed += v["ring_dropped"] + v["undelivered"]
done = int(sys.argv[2])
if not done * (0.8 - missed / (seen + missed)) - 2 <= wrong <= done:
    sys.exit(f"{wrong} were found of {done}, {missed} of {seen + missed} packets missed")
PY
	# What acknowledgements make TCP send comes from softirqs, of any CPU.
	says "the CPU that the sender was bound to is among those named" bound \
		'v["encapsulated_wrong"] > 0 and any(w["cpu"] == 1 for w in wrong if w["stage"] == "encapsulation")'
	says "UDP of NAT-T is watched, too" natt 'v["verdict"] == "CORRUPT" and any(w["natt"] for w in wrong)'
	says "incoming ESP that GRO takes is said" hidden \
		'any("GRO" in gap for gap in v["gaps"]) and any("gro off" in advice for advice in v["advice"])'
	if long; then
		says "loss and reordering for 10 minutes are nothing wrong" lossy \
			'v["verdict"] == "CLEAN" and v["findings"] == 0 and v["opened"] > 5000'
	fi
done
long || echo "skip esp_watch: 6.12, 7.3 and 10 minutes of loss and reordering are for LONG=1"
finish
