#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Do the links of the documents lead somewhere, and is the README short?

usage: check/documents.py [FOLDER]
Links within the tree: files, folders, and headings behind a '#'. Files that a document
names in `code` below a folder of the tree have to be there, too.
"""
import os
import re
import subprocess
import sys

README_MAX = 200  # lines
SKIPPED = ("build/", "LICENSES/")
# [text](target), but no image and no address of another machine.
LINK = re.compile(r"\[[^\]\n]*(?:\n[^\]\n]*)?\]\(([^)\s]+)\)")
ROOMS = ("check", "ctl", "dkms", "docs", "kunit", "module", "vm")
CODE = re.compile(r"`((?:%s)/[\w./-]+\.(?:c|cpp|h|sh|py|md|json|yaml|txt|patch|in))`" % "|".join(ROOMS))


def documents(top):
    try:
        listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
                                cwd=top, check=True, capture_output=True, text=True).stdout.split("\n")
    except (OSError, subprocess.CalledProcessError):
        listed = [os.path.relpath(os.path.join(folder, name), top)
                  for folder, _, names in os.walk(top) for name in names if name.endswith(".md")]
    return sorted({name for name in listed
                   if name and not name.startswith(SKIPPED) and os.path.exists(os.path.join(top, name))})


def without_code(text):
    """Indented and fenced blocks are what programs print."""
    lines, fenced = [], False
    for line in text.split("\n"):
        fence = line.lstrip().startswith("```")
        fenced ^= fence
        lines.append("" if fence or fenced or line.startswith(("    ", "\t")) else line)
    return "\n".join(lines)


def anchors(path):
    """Headings as they are addressed: small letters, blanks as '-', no other signs."""
    with open(path, encoding="utf-8") as file:
        text = without_code(file.read())
    found = set()
    for heading in re.findall(r"^#+ +(.*?) *$", text, re.M):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        number = 0
        name = slug
        while name in found:
            number += 1
            name = f"{slug}-{number}"
        found.add(name)
    return found


def complaints(top):
    for name in documents(top):
        with open(os.path.join(top, name), encoding="utf-8") as file:
            text = file.read()
        if name == "README.md" and text.count("\n") > README_MAX:
            yield f"{name}: {text.count(chr(10))} lines, and at most {README_MAX} are wanted: move some to docs/"
        plain = without_code(text)
        for target in LINK.findall(plain):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            there = os.path.normpath(os.path.join(top, os.path.dirname(name), path)) if path \
                else os.path.join(top, name)
            if not os.path.exists(there):
                yield f"{name}: the link to {target} leads nowhere"
            elif anchor and anchor not in anchors(there):
                yield f"{name}: {path or name} has no heading for #{anchor}"
        for target in CODE.findall(plain):
            if not os.path.exists(os.path.join(top, target)):
                yield f"{name}: there is no {target}"


def main():
    top = sys.argv[1] if len(sys.argv) > 1 else "."
    if not os.path.exists(os.path.join(top, "README.md")):
        print(f"error: there is no README.md in {top}")
        return 1
    found = list(complaints(top))
    for complaint in found:
        print(f"error: {complaint}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
