#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the uapi header of the netlink family by the kernel's own generator.

usage: netlink_header.py [--check] KERNEL-SOURCE SPEC.yaml HEADER.h
--check  changes nothing; prints the difference, and ends with 1 if there is one
"""
import difflib
import pathlib
import shutil
import subprocess
import sys
import tempfile

import yaml

# The generator knows no other licence; the header's is that of the specification.
LICENCE = "((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)"
TAG = "SPDX-License-Identifier: "


def enumerations(text):
    """The specification without what operations hold: the header has nothing of it, and the
    generator refuses sets that are nested as well as an operation's own."""
    spec = yaml.safe_load(text)
    for operation in spec["operations"]["list"]:
        for key in set(operation) - {"name", "value", "doc"}:
            del operation[key]
    return yaml.safe_dump(spec, sort_keys=False, allow_unicode=True)


def generated(source, spec):
    text = spec.read_text(encoding="utf-8")
    tag = text.partition("\n")[0]
    if not tag.startswith("# " + TAG):
        raise SystemExit(f"{spec}: error: the first line is no licence")
    with tempfile.TemporaryDirectory(prefix="cryptorture-uapi.") as folder:
        # It looks for a kernel's root above the specification, and for ever if there is none.
        root = pathlib.Path(folder)
        (root / "MAINTAINERS").touch()
        copy = root / spec.parent.name / spec.name
        copy.parent.mkdir()
        for schema in pathlib.Path(source, "Documentation/netlink").glob("*.yaml"):
            shutil.copy(schema, root)
        copy.write_text(f"# {TAG}{LICENCE}\n{enumerations(text)}", encoding="utf-8")
        made = root / "header.h"
        done = subprocess.run(
            [sys.executable, f"{source}/tools/net/ynl/ynl-gen-c.py", "--mode", "uapi", "--header",
             "--spec", copy, "-o", made], capture_output=True, text=True, check=False)
        if done.returncode != 0 or not made.exists():
            raise SystemExit(f"error: ynl-gen-c.py: {done.stdout}{done.stderr}")
        text = made.read_text(encoding="utf-8")
    if LICENCE not in text:
        raise SystemExit("error: ynl-gen-c.py wrote no licence")
    return text.replace(TAG + LICENCE, tag[2:], 1)


def main():
    arguments = sys.argv[1:]
    check = arguments[:1] == ["--check"]
    if check:
        arguments.pop(0)
    if len(arguments) != 3:
        raise SystemExit(__doc__)
    source, spec, header = arguments[0], pathlib.Path(arguments[1]), pathlib.Path(arguments[2])
    wanted = generated(source, spec)
    if not check:
        header.write_text(wanted, encoding="utf-8")
        return 0
    present = header.read_text(encoding="utf-8")
    difference = list(difflib.unified_diff(present.splitlines(), wanted.splitlines(),
                                           str(header), "as generated", lineterm=""))
    if difference:
        print(f"error: {header} is not what {spec} says: run 'make uapi'")
        print("\n".join(difference))
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main())
