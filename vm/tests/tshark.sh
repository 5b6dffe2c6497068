#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the program writes for Wireshark is decrypted, checked and marked by Wireshark, packet
# by packet: by the tshark of bookworm (4.0) and that of trixie (4.4), each in a system of its
# own in the cache. Needs no VM.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
ctl=$(readlink -f "$CT_TESTS/../../ctl")
work=$(mktemp -d "${TMPDIR:-/tmp}/cryptorture-tshark.XXXXXX")
trap 'rm -rf "$work"' EXIT

# Compiled as one, as ctl/ does.
printf '#include "%s"\n' "$ctl"/{base/{error,quantity},capture/{packet,inner,extension,pcapng,sink,wireshark}}.cpp \
	"$ctl"/cipher/*.cpp "$(readlink -f "$CT_TESTS/tshark/sample.cpp")" >"$work/sample.cpp"
# shellcheck disable=SC2046 # options
check "the program builds" "${CXX:-g++}" -std=c++20 -O1 -Wall -Wextra -Wconversion -Werror -Wno-restrict -Wno-subobject-linkage \
	-I "$ctl" -I "$ctl/../module" -I "$ctl/../module/uapi" $(pkg-config --cflags libnl-3.0) -o "$work/sample" "$work/sample.cpp" -lfmt
if [ ! -x "$work/sample" ] || ! "$work/sample" "$work/wire.pcapng" "$work/wireshark" >"$work/said"; then
	not_ok "it writes a capture" "see above"
	finish
	exit
fi

# read_by SYSTEM: every packet's fields, in $work/SYSTEM, and the version.
fields=(frame.number esp.icv_good tcp.checksum.status udp.checksum.status icmp.checksum.status
	icmpv6.checksum.status frame.comment)
read_by() {
	"$CT_TESTS/../chroot" --bind "$work" "$1" env "WIRESHARK_CONFIG_DIR=$work/wireshark" HOME=/tmp \
		tshark -r "$work/wire.pcapng" -T fields -E separator=/t -E occurrence=a -E 'aggregator=|' \
		"${fields[@]/#/-e}" >"$work/$1" 2>"$work/$1.messages"
}
version_of() {
	"$CT_TESTS/../chroot" "$1" tshark --version 2>/dev/null | sed -n 's/^TShark (Wireshark) \([0-9.]*[0-9]\).*/\1/p'
}

for system in bookworm-tshark trixie-tshark; do
	version=$(version_of "$system")
	check "$system is there" test -n "$version" || continue
	read_by "$system" || not_ok "tshark $version reads it" "$(tail -n 3 "$work/$system.messages")"
	check "tshark $version agrees packet by packet" python3 "$CT_TESTS/tshark/hold.py" "$work/said" "$work/$system" "$version"
	# The filter of the documents finds those that were damaged in encryption, and no other.
	# 4.0 knows none that has a 64-bit sequence number: see hold.py.
	esn=true
	[[ $version == 4.0.* ]] || esn=none
	expected=$(grep '"checksum_good": false' "$work/said" | grep '"icv": true' | grep -vc "\"esn\": $esn")
	found=$("$CT_TESTS/../chroot" --bind "$work" "$system" env "WIRESHARK_CONFIG_DIR=$work/wireshark" HOME=/tmp \
		tshark -r "$work/wire.pcapng" -Y 'esp.icv_good == 1 && (tcp.checksum.status == 0 || udp.checksum.status == 0 || icmp.checksum.status == 0 || icmpv6.checksum.status == 0)' \
		-T fields -e frame.number 2>/dev/null | wc -l)
	check "tshark $version: the filter finds what was damaged" same "$found" "$expected"
done
# Without the keys it knows nothing: the verdicts are of the folder that was written.
none=$("$CT_TESTS/../chroot" --bind "$work" trixie-tshark env HOME=/tmp tshark -r "$work/wire.pcapng" -Y 'esp.icv_good == 1' -T fields -e frame.number 2>/dev/null | wc -l)
check "without the keys nothing is decrypted" same "$none" 0
finish
