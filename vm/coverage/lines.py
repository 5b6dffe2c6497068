#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""lines.py TOP INTO: gcov's counts of all builds of the module's files, added up
line by line: a line has run when it ran in one of them. The counts of each build
are in a folder gcov/ that has the names of its objects, absolute."""

import collections
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

LEAST = 90.0  # per cent


def source_of(path):
    """The file's name in the tree: objects are built beside links or copies."""
    found = re.search(r"(?:^|/)(?<!faultinject/)(module/[^/].*\.[ch])$", path)
    return found[1] if found and "/../" not in found[1] else None


def counts_of(data):
    """What one .gcda says, as gcov's JSON; its .gcno lies beside the object."""
    root = data[: data.index("/gcov/") + len("/gcov")]
    note = data[len(root):].removesuffix(".gcda") + ".gcno"
    if not os.path.exists(note):
        sys.exit(f"coverage: {note} does not exist any more, so {data} cannot be read")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(data, f"{folder}/it.gcda")
        shutil.copy(note, f"{folder}/it.gcno")
        subprocess.run(["gcov", "--json-format", "it.gcda"], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with gzip.open(f"{folder}/it.gcov.json.gz") as text:
            return json.load(text)


def main(top, into):
    lines = collections.defaultdict(collections.Counter)
    for folder, _, names in os.walk(into):
        for name in sorted(names):
            if not name.endswith(".gcda"):
                continue
            for file in counts_of(f"{folder}/{name}")["files"]:
                source = source_of(os.path.normpath(file["file"]))
                if source is None:
                    continue
                for line in file["lines"]:
                    lines[source][line["line_number"]] += line["count"]
    if not lines:
        sys.exit("coverage: no counts at all")
    out = []
    total = ran = 0
    for source in sorted(lines):
        missed = sum(1 for count in lines[source].values() if not count)
        total += len(lines[source])
        ran += len(lines[source]) - missed
        share = 100 * (1 - missed / len(lines[source]))
        out.append(f"{source:<36} {len(lines[source]) - missed:>5} of {len(lines[source]):>5} {share:6.1f} %")
    share = 100 * ran / total
    out.append(f"{'all':<36} {ran:>5} of {total:>5} {share:6.1f} %")
    out.append("")
    for source in sorted(lines):
        with open(f"{top}/{source}") as text:
            texts = text.read().split("\n")
        for number, count in sorted(lines[source].items()):
            if not count:
                out.append(f"{source}:{number}: {texts[number - 1].strip()}")
    print("\n".join(out))
    with open(f"{into}/lines.txt", "w") as text:
        text.write("\n".join(out) + "\n")
    return 0 if share > LEAST else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
