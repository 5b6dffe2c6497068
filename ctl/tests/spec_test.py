#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds the netlink spec and the uapi header together.

spec_test.py SPEC.yaml HEADER.h

Every constant, every member of every enumeration and every attribute's type
must be in both, under the same name, at the same place and with the same
value. Also checks that the spec refers to nothing that it does not define.
"""

import re
import sys

import yaml


def c_name(*parts):
    return "".join(parts).replace("-", "_").upper()


def read_header(text):
    """Gives (constants, enumerations): name -> value, name -> {member: value}."""
    bare = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    constants = {}
    for name, value in re.findall(r"^#define[ \t]+(\w+)[ \t]+(.+?)[ \t]*$", bare, re.M):
        if value.startswith('"'):
            constants[name] = value.strip('"')
        elif re.fullmatch(r"[\d\s()*ULul]+", value):
            constants[name] = eval(re.sub(r"(?i)(?<=\d)u?l*", "", value))  # digits only
        else:
            constants[name] = value
    enums = {}
    for name, body in re.findall(r"enum (\w+) \{(.*?)\}", bare, re.S):
        members = {}
        for place, member in enumerate(filter(None, map(str.strip, body.split(",")))):
            members[member] = place
        enums[name] = members
    return constants, enums


def documented_types(text):
    """Attribute -> the type that the header's comment gives it."""
    words = {"nested": "nest"}
    types = {}
    for name, kind in re.findall(
            r"^ \* @(CT_\w+): (?:in: |out: )?(u32|u64|s32|string|flag|nested|binary)\b",
            text, re.M):
        types[name] = words.get(kind, kind)
    return types


def spec_constants(spec):
    constants = {
        c_name(spec["c-family-name"]): spec["name"],
        c_name(spec["c-version-name"]): spec.get("version", 1),
    }
    for group in spec["mcast-groups"]["list"]:
        constants[c_name(group["c-define-name"])] = group["name"]
    for entry in spec["definitions"]:
        if entry["type"] == "const":
            constants[c_name(entry["name-prefix"], entry["name"])] = entry["value"]
    spaces = [(s["attr-cnt-name"], s["attr-max-name"]) for s in spec["attribute-sets"]]
    spaces.append((spec["cmd-cnt-name"], spec["cmd-max-name"]))
    for count, most in spaces:
        constants[c_name(most)] = "(%s - 1)" % c_name(count)
    return constants


def numbered(entries, prefix, start):
    members, value = {}, start
    for entry in entries:
        if isinstance(entry, str):
            entry = {"name": entry}
        value = entry.get("value", value)
        members[c_name(entry.get("name-prefix", prefix), entry["name"])] = value
        value += 1
    return members, value


def spec_enums(spec):
    enums = {}
    for entry in spec["definitions"]:
        if entry["type"] == "enum":
            members, _ = numbered(entry["entries"], entry["name-prefix"], 0)
            enums[c_name(entry["enum-name"]).lower()] = members
    spaces = [(s["enum-name"], s["attributes"], s["name-prefix"], s["attr-cnt-name"])
              for s in spec["attribute-sets"]]
    operations = spec["operations"]
    spaces.append((operations["enum-name"], operations["list"], operations["name-prefix"],
                   spec["cmd-cnt-name"]))
    for name, entries, prefix, count in spaces:
        members, end = numbered(entries, prefix, 1)
        members[c_name(count)] = end
        enums[c_name(name).lower()] = members
    return enums


def compare(what, ours, theirs, complaints):
    for name in sorted(set(ours) - set(theirs)):
        complaints.append(f"{what} {name} is in the spec, not in the header")
    for name in sorted(set(theirs) - set(ours)):
        complaints.append(f"{what} {name} is in the header, not in the spec")
    for name in sorted(set(ours) & set(theirs)):
        if ours[name] != theirs[name]:
            complaints.append(f"{what} {name} is {ours[name]!r} in the spec, "
                              f"{theirs[name]!r} in the header")


def counts_removed(enums):
    """The header ends some enumerations with their count, such as CT_CONTEXTS."""
    result = {}
    for name, members in enums.items():
        last = list(members)[-1]
        counted = last.endswith("S") and not last.startswith("__") and name in (
            "yt_context", "yt_disturber", "yt_direction", "yt_exempt", "yt_event", "yt_what",
            "yt_bench_mode", "yt_outside", "yt_replay_state", "yt_way",
            "yt_job_kind", "yt_job_state", "yt_job_step")
        result[name] = {m: v for m, v in members.items() if not (counted and m == last)}
    return result


