#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A watch over SAs that others make: the real strongSwan of Debian 12, with ESP in UDP, AES-GCM and
# AES-CBC with 64-bit sequence numbers and new keys every few seconds; and iproute2, with several
# algorithms. Nothing is found on a healthy kernel, and damage is laid to its SA, side and CPU.
# With LONG=1, or the kernels named: vm/tests/strongswan.sh [KERNEL...]
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
# shellcheck disable=SC2034 # of cache.sh
CT_PROGRAM=vm/tests/strongswan.sh
CT_VM="$CT_TESTS/.."
# shellcheck source=../lib/cache.sh
. "$CT_VM/lib/cache.sh"
# shellcheck source=../lib/initramfs.sh
. "$CT_VM/lib/initramfs.sh"

kernels=("$@")
if [ ${#kernels[@]} -eq 0 ]; then
	kernels=(6.1)
	! long || kernels+=(6.12 7.3)
fi
scratch strongswan
out=$CT_FOLDER

initramfs_skeleton "$out/root"
for program in ip ping; do
	check "this machine has $program" command -v "$program" &&
		initramfs_program "$out/root" "$(command -v "$program")" "/usr/local/bin/$program"
done

# The daemon and what it needs, with bookworm's own C library: a system of its own in the guest.
pack() {
	# shellcheck disable=SC2016 # of the inner shell
	"$CT_VM/chroot" --bind "$out" bookworm-strongswan bash -c '
		set -euo pipefail
		files=(/usr/lib/ipsec/charon /usr/sbin/swanctl)
		for plugin in $(sed -n "s/^\tload = \(.* .*\)/\1/p" "$2"); do
			files+=("/usr/lib/ipsec/plugins/libstrongswan-$plugin.so")
		done
		# The last: only loaded when a thread ends.
		files+=($(ldd "${files[@]}" | sed -nE "s#^\t(.* => )?(/[^ ]+) .*#\2#p" | sort -u) /lib/x86_64-linux-gnu/libgcc_s.so.1)
		mkdir -p "$1/swan/etc"
		cp -L --parents "${files[@]}" "$1/swan"
	' bash "$out" "$(readlink -f -- "$CT_TESTS/strongswan/strongswan.conf")"
}
check "strongSwan is there" pack
[ -d "$out/swan" ] || finish

# says NAME WATCH EXPRESSION: of Python, over `v`, the verdict, `wrong`, the wrong packets, and
# `spis`, of what strongSwan's log of host a has: (child, direction) and its SPIs.
says() {
	check "$kernel: $2: $1" python3 - "$here" "$2" "$3" <<'PY'
import json, re, sys
folder, name, expression = sys.argv[1:]
lines = [json.loads(line) for line in open(f"{folder}/{name}.json") if line.strip()]
v = [line for line in lines if line["type"] == "watch_verdict"][-1]
wrong = [line for line in lines if line["type"] == "watch_packet"]
sas = v["sas"]
spis = {}
for child, ours, theirs in re.findall(r"CHILD_SA (\w+)\{\d+\} established with SPIs (\w+)_i (\w+)_o",
                                      open(f"{folder}/charon-a.log").read()):
    spis.setdefault((child, "in"), set()).add(int(ours, 16))
    spis.setdefault((child, "out"), set()).add(int(theirs, 16))
def opened(algorithm, direction):
    return [sa for sa in sas if sa["opened"] > 0 and sa["direction"] == direction and algorithm in sa["algorithm"]]
if not eval(expression):
    few = {key: v[key] for key in v if key not in ("sas", "cpus")}
    print(f"{expression} does not hold: {few}; SAs {sas[:4]}; CPUs {v['cpus']}; "
          f"{len(wrong)} wrong, first {wrong[:2]}")
    sys.exit(1)
PY
}

status_of() { cat "$here/$1.status"; }

for kernel in "${kernels[@]}"; do
	here="$out/$kernel"
	mkdir -p "$here"
	check "$kernel: the module that is broken on purpose builds" make -s -C "$CT_TESTS/../.." busted KERNEL="$kernel"
	vm_cases "$CT_TESTS/guest/strongswan.sh" --kernel "$kernel" --no-module --timeout 900 --out "$here" \
		--file "$out/root/usr:/" --file "$out/swan:/swan" --file "$CT_TESTS/strongswan:/root/strongswan" \
		--file "$CT_TESTS/../../build/busted/$kernel/cryptorture_busted.ko:/root/cryptorture_busted.ko"

	if [ ! -s "$here/iproute2.json" ]; then
		not_ok "$kernel: watches have ended" "$(cat "$here"/*.err)"
		continue
	fi
	says "nothing is wrong" swan 'v["verdict"] == "CLEAN" and v["findings"] == v["undecided"] == v["icv_wrong"] == 0'
	check "$kernel: swan: its status" same "$(status_of swan)" 0
	says "each packet has an SA that can be opened" swan \
		'v["unknown_spi"] == v["malformed"] == v["unreadable"] == 0 and v["opened"] >= 500'
	says "packets of five changes of keys are opened, both ways" swan \
		'all(len(opened(algorithm, way)) >= 5 for algorithm in ("rfc4106 16, 128-bit", "sha256") for way in ("in", "out"))'
	says "its SAs are strongSwan's" swan \
		'all(sa["spi"] in spis["gcm" if "rfc4106" in sa["algorithm"] else "cbc", sa["direction"]] for sa in sas if sa["opened"])'
	# Nor is an SPI that is only reserved taken for one.
	says "each SA can be opened" swan 'not any(sa["unreadable"] for sa in sas)'
	says "sequence numbers have 64 bits" swan 'all(sa["algorithm"].endswith("ESN") for sa in sas)'
	says "ESP is in UDP, both modes" swan '{sa["mode"] for sa in sas} == {"natt-transport", "natt-tunnel"}'
	says "what was delivered is compared, in both modes" swan \
		'v["delivered_wrong"] == 0 and all(sum(sa["compared"] for sa in opened(algorithm, "in")) >= 100 for algorithm in ("rfc4106", "sha256"))'

	says "damage is found" swan-busted \
		'v["verdict"] == "CORRUPT" and v["encapsulated_wrong"] > 0 and v["received_wrong"] > 0 and v["delivered_wrong"] > 0'
	check "$kernel: swan-busted: its status" same "$(status_of swan-busted)" 1
	says "each wrong packet has its SA and direction" swan-busted \
		'all(w["spi"] in spis["cbc", w["direction"]] and w["natt"] and w["icv_valid"] for w in wrong)'
	says "its CPU is the one with the broken driver" swan-busted 'all(w["cpu"] == 1 for w in wrong)'
	says "its driver is named" swan-busted \
		'all("busted" in (w["driver"] or "") for w in wrong if w["stage"] != "peer-encapsulation")'
	says "SAs of AES-GCM have none" swan-busted \
		'len(opened("rfc4106", "out")) > 0 and all(sa["wrong"] == sa["delivered_wrong"] == 0 for sa in sas if "rfc4106" in sa["algorithm"])'

	says "damage is found" iproute2-busted 'v["verdict"] == "CORRUPT" and v["encapsulated_wrong"] > 0 and v["delivered_wrong"] > 0'
	says "each wrong packet has its SA and direction" iproute2-busted \
		'all(w["spi"] in range(0x104, 0x108) if w["direction"] == "out" else w["spi"] in range(0x184, 0x188) for w in wrong)'
	says "its CPU is the one with the broken driver" iproute2-busted 'all(w["cpu"] == 1 for w in wrong)'
	says "several algorithms are hit, also over IPv6" iproute2-busted \
		'len({w["algorithm"] for w in wrong}) >= 3 and any(":" in w["source"] for w in wrong)'

	says "nothing is wrong" iproute2 'v["verdict"] == "CLEAN" and v["findings"] == v["undecided"] == v["icv_wrong"] == v["unknown_spi"] == 0'
	says "each algorithm is opened, both ways, with several keys" iproute2 \
		'len(sas) == 4 * 7 * 2 and sum(sa["opened"] > 0 for sa in sas) >= 3 * 7 * 2 and not any(sa["unreadable"] for sa in sas)'
	says "each has its algorithm" iproute2 'len({sa["algorithm"] for sa in sas}) == 7'
done
long || echo "skip strongswan: 6.12 and 7.3 are for LONG=1"
finish
