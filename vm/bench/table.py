#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""table.py FOLDER: what the guests have measured, as tables."""
import json
import os
import statistics
import sys


def lines(folder, name):
    """The lines of JSON of one guest; none where it was not run."""
    try:
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.startswith("{")]
    except FileNotFoundError:
        return []


def table(head, rows):
    """A table of Markdown, with a blank line behind it; nothing without rows."""
    if not rows:
        return
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print()


def ratio(value):
    return "-" if value is None else f"{value:.2f}"


def speed(folder):
    rows = []
    for kernel in ("6.1", "6.12"):
        for row in lines(folder, f"speed {kernel}"):
            rows.append([kernel, row["driver"], row["payload"], row["direction"],
                         f"{row['raw_mb_s']:.1f}", ratio(row["verified_ratio"]),
                         ratio(row["single_ratio"]), ratio(row["naive_ratio"])])
    table(["kernel", "driver", "bytes", "direction", "raw MB/s", "verified/raw",
           "single/raw", "naive/raw"], rows)


def witness(folder):
    told = lines(folder, "witness 6.1")
    ours = {line["payload"]: line for line in told if line["type"] == "bench"}
    name = next((line["driver"] for line in told if "driver" in line and
                 line["type"] == "tcrypt"), "?")
    rows = []
    for line in told:
        if line["type"] != "tcrypt" or "operations" not in line:
            continue
        theirs = line["operations"] * line["payload"] / 1e6
        own = ours[line["payload"]]["raw_mb_s"]
        rows.append([name, line["payload"], f"{theirs:.1f}", f"{own:.1f}",
                     f"{own / theirs:.2f}"])
    table(["tcrypt measured", "bytes", "tcrypt MB/s", "our raw MB/s", "raw/tcrypt"], rows)


def instructions(folder):
    """Each instruction took a nanosecond there, so 1000 / (MB/s) is one for each byte."""
    rows = []
    for kernel in ("6.1", "6.12"):
        for row in lines(folder, f"instructions {kernel}"):
            naive = row["naive_mb_s"]
            rows.append([kernel, row["driver"], row["payload"], row["direction"],
                         f"{1e3 / row['raw_mb_s']:.2f}", f"{1e3 / row['verified_mb_s']:.2f}",
                         f"{1e3 / row['single_mb_s']:.2f}",
                         "-" if naive is None else f"{1e3 / naive:.2f}"])
    table(["kernel", "driver", "bytes", "direction", "raw", "verified", "single", "naive"],
          rows)


def seconds(verdict):
    return verdict["elapsed_ns"] / 1e9


def disturbance(folder):
    rows = []
    for verdict in lines(folder, "disturbance 6.1"):
        time, cpus = seconds(verdict), len(verdict["cpus"])
        rows.append([verdict["config"]["timer_hz"], f"{verdict['operations'] / time:,.0f}",
                     f"{verdict['interruptions'] / time / cpus:,.0f}",
                     f"{verdict['fpu_hits'] / time / cpus:,.0f}",
                     f"{100 * verdict['fpu_hits'] / verdict['operations']:.2f} %"])
    table(["timer Hz", "operations/s", "interruptions/s and CPU",
           "in FPU sections/s and CPU", "operations hit there"], rows)


def scaling(folder):
    rows, first = [], None
    for cpus in (1, 2, 4):
        for verdict in lines(folder, f"scaling {cpus}"):
            rate = verdict["operations"] / seconds(verdict)
            first = first or rate
            rows.append([cpus, f"{rate:,.0f}", f"{rate / first:.2f}"])
    table(["virtual CPUs", "operations/s", "over the first"], rows)


def start(folder):
    times = {}
    for line in lines(folder, "start 6.1"):
        times.setdefault(line["drivers"], []).append(line["ms"])
    table(["drivers", "to the first verified operation, median of 5"],
          [[name, f"{statistics.median(each):.0f} ms"] for name, each in times.items()])


def patrol(folder):
    told = lines(folder, "patrol 6.1")
    rows = [[line["cpus"], f"{line['ms'] / 1000:.0f} s",
             f"{100 * line['us'] / 1000 / line['ms'] / line['cpus']:.2f} %"]
            for line in told if line["type"] == "patrol"]
    table(["virtual CPUs", "time", "of each CPU, all threads of the run"], rows)


TITLES = {
    speed: "Speed",
    witness: "A witness",
    instructions: "Instructions for each byte",
    disturbance: "Disturbance",
    scaling: "Scaling",
    start: "Start",
    patrol: "Patrol, --load 1%",
}


def main():
    folder = sys.argv[1]
    for part, title in TITLES.items():
        if any(name.split(" ")[0] == part.__name__ for name in os.listdir(folder)):
            print(f"### {title}\n")
            part(folder)


main()