def check_references(spec, complaints):
    enums = {e["name"] for e in spec["definitions"] if e["type"] == "enum"}
    constants = {e["name"] for e in spec["definitions"] if e["type"] == "const"}
    sets = {s["name"]: {a["name"] for a in s["attributes"]} for s in spec["attribute-sets"]}
    for space in spec["attribute-sets"]:
        for attribute in space["attributes"]:
            where = f"{space['name']}/{attribute['name']}"
            if attribute.get("enum", next(iter(enums))) not in enums:
                complaints.append(f"{where} has an enum that is not defined")
            if attribute["type"] == "nest" and attribute.get("nested-attributes") not in sets:
                complaints.append(f"{where} nests a set that is not defined")
            for limit in attribute.get("checks", {}).values():
                if isinstance(limit, str) and limit.split(" - ")[0] not in constants:
                    complaints.append(f"{where} has a limit that is not defined")
    used = {name: set() for name in sets}
    for operation in spec["operations"]["list"]:
        known = sets.get(operation.get("attribute-set"), set())
        parts = [operation.get("event", {})]
        for way in ("do", "dump"):
            parts += [operation.get(way, {}).get("request", {}),
                      operation.get(way, {}).get("reply", {})]
        for part in parts:
            used.get(operation.get("attribute-set"), set()).update(part.get("attributes", []))
            for name in part.get("attributes", []):
                if name not in known:
                    complaints.append(f"{operation['name']} uses {name}, which its set "
                                      "does not have")
        is_event = "event" in operation
        is_refused = operation["name"] == "unspec" or operation["name"].startswith("retired-")
        if not is_refused and not is_event and \
                operation.get("flags") != ["admin-perm"]:
            complaints.append(f"{operation['name']} is not for administrators only")
    # A set that no operation has for its own is one of a nest.
    for name in (name for name in sets if used[name]):
        for attribute in sorted(sets[name] - used[name] - {"unspec", "pad"}):
            complaints.append(f"{name}/{attribute} is in no operation")
    check_replies(spec, complaints)


def check_replies(spec, complaints):
    """Whoever tells a status or a record of its own accord tells the whole of it."""
    operations = {o["name"]: o for o in spec["operations"]["list"]}
    status = operations["status-get"]["do"]["reply"]["attributes"]
    job = operations["job-get"]["do"]["reply"]["attributes"]
    record = operations["mismatch-get"]["do"]["reply"]["attributes"]
    unsent = {"blocks", "window", "expected", "actual", "iv-expected", "iv-actual",
              "replay-state", "replays", "replay-cpus-left", "replay-drivers-left", "outside",
              "outside-offset", "outside-expected", "outside-actual"}
    for name, part, whole in (
            ("event-ended", operations["event-ended"]["event"], status),
            ("mismatch-get's dump", operations["mismatch-get"]["dump"]["reply"], record),
            ("event-job", operations["event-job"]["event"],
             [attribute for attribute in job if attribute not in ("bench", "packet", "status")]),
            ("event-mismatch", operations["event-mismatch"]["event"],
             [attribute for attribute in record if attribute not in unsent])):
        if part["attributes"] != whole:
            complaints.append(f"{name} does not tell what its sister tells")


def check(spec, header):
    complaints = []
    constants, enums = read_header(header)
    constants.pop("_UAPI_LINUX_CRYPTORTURE_H", None)
    compare("constant", spec_constants(spec), constants, complaints)

    ours, theirs = spec_enums(spec), counts_removed(enums)
    compare("enumeration", dict.fromkeys(ours), dict.fromkeys(theirs), complaints)
    for name in sorted(set(ours) & set(theirs)):
        compare(name, ours[name], theirs[name], complaints)

    types = {}
    for space in spec["attribute-sets"]:
        for attribute in space["attributes"]:
            if attribute["type"] not in ("unused", "pad"):
                name = c_name(space["name-prefix"], attribute["name"])
                types[name] = attribute["type"]
    compare("type of", types, documented_types(header), complaints)
    check_references(spec, complaints)
    return complaints


def self_test(spec_text, header):
    """A check that cannot fail is none: each of these changes must be noticed."""
    changes = [
        ("header", "\tCT_CMD_JOB_GET,\n", ""),
        ("header", "\tCT_RUN_RUNNING,\n\tCT_RUN_STOPPING,", "\tCT_RUN_STOPPING,\n\tCT_RUN_RUNNING,"),
        ("header", "#define CT_WINDOW\t\t1536", "#define CT_WINDOW\t\t1537"),
        ("header", "@CT_STATUS_SEED: u64", "@CT_STATUS_SEED: u32"),
        ("header", "\tCT_CELL_PAD,\n", "\tCT_CELL_PAD,\n\tCT_CELL_NEW,\n"),
        ("header", "\tCT_EVENT_FORK,\t\t/* fork, in parent or child */\n", ""),
        ("header", "@CT_LIST_DISTURBER: nested", "@CT_LIST_DISTURBER: u32"),
        ("header", "@CT_REPLAY_WRONG: u32", "@CT_REPLAY_WRONG: u64"),
        ("header", "@CT_JOB_WHERE: u32", "@CT_JOB_WHERE: u64"),
        ("spec", "name: fpu-hits", "name: fpu-hit"),
        ("spec", "max: exercisers-max", "max: exerciser-max"),
        ("spec", "            - config\n            - bench\n", "            - bench\n"),
        ("spec", "          - job\n    -\n      name: retired-replay", "    -\n      name: retired-replay"),
        ("spec", "          - where\n\nmcast", "\nmcast"),
        ("spec", "name: name-max\n", "name: names-max\n"),
    ]
    for where, old, new in changes:
        changed = (header if where == "header" else spec_text).replace(old, new)
        assert changed != (header if where == "header" else spec_text), old
        spec = yaml.safe_load(changed if where == "spec" else spec_text)
        if not check(spec, changed if where == "header" else header):
            yield f"the change of {old.strip()!r} in the {where} was not noticed"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        spec_text = file.read()
    with open(sys.argv[2], encoding="utf-8") as file:
        header = file.read()
    complaints = check(yaml.safe_load(spec_text), header)
    complaints += self_test(spec_text, header)
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
