#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares the policies and operations of module/netlink with the netlink specification.

spec_test.py SPEC.yaml MODULE

The kernel's generator makes policies from 6.2 on only, so that ours are written by hand: the
attributes that each command takes, their types, lengths and ranges, which of them are required,
and who may call. Also checks that the specification refers to nothing that it does not define.
The uapi header needs no such comparison: check/netlink_header.py makes it.
"""

import pathlib
import re
import sys

import yaml

PREFIX = "CRYPTORTURE_"
TYPES = {"u32": "NLA_U32", "u64": "NLA_U64", "s32": "NLA_S32", "string": "NLA_NUL_STRING",
         "flag": "NLA_FLAG", "nest": "NLA_NESTED", "binary": "NLA_BINARY"}


def c_name(*parts):
    return (PREFIX + "_".join(parts)).replace("-", "_").upper()


class Spec:
    def __init__(self, text):
        self.whole = yaml.safe_load(text)
        self.sets = {s["name"]: {a["name"]: a for a in s["attributes"]}
                     for s in self.whole["attribute-sets"]}
        self.values = {}
        self.enums = {}
        for entry in self.whole["definitions"]:
            if entry["type"] == "const":
                self.values[c_name(entry["name"])] = entry["value"]
                continue
            self.enums[entry["name"]] = entry["entries"]
            names = [c_name(entry["name"], member["name"]) for member in entry["entries"]]
            self.values.update({name: value for value, name in enumerate(names)})
            self.values[c_name(entry["name"], "max")] = len(names) - 1
            self.values["__" + c_name(entry["name"], "max")] = len(names)

    def number(self, value):
        """A number, or the name of a constant, or such a name minus a number."""
        if isinstance(value, int):
            return value
        name, _, less = value.partition(" - ")
        return self.values[c_name(name)] - int(less or 0)

    def bounds(self, attribute):
        """(lowest, highest), each of them None where the type alone says it."""
        checks = attribute.get("checks", {})
        if "enum" in attribute and not attribute.get("enum-as-flags"):
            return None, len(self.enums[attribute["enum"]]) - 1
        return tuple(self.number(checks[key]) if key in checks else None for key in ("min", "max"))

    def mask(self, attribute):
        if not attribute.get("enum-as-flags"):
            return None
        return sum(1 << bit for bit, entry in enumerate(self.enums[attribute["enum"]])
                   if not entry["name"].startswith("retired-"))


class Code:
    """What of the module's C speaks of netlink, without comments."""
    def __init__(self, netlink, macros, values):
        self.text = re.sub(r"/\*.*?\*/", " ", netlink, flags=re.S)
        self.values = dict(values)
        self.macros = dict(re.findall(r"^#define[ \t]+(\w+)[ \t]+((?:.*\\\n)*.*)$",
                                      re.sub(r"/\*.*?\*/", " ", macros + netlink, flags=re.S),
                                      re.M))
        self.policies = {
            name: (self.entries(body), "NLA_REJECT" in body) for name, body in re.findall(
                r"\bconst struct nla_policy (\w+)\[[^\]]*\] = \{(.*?)\n\};", self.text, re.S)}
        self.ranges = {
            name: {key: self.number(value)
                   for key, value in re.findall(r"\.(min|max)\s*=\s*([^,}]+)", body)}
            for name, body in re.findall(
                r"\bstruct netlink_range_validation (\w+) = \{(.*?)\};", self.text, re.S)}
        table = re.search(r"\bconst struct genl_\w*ops \w+\[\] = \{(.*?)\n\};", self.text, re.S)
        self.operations = {
            part.split(",", 1)[0].strip(): dict(re.findall(r"\.(\w+)\s*=\s*([^,]+)", part))
            for part in table.group(1).split(".cmd =")[1:]}

    @staticmethod
    def entries(body):
        parts = re.split(rf"\[({PREFIX}A_\w+)\]\s*=\s*", body)
        return dict(zip(parts[1::2], (part.strip().rstrip(",") for part in parts[2::2])))

    def number(self, text, depth=0):
        """Of a constant expression; None where it is none that can be told from here."""
        def known(match):
            word = match.group(0)
            if word in self.values:
                return str(self.values[word])
            if word in self.macros and depth < 8:
                value = self.number(self.macros[word], depth + 1)
                return word if value is None else str(value)
            return word
        plain = re.sub(r"\b[A-Za-z_]\w*\b(?!\s*\()", known, text.replace("\\\n", " "))
        plain = re.sub(r"\bBIT\(", "(1 << ", re.sub(r"(?i)(?<=\d)u?l+\b", "", plain))
        if not re.fullmatch(r"[\d\s()+*|~<-]+", plain):
            return None
        return eval(plain)  # digits and operators only

    def policy(self, text):
        """(type, length, lowest, highest, mask, nested) of one entry."""
        macro = re.match(r"NLA_POLICY_(\w+)\((.*)\)$", text, re.S)
        if macro is None:
            field = dict(re.findall(r"\.(\w+)\s*=\s*([^,}]+)", text))
            return (field.get("type", "").strip(), self.number(field.get("len", "x")),
                    None, None, None, None)
        kind, words = macro.group(1), [word.strip() for word in macro.group(2).split(",")]
        if kind == "NESTED":
            return "NLA_NESTED", None, None, None, None, words[0]
        low = high = mask = None
        if kind == "FULL_RANGE":
            span = self.ranges.get(words[1].lstrip("&"), {})
            low, high = span.get("min"), span.get("max")
        elif kind in ("RANGE", "MIN"):
            low = self.number(words[1])
        if kind in ("RANGE", "MAX"):
            high = self.number(words[-1])
        if kind == "MASK":
            mask = self.number(words[1])
        return words[0], None, low, high, mask, None

    def refuses(self, name):
        """Is there code of its own which refuses values of the attribute?"""
        holders = [rf"attrs\[{name}\]"]
        holders += [rf"\b{word}\b" for word in re.findall(
            rf"\*(\w+) = (?:info->)?attrs\[{name}\]", self.text)]
        if re.search(rf"\bcase {name}:|\bwrong\(which, {name},", self.text):
            return True
        return any(
            re.search(rf"yt_refuse\([^;]*{holder}", self.text) for holder in holders)

    def demanded(self):
        """Attributes without which a command is refused."""
        return set(re.findall(rf"!(?:info->)?attrs\[({PREFIX}A_\w+)\]", self.text)) | {
            name for word, name in re.findall(
                rf"\*(\w+) = info->attrs\[({PREFIX}A_\w+)\]", self.text)
            if re.search(rf"\(!{word} \|\|", self.text)}


