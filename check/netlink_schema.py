#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Is the specification of our netlink family one that the kernel's schema allows?

usage: netlink_schema.py KERNEL-SOURCE SPEC.yaml
The schema is that of the protocol that the specification names.
"""
import sys

import jsonschema
import yaml


def complaints(spec, schema):
    for error in jsonschema.Draft7Validator(schema).iter_errors(spec):
        yield f"error: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"


# A check that cannot fail is none: each of these must be noticed.
CHANGES = (
    ("type: flag", "type: flags"),
    ("enum-as-flags: true", "enum-as-flags: 1"),
    ("display-hint: hex", "display-hint: hexadecimal"),
    ("flags: [ admin-perm ]", "flags: [ admin ]"),
    ("      name: bench\n", "      title: bench\n"),
)


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    with open(sys.argv[2], encoding="utf-8") as file:
        text = file.read()
    spec = yaml.safe_load(text)
    with open(f"{sys.argv[1]}/Documentation/netlink/{spec['protocol']}.yaml",
              encoding="utf-8") as file:
        schema = yaml.safe_load(file)
    found = list(complaints(spec, schema))
    for old, new in CHANGES:
        changed = text.replace(old, new, 1)
        if changed == text or not any(complaints(yaml.safe_load(changed), schema)):
            found.append(f"error: the change of {old.strip()!r} was not noticed")
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
