#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""From the netlink specification to the table that the fuzzer makes its messages of, so
that a new command or attribute is fuzzed as soon as the specification has it.

usage: spec_table.py SPEC.yaml >table.inc
"""
import sys

import yaml

KINDS = {"u32": "u32", "s32": "u32", "u64": "u64", "string": "text", "binary": "binary",
         "flag": "flag", "nest": "nest", "pad": "none", "unused": "none"}
NUMBERS = {"u32": 2**32 - 1, "s32": 2**32 - 1, "u64": 2**64 - 1}


def constant(spec, value):
    """A number, or the name of a constant, or such a name minus a number."""
    if isinstance(value, int):
        return value
    name, _, less = value.partition(" - ")
    for entry in spec["definitions"]:
        if entry["type"] == "const" and entry["name"] == name:
            return entry["value"] - int(less or 0)
    raise SystemExit(f"spec_table.py: {value!r} is no constant of the specification")


def numbered(entries):
    value = 0
    for entry in entries:
        value = entry.get("value", value + 1)
        yield value, entry


def bounds(spec, attribute):
    """Of its value, or of its length: what the specification allows."""
    checks = attribute.get("checks", {})
    kind = attribute["type"]
    if kind in NUMBERS:
        low, high = 0, NUMBERS[kind]
        if "enum" in attribute:
            count = next(len(entry["entries"]) for entry in spec["definitions"]
                         if entry["type"] == "enum" and entry["name"] == attribute["enum"])
            high = 2**count - 1 if attribute.get("enum-as-flags") else count - 1
        return (constant(spec, checks.get("min", low)), constant(spec, checks.get("max", high)))
    if "exact-len" in checks:
        return (constant(spec, checks["exact-len"]),) * 2
    return (constant(spec, checks.get("min-len", 0)),
            constant(spec, checks.get("max-len", 256)))


def quoted(text):
    return '"' + text.replace("-", "_") + '"'


def table(spec):
    sets = {entry["name"]: place for place, entry in enumerate(spec["attribute-sets"])}
    yield "// Made by spec_table.py: not to be changed by hand."
    for place, entry in enumerate(spec["attribute-sets"]):
        yield f"const std::vector<Attribute> set_{place} = {{"
        for value, attribute in numbered(entry["attributes"]):
            low, high = bounds(spec, attribute)
            nested = sets[attribute["nested-attributes"]] \
                if attribute["type"] == "nest" else -1
            if attribute["type"] not in KINDS:
                raise SystemExit(f"spec_table.py: the fuzzer knows no type "
                                 f"{attribute['type']!r}: see KINDS")
            yield (f"    {{{value}, {quoted(attribute['name'])}, Kind::"
                   f"{KINDS[attribute['type']]}, {nested}, {low}ULL, {high}ULL, "
                   f"{str(attribute.get('multi-attr', False)).lower()}}},")
        yield "};"
    yield "const std::vector<Set> sets = {"
    for place, entry in enumerate(spec["attribute-sets"]):
        yield f"    {{{quoted(entry['name'])}, &set_{place}}},"
    yield "};"
    yield "const std::vector<Command> commands = {"
    for value, operation in numbered(spec["operations"]["list"]):
        if "do" not in operation and "dump" not in operation:
            continue
        place = sets[operation["attribute-set"]]
        ids = {attribute["name"]: number for number, attribute
               in numbered(spec["attribute-sets"][place]["attributes"])}
        for way in ("do", "dump"):
            if way not in operation:
                continue
            names = operation[way].get("request", {}).get("attributes", [])
            request = ", ".join(str(ids[name]) for name in names)
            yield (f"    {{{value}, {quoted(operation['name'])}, "
                   f"{'true' if way == 'dump' else 'false'}, {place}, {{{request}}}}},")
    yield "};"


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        spec = yaml.safe_load(file)
    print("\n".join(table(spec)))


if __name__ == "__main__":
    main()