def requested(spec, space):
    """What a nest has in a request, where it is part of answers, too."""
    attributes = [name for name, attribute in spec.sets[space].items()
                  if attribute["type"] not in ("unused", "pad")]
    if space == "mismatch":
        told = spec.sets["job"]["packet"]["doc"]
        told = told.partition("In the request:")[2].partition("In the result:")[0]
        return [name for name in attributes
                if re.search(rf"\b{c_name('a', space, name)}\b", told)]
    if space == "list":
        return ["driver"]  # the others are in answers
    return [name for name in attributes
            if not spec.sets[space][name].get("doc", "").startswith("In the result")]


def compare_entry(spec, code, attribute, name, entry, complaints):
    kind, length, low, high, mask, nested = code.policy(entry)
    if kind != TYPES.get(attribute["type"]):
        complaints.append(f"{name} is {attribute['type']} in the specification, {kind} in a policy")
    most = attribute.get("checks", {}).get("max-len")
    if attribute["type"] == "string" and \
            (length is None or most is None or spec.number(most) != length):
        complaints.append(f"{name} has max-len {most} in the specification, {length} in a policy")
    for what, wanted, found in (("lowest", spec.bounds(attribute)[0], low),
                                ("highest", spec.bounds(attribute)[1], high),
                                ("mask", spec.mask(attribute), mask)):
        if found is not None and found != wanted:
            complaints.append(f"{name}: the {what} is {wanted} in the specification, {found} in a policy")
        if found is None and wanted is not None and not code.refuses(name):
            complaints.append(f"{name}: the {what} is {wanted}, and nothing refuses others")
    return nested


