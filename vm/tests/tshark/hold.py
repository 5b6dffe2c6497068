#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""hold.py SAID READ VERSION: does what tshark has read agree with what was written?

SAID: a JSON object for each packet, from the program that wrote the capture. READ: tshark's
fields, separated by tabs: frame number, esp.icv_good, checksum status of TCP, UDP, ICMP and
ICMPv6, and comments.

Versions before 4.4 know no 64-bit sequence numbers: they call the ICV of each packet that has
one wrong, whatever it is. That alone is not held against them, and it is demanded, so that
this remark is taken away with the last of them.
"""
import json
import sys

STATUS = ("tcp", "udp", "icmp", "icmpv6")
TRUE = ("1", "True")


def main():
    said, read, version = sys.argv[1:]
    old = tuple(int(part) for part in version.split(".")[:2]) < (4, 4)
    packets = [json.loads(line) for line in open(said)]
    rows = [line.rstrip("\n").split("\t") for line in open(read)]
    faults = []
    if not packets or len(rows) != len(packets):
        faults.append(f"{len(rows)} packets read, {len(packets)} written")
    counts = {"right": 0, "wrong text": 0, "wrong ICV": 0, "unseen for ESN": 0}
    for packet, row in zip(packets, rows):
        fields = dict(zip(("frame", "icv", *STATUS, "comments"), row + [""] * 7))
        where = f"packet {packet['frame']} ({packet['name']})"
        if fields["frame"] != str(packet["frame"]):
            faults.append(f"{where}: read as {fields['frame']}")
            continue
        unseen = old and packet["esn"]
        icv = packet["icv"] and not unseen
        # None: CBC alone, which has no ICV.
        shown = None if fields["icv"] == "" else fields["icv"] in TRUE
        # Where there is no ESP trailer, each version judges some right ICVs wrong: the comment
        # of such a packet says so.
        # Random text that is taken for IPv4 can make a dissector give up before the verdict.
        if shown is None and "checksum" not in packet:
            counts["without a verdict"] = counts.get("without a verdict", 0) + (packet["icv"] is not None)
        elif packet.get("trailer", True) and shown != (None if packet["icv"] is None else icv):
            faults.append(f"{where}: esp.icv_good is \"{fields['icv']}\"")
        comments = [comment for comment in fields["comments"].split("|") if comment]
        if len(comments) != packet["comments"] or comments[:1] not in ([], [packet["name"]]):
            faults.append(f"{where}: the comments are {comments}")
        if "checksum" not in packet:
            counts["of records"] = counts.get("of records", 0) + 1
            continue
        # The last: NAT-T has a UDP header of its own.
        status = fields[packet["checksum"]].split("|")[-1]
        if status != ("1" if packet["checksum_good"] else "0"):
            faults.append(f"{where}: {packet['checksum']}.checksum.status is \"{status}\"")
        counts["wrong ICV" if not packet["icv"] else "right" if packet["checksum_good"] else "wrong text"] += 1
        counts["unseen for ESN"] += unseen
    if counts.get("without a verdict", 0) * 20 > counts.get("of records", 0):
        faults.append("more than one in 20 records is without a verdict")
    print(f"{len(rows)} packets: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    for fault in faults[:10]:
        print(fault)
    if len(faults) > 10:
        print(f"and {len(faults) - 10} more")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
