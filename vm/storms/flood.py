#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Judges what the floods of guest.sh left: are the counts exact, is the ring bounded, and
is what was lost stated?

usage: flood.py FOLDER
"""
import json
import sys

RING = 64 + 32  # CRYPTORTURE_RING_SIZE and CRYPTORTURE_KEPT_SIZE

failed = 0


def report(name, why):
    global failed
    failed += bool(why)
    print(f"not ok flood, {name}: {why}" if why else f"ok flood, {name}")


def equal(what, left, right):
    return "" if left == right else f"{what}: {left} and {right}"


def read(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.startswith("{")]


def judge(folder, name):
    lines = read(f"{folder}/{name}.json")
    verdict = next(line for line in lines if line["type"] == "verdict")
    records = [line for line in lines if line["type"] == "mismatch"]
    cells = verdict["coverage"]["cells"]
    total = verdict["mismatches"]
    of_cells = sum(cell["mismatches"] for cell in cells)
    operations = sum(cell["operations"] for cell in cells)

    report(f"{name}: the module's count is the sum of the cells'",
           equal("in all and in the cells", total, of_cells) or
           equal("operations in all and in the cells", verdict["operations"], operations))
    report(f"{name}: every mismatch has a record or is counted as without one",
           equal("mismatches, and records with unrecorded ones", total,
                 verdict["records_made"] + verdict["unrecorded"]))
    report(f"{name}: what the program has and what it lost add up",
           equal("mismatches, and told with lost", total, len(records) + verdict["lost"]) or
           equal("records told and counted", len(records), verdict["records"]))
    numbers = [record["number"] for record in records]
    report(f"{name}: no record came twice, and none out of order",
           "" if numbers == sorted(set(numbers)) else "they did")
    with open(f"{folder}/{name}.txt", encoding="utf-8") as file:
        said = any("lost" in line or "without a record" in line or "overwritten" in line
                   for line in file)
    report(f"{name}: that some were lost is said in words",
           "" if said or not verdict["lost"] else "it is not")
    # Tampered packets are refused for the ICV, even if they are wrong otherwise.
    wrong = sum(cell["mismatches"] for cell in cells if cell["direction"] != "tampered")
    could = sum(cell["operations"] for cell in cells if cell["direction"] != "tampered")
    if name == "injected":
        report(f"{name}: every operation was wrong, and found",
               equal("mismatches and injected", total, verdict["injected"]) or
               equal("injected and found", verdict["injected"], verdict["injected_found"]) or
               equal("wrong and made", wrong, could))
    else:
        report(f"{name}: nearly every operation was wrong",
               "" if wrong > 0.9 * could else f"{wrong} of {could}")
    kept = [line for line in read(f"{folder}/{name}.kept") if line["type"] == "mismatch"]
    report(f"{name}: the ring has at most {RING} records",
           "" if 0 < len(kept) <= RING else f"it has {len(kept)}")
    # It varies a little with the keys of the current packets.
    memory = sorted(line["memory"] for line in lines if "memory" in line)
    report(f"{name}: the run's memory stays what it was, within a tenth",
           "" if memory and memory[-1] - memory[0] < memory[0] / 10 else f"it was {memory}")
    with open(f"{folder}/{name}.pulse", encoding="utf-8") as file:
        pulse = int(file.read())
    print(f"figure flood, {name}, {verdict['elapsed_ns'] / 1e9:.0f} s: "
          f"{total} mismatches in {operations} operations, all of them in the cells; "
          f"{verdict['records_made']} records made, {verdict['unrecorded']} not recorded, "
          f"{len(records)} told, {verdict['lost']} stated as lost; {len(kept)} in the ring; "
          f"a sleep of 100 ms took {pulse} ms at most")


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    for name in ("injected", "broken"):
        try:
            judge(sys.argv[1], name)
        except (OSError, StopIteration, KeyError, ValueError) as problem:
            report(f"{name}: results", f"cannot be read: {problem!r}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