def compare_policy(spec, code, policy, space, names, seen, complaints):
    if (policy, space) in seen:
        return
    seen.add((policy, space))
    entries, _ = code.policies.get(policy, ({}, False))
    wanted = {c_name("a", space, name): spec.sets[space][name] for name in names}
    for name in sorted(set(wanted) - set(entries)):
        complaints.append(f"{policy} does not have {name}")
    for name in sorted(set(entries) - set(wanted)):
        complaints.append(f"{policy} has {name}, which the specification does not have there")
    for name in sorted(set(wanted) & set(entries)):
        nested = compare_entry(spec, code, wanted[name], name, entries[name], complaints)
        if nested:
            inner = wanted[name].get("nested-attributes", space)
            compare_policy(spec, code, nested, inner, requested(spec, inner), seen, complaints)


def compare_operations(spec, code, complaints):
    seen = set()
    wanted = {c_name("cmd", o["name"]): o for o in spec.whole["operations"]["list"]
              if "do" in o or "dump" in o}
    for name in sorted(set(wanted) ^ set(code.operations)):
        complaints.append(f"{name} is only in one of specification and module")
    for name in sorted(set(wanted) & set(code.operations)):
        ours, theirs = wanted[name], code.operations[name]
        for way, callback in (("do", "doit"), ("dump", "dumpit")):
            if (way in ours) != (callback in theirs):
                complaints.append(f"{name}: {way} is only in one of specification and module")
        if (ours.get("flags") == ["admin-perm"]) != ("GENL_ADMIN_PERM" in theirs.get("flags", "")):
            complaints.append(f"{name}: who may call it differs")
        names = list(dict.fromkeys(attribute for way in ("do", "dump") for attribute in
                                   ours.get(way, {}).get("request", {}).get("attributes", [])))
        policy = theirs.get("policy", "").strip()
        if not names:
            if not code.policies.get(policy, (None, False))[1]:
                complaints.append(f"{name} takes no attributes, and {policy} does not refuse them")
            continue
        if theirs.get("maxattr", "").strip() != c_name("a", ours["attribute-set"], "max"):
            complaints.append(f"{name} has the largest attribute of another set")
        compare_policy(spec, code, policy, ours["attribute-set"], names, seen, complaints)


def compare_required(spec, code, complaints):
    told = set()
    for space, attributes in spec.sets.items():
        told |= {c_name("a", space, name) for name, attribute in attributes.items()
                 if re.search(r"\brequired\b", attribute.get("doc", ""), re.I)
                 and attribute["type"] != "nest"}
    packet = spec.sets["job"]["packet"]["doc"]
    told |= set(re.findall(rf"{PREFIX}A_MISMATCH_\w+",
                           packet.partition("In the request:")[2].partition(", required")[0]))
    for name in sorted(told ^ code.demanded()):
        complaints.append(f"{name} is required only in one of specification and module")


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
              "outside-offset", "outside-expected", "outside-actual", "concurrent"}
    for name, part, whole in (
            ("event-ended", operations["event-ended"]["event"], status),
            ("mismatch-get's dump", operations["mismatch-get"]["dump"]["reply"], record),
            ("event-job", operations["event-job"]["event"],
             [attribute for attribute in job if attribute not in ("bench", "packet", "status")]),
            ("event-mismatch", operations["event-mismatch"]["event"],
             [attribute for attribute in record if attribute not in unsent])):
        if part["attributes"] != whole:
            complaints.append(f"{name} does not tell what its sister tells")


def check(text, netlink, macros):
    complaints = []
    spec = Spec(text)
    for space in spec.sets:
        names = list(spec.sets[space])
        spec.values[c_name("a", space, "max")] = len(names) - 1
    code = Code(netlink, macros, spec.values)
    compare_operations(spec, code, complaints)
    compare_required(spec, code, complaints)
    check_references(spec.whole, complaints)
    return complaints


