#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts Debian's Python, as far as the kernel's netlink client needs it, and that
client itself into a folder that a guest can run it from.

usage: collect.py KERNEL-SOURCE CLIENT.py FOLDER
"""
import os
import py_compile
import re
import shutil
import subprocess
import sys

# What a run of the client has loaded at its end.
LIST = """
import runpy, sys
sys.argv = ["cli.py", "--help"]
sys.path[:0] = [{tools!r}, {site!r}]
import contextlib, io, json, pprint, time, traceback, yaml, encodings.idna
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    runpy.run_path({tools!r} + "/cli.py", run_name="__main__")
for module in list(sys.modules.values()):
    if getattr(module, "__file__", None):
        print(module.__file__)
"""
SITE = "/usr/lib/python3/dist-packages"


def put(path, root, folder):
    """A module, in the place that it has below its root; compiled if it is Python."""
    to = os.path.join(folder, os.path.relpath(path, root))
    os.makedirs(os.path.dirname(to), exist_ok=True)
    if path.endswith(".py"):
        # File times are lost on the way into a guest, so they are not checked there.
        py_compile.compile(path, to + "c", doraise=True, dfile=to,
                           invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    else:
        shutil.copy(path, to)


def main():
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    source, client, folder = sys.argv[1:]
    tools = os.path.join(source, "tools/net/ynl")
    python = os.path.realpath(sys.executable)
    stdlib = os.path.dirname(os.path.realpath(os.__file__))
    listed = subprocess.run([python, "-S", "-E", "-B", "-c", LIST.format(tools=tools, site=SITE)],
                            check=True, capture_output=True, text=True).stdout.split("\n")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder + "/so")
    shared = {python}
    for path in sorted(set(filter(None, listed))):
        for root, to in ((tools, "tools"), (SITE, "site"),
                         (stdlib, "usr/lib/" + os.path.basename(stdlib))):
            if path.startswith(root + "/"):
                put(path, root, os.path.join(folder, to))
                break
        if path.endswith(".so"):
            shared.add(path)
    put(os.path.join(tools, "cli.py"), tools, os.path.join(folder, "tools"))
    os.makedirs(f"{folder}/usr/lib/{os.path.basename(stdlib)}/lib-dynload", exist_ok=True)
    shutil.copy(python, folder + "/python3")
    shutil.copy(client, folder + "/client.py")
    libraries = subprocess.run(["ldd", *shared], check=True, capture_output=True, text=True)
    for library in set(re.findall(r"=> (/\S+)", libraries.stdout)):
        shutil.copy(library, folder + "/so")


if __name__ == "__main__":
    main()
