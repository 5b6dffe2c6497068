#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds what the program writes against the published schema.

schema_test.py SCHEMA.json UNIT_TESTS [TEST [SHARED.json]]

UNIT_TESTS is the executable with TEST (Json.AllLines), which writes a line of every type.
SHARED.json has definitions that SCHEMA.json does not repeat.
"""

import copy
import json
import os
import subprocess
import sys
import tempfile

import jsonschema


def lines_of(executable, test):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "lines.jsonl")
        subprocess.run([executable, f"--gtest_filter={test}"], check=True,
                       stdout=subprocess.DEVNULL, env={**os.environ, "CT_JSON_LINES": path})
        with open(path, encoding="utf-8") as file:
            return [json.loads(line) for line in file]


def spoiled(lines):
    """Each line in ways that no reader may be told is right."""
    for line in lines:
        for member in line:
            short = copy.deepcopy(line)
            del short[member]
            yield f"{line['type']} without {member}", short
        yield f"{line['type']} with another member", {**line, "surprise": 1}
        yield f"{line['type']} of another type", {**line, "type": "surprise"}
        if "seed" in line:
            yield f"{line['type']} with a number as seed", {**line, "seed": 42}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    own = schema["$defs"]
    if len(sys.argv) > 4:
        with open(sys.argv[4], encoding="utf-8") as file:
            schema["$defs"] = {**json.load(file)["$defs"], **own}
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    lines = lines_of(sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "Json.AllLines")

    complaints = []
    for line in lines:
        for error in validator.iter_errors(line):
            best = jsonschema.exceptions.best_match([error])
            complaints.append(f"{line['type']}: {best.message} at {list(best.absolute_path)}")
    for what, line in spoiled(lines):
        if validator.is_valid(line):
            complaints.append(f"the schema takes a {what}")
    types = {branch["properties"]["type"]["const"] for branch in own.values()
             if "type" in branch.get("properties", {})}
    for missing in sorted(types - {line["type"] for line in lines}):
        complaints.append(f"no line of type {missing} was tested")
    for complaint in complaints:
        print(complaint)
    print(f"{len(lines)} lines of {len(types)} types")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
