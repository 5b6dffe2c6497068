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
        config = verdict["config"]
        names = "+".join(config["disturbers"]).replace("timer", f"timer {config['timer_hz']:,} Hz")
        rows.append([f"{names} on CPUs {config['cpus']}", f"{verdict['operations'] / time:,.0f}",
                     f"{verdict['interruptions'] / time / cpus:,.0f}",
                     f"{verdict['fpu_hits'] / time / cpus:,.0f}",
                     f"{100 * verdict['fpu_hits'] / verdict['operations']:.2f} %"])
    table(["disturbed by", "operations/s, all CPUs", "interruptions/s and CPU",
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


def refresh(folder):
    rows = [[f"{line['ms'] / 1000:.0f} s", f"{line['vectors'] * 3600e3 / line['ms']:,.0f}",
             f"{100 * line['us'] / 1000 / line['ms']:.2f} %"]
            for line in lines(folder, "refresh 6.1")]
    table(["time", "fresh packets an hour", "of one CPU"], rows)


def patrol(folder):
    told = lines(folder, "patrol 6.1")
    counted = lines(folder, "patrol 6.1 instructions")
    rows = [[clock, line["cpus"], f"{line['ms'] / 1000:.0f} s",
             f"{100 * line['us'] / 1000 / line['ms'] / line['cpus']:.2f} %",
             f"{100 * line['lost_us'] / 1000 / line['ms'] / line['cpus']:.2f} %",
             f"{line['bursts']:,}", f"{line['longest_us'] / 1000:.1f} ms", line["over_5_ms"]]
            for clock, source in (("QEMU's", told), ("instructions", counted))
            for line in source if line["type"] == "patrol"]
    table(["clock", "virtual CPUs", "time", "of each CPU, all threads of the run", "with timers and softirqs: idle time lost",
           "times on a CPU", "longest", "over 5 ms"], rows)
    for verdict in told:
        for time in verdict.get("time_to_find", []):
            print(f"It says: a fault of {time['rate']:.0e} shows in {time['seconds']:,.0f} s.")
    print()


def of_driver(verdict, busted):
    return sum(cell["operations"] for cell in verdict["coverage"]["cells"]
               if cell["driver"].startswith("busted") == busted)


def flood(folder):
    verdicts = lines(folder, "flood 6.1")
    if len(verdicts) < 3:
        return
    *turns, alone = verdicts
    quiet, floods = turns[::2], turns[1::2]
    ratios = [of_driver(b, False) / seconds(b) / (of_driver(a, False) / seconds(a))
              for a, b in zip(quiet, floods)]
    rows = []
    for name, runs in (("beside two healthy drivers", floods), ("alone, 16 to 64 bytes", [alone])):
        exact = all(v["mismatches"] == v["records_made"] + v["unrecorded"] ==
                    sum(cell["mismatches"] for cell in v["coverage"]["cells"]) for v in runs)
        rows.append([name, f"{statistics.median(v['mismatches'] / seconds(v) for v in runs):,.0f}",
                     "yes" if exact else "NO",
                     f"{statistics.median(v['records_made'] for v in runs):,.0f}",
                     ratio(statistics.median(ratios)) if runs is floods else "-"])
    table(["a driver that is always wrong", "mismatches/s", "counts exact", "records made",
           "healthy drivers, with over without"], rows)


def esp(folder):
    """Medians; a ratio is of two turns of the same round."""
    rounds = {}
    for line in lines(folder, "esp 6.1"):
        rounds.setdefault(line["suite"], {}).setdefault(line["way"], []).append(line)
    rows = []
    for suite, ways in rounds.items():
        speed = {way: [line["payload"] / line["seconds"] for line in each]
                 for way, each in ways.items()}
        for way, each in ways.items():
            paired = [own / base for own, base in zip(speed[way], speed["unread"])]
            rows.append([suite, way, f"{statistics.median(speed[way]) * 8 / 1e6:.2f}",
                         ratio(statistics.median(paired)),
                         f"{min(paired):.2f} to {max(paired):.2f}",
                         sum(line["lost"] for line in each),
                         # Of the two virtual CPUs, as far as they were busy.
                         ratio(statistics.median(
                             line["reader"] / (2 * line["seconds"] - line["idle"])
                             for line in each)),
                         f"{statistics.median(line['start'] for line in each) * 1e3:.0f} ms"
                         if way == "checked" else "-"])
    table(["tunnel", "way", "Mbit/s", "over unread", "from to", "lost",
           "reader's share of CPU time", "first packet checked after"], rows)


def scale(folder):
    rows, cpus = [], 0
    for line in lines(folder, "scale 6.1"):
        if line["type"] == "verdict":
            cpus, memory = len(line["cpus"]), line["memory"]
            cells = len(line["coverage"]["cells"])
        else:
            rows.append([cpus, f"{memory / 2**20:.2f} MiB", cells,
                         f"{line['bytes'] / 1e3:,.0f} kB", f"{line['ms']} ms"])
    table(["virtual CPUs", "memory of the run", "cells", "status as JSON", "time of it"], rows)


def esp_peers(folder):
    """A table already."""
    with open(os.path.join(folder, "esp_peers"), encoding="utf-8") as file:
        print(file.read())


def peers(folder):
    """A table already."""
    with open(os.path.join(folder, "peers"), encoding="utf-8") as file:
        print(file.read())


TITLES = {
    speed: "Speed",
    witness: "A witness",
    instructions: "Instructions for each byte",
    disturbance: "Disturbance",
    scaling: "Scaling",
    start: "Start",
    refresh: "Fresh packets",
    esp: "A real tunnel, all of whose packets are checked",
    patrol: "Patrol, --load 1%",
    flood: "A flood of mismatches",
    scale: "Larger machines",
    esp_peers: "How soon a fault in a real tunnel is found",
    peers: "How soon a fault is found",
}


def main():
    folder = sys.argv[1]
    for part, title in TITLES.items():
        if any(name.split(" ")[0] == part.__name__ for name in os.listdir(folder)):
            print(f"### {title}\n")
            part(folder)


main()
