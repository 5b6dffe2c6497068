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


# Made of lists; a line of an earlier release may lack what is not required of these.
COUNTERS = ("run_counters", "verdict_counters", "cell_counters")


def whole(schema, value):
    """A schema of an object with the definitions that it takes in, in one."""
    parts = [part["$ref"] for part in [value, *value.get("allOf", [])] if "$ref" in part]
    rest = {name: inner for name, inner in value.items() if name not in ("$ref", "allOf")}
    for reference in parts:
        name = reference.removeprefix("#/$defs/")
        part = whole(schema, schema["$defs"][name])
        required = list(part["properties"]) if name in COUNTERS else part["required"]
        properties = dict(part["properties"])
        for member, inner in rest["properties"].items():
            properties[member] = {"allOf": [properties[member], inner]} if member in properties else inner
        rest = {**rest, "properties": properties, "required": required + rest["required"]}
    return rest


def strict(schema, value):
    """For what this program writes: with nothing that the schema does not name, and all of it.

    Readers have to pass further members over, which the published one says by its silence.
    """
    if isinstance(value, list):
        return [strict(schema, inner) for inner in value]
    if not isinstance(value, dict):
        return value
    if "properties" in value:
        value = {**whole(schema, value), "additionalProperties": False}
    return {name: strict(schema, inner) for name, inner in value.items()}


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
    published = jsonschema.Draft202012Validator(schema)
    validator = jsonschema.Draft202012Validator(strict(schema, schema))
    lines = lines_of(sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "Json.AllLines")

    complaints = []
    for line in lines:
        for error in validator.iter_errors(line):
            best = jsonschema.exceptions.best_match([error])
            complaints.append(f"{line['type']}: {best.message} at {list(best.absolute_path)}")
        if not published.is_valid({**line, "surprise": 1}):
            complaints.append(f"the schema refuses a {line['type']} with a member of a later release")
        if published.is_valid({**line, "format": 2}):
            complaints.append(f"the schema takes a {line['type']} of another format")
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