def self_test(text, netlink, macros):
    """A check that cannot fail is none: each of these changes must be noticed."""
    changes = [
        ("code", "[CRYPTORTURE_A_CONFIG_SEED]\t\t= { .type = NLA_U64 }",
         "[CRYPTORTURE_A_CONFIG_SEED]\t\t= { .type = NLA_U32 }"),
        ("code", ".len = CRYPTORTURE_NAME_MAX - 1", ".len = CRYPTORTURE_NAME_MAX"),
        ("code", "NLA_POLICY_NESTED(yt_bench_policy)", "NLA_POLICY_NESTED(yt_config_policy)"),
        ("code", "[1] = { .type = NLA_REJECT }", "[1] = { .type = NLA_U32 }"),
        ("code", "\t\t.flags = GENL_ADMIN_PERM,\n", "\n"),
        ("code", ".dumpit = yt_cell_dump", ".doit = yt_cell_dump"),
        ("code", ".maxattr = CRYPTORTURE_A_MISMATCH_MAX", ".maxattr = CRYPTORTURE_A_JOB_MAX"),
        ("code", "!attrs[CRYPTORTURE_A_MISMATCH_SEED]", "!attrs[0]"),
        ("code", "if (!kind ||", "if (kind &&"),
        ("code", "wrong(which, CRYPTORTURE_A_CONFIG_LOAD,", "wrong(which, 0,"),
        ("spec", "name: exercisers\n        type: u32", "name: exercisers\n        type: u64"),
        ("spec", "max: exercisers-max", "max: exerciser-max"),
        ("spec", "max-len: 4096", "max-len: 4095"),
        ("spec", "Required in a request", "In a request"),
        ("spec", "            - config\n            - bench\n", "            - bench\n"),
        ("spec", "          - where\n\nmcast", "\nmcast"),
        ("spec", "name: name-max\n", "name: names-max\n"),
        ("spec", "name: fpu-hits\n        type: u64", "name: fpu-hit\n        type: u64"),
    ]
    # A range is in the policy, or code refuses what is outside of it.
    bound = re.search(r"\[CRYPTORTURE_A_BENCH_MODE\]\s*= (.*),\n", netlink).group(1)
    changes.append(("code", bound, "NLA_POLICY_MAX(NLA_U32, 2)"))
    # The last attribute of an event's status, whichever it is.
    last = re.search(r"          - [\w-]+\n(?=    -\n      name: retired-replay)", text).group(0)
    following = "    -\n      name: retired-replay"
    changes.append(("spec", last + following, following))
    for where, old, new in changes:
        before = netlink if where == "code" else text
        changed = before.replace(old, new, 1)
        assert changed != before, old
        try:
            found = check(text, changed, macros) if where == "code" else \
                check(changed, netlink, macros)
        except KeyError:
            found = True
        if not found:
            yield f"the change of {old.strip()!r} in the {where} was not noticed"


def missing_disturbers(spec, table):
    """Disturbers without an entry in yt_disturbers[], which no compiler misses."""
    entries = re.findall(r"\[(CRYPTORTURE_DISTURBER_\w+)\]\s*=\s*&", table)
    for member in spec.enums["disturber"]:
        name = c_name("disturber", member["name"])
        if not member["name"].startswith("retired") and name not in entries:
            yield f"{name} has no entry in yt_disturbers[] of module/disturb/disturber.c"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    module = pathlib.Path(sys.argv[2])
    netlink = "\n".join(path.read_text(encoding="utf-8")
                        for path in [*sorted((module / "netlink").glob("*.c")),
                                     module / "cpu" / "config.c"])  # what it refuses
    macros = "\n".join(path.read_text(encoding="utf-8") for path in sorted(module.rglob("*.h")))
    complaints = check(text, netlink, macros)
    complaints += self_test(text, netlink, macros)
    table = (module / "disturb" / "disturber.c").read_text(encoding="utf-8")
    complaints += missing_disturbers(Spec(text), table)
    if not list(missing_disturbers(Spec(text), table.replace("[CRYPTORTURE_DISTURBER_IPI]", ""))):
        complaints.append("a disturber without an entry was not noticed")
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
