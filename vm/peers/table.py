#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""table.py FILE...: the trials, as a table of medians."""
import json
import statistics
import sys

NAMES = {
    "cryptorture-all": "cryptorture run, all drivers",
    "cryptorture": "cryptorture run, all sizes",
    "cryptorture-1408": "cryptorture run --sizes 1408",
    "cryptorture-64": "cryptorture run --sizes 64",
    "cryptorture-bare": "cryptorture run --sizes 64, undisturbed, by tasks only",
    "cryptorture-esp": "cryptorture esp, NAT-T transport, cbc-sha256",
    "cryptorture-esp-quiet": "cryptorture esp, the same, --no-disturb",
    "dd-nc": "a file of 32 MiB by dd and nc, sha256sum at the end, NAT-T transport",
    "ping-tcpdump": "ping -f -p 61, tcpdump and grep, GRE over ESP",
    "ping": "ping -f with a pattern, ESP tunnel",
    "tcp": "TCP stream of zeros, ESP transport mode",
    "naive": "each result computed again by cbc-aes-aesni (AF_ALG)",
    "naive-generic": "each result computed again by cbc(aes-generic) (AF_ALG)",
    "af_alg": "each result compared with what is known (AF_ALG)",
}


def shown(seconds):
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"


def main():
    trials = {}
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            for line in file:
                if line.startswith("{"):
                    each = json.loads(line)
                    trials.setdefault((each["fault"], each["rate"]), {}).setdefault(
                        each["way"], []).append(each)
    print("| fault | way | found | median | texts/s | over cryptorture |")
    print("|---|---|---|---|---|---|")
    for (fault, rate), ways in trials.items():
        # A fault of one driver that is tied to texts says nothing about runs of all.
        own = ways.get("cryptorture-all" if fault == "fpu-nested" else "cryptorture", [])
        own = own or ways.get("cryptorture-esp", [])
        base = statistics.median(each["seconds"] for each in own) if own else None
        for way, each in ways.items():
            found = sum(trial["found"] for trial in each)
            median = statistics.median(trial["seconds"] for trial in each)
            # Of those that found nothing, the limit is what is known.
            more = "" if found == len(each) else "more than "
            over = f"{more}{median / base:,.1f}" if base else "-"
            speed = sum(t["texts"] for t in each) / sum(t["seconds"] for t in each)
            print(f"| {fault}, one in {rate:,} | {NAMES[way]} | {found} of {len(each)} | "
                  f"{more}{shown(median)} | {speed:,.0f} | {over} |")


main()
