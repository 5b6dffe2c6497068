# SPDX-License-Identifier: GPL-2.0-or-later
"""In the guest: what the kernel's own client for netlink specifications (tools/net/ynl/cli.py)
makes of ours. Prints "ok ynl: NAME" or "not ok ynl: NAME: why", and "finished N".

usage: client.py SPEC.yaml
"""
import contextlib
import functools
import io
import json
import sys
import time

sys.path[:0] = ["/ynl/tools", "/ynl/site"]
import cli  # noqa: E402
import yaml  # noqa: E402

# The specification is read once for all calls, and by the quick one of the two parsers.
quick = functools.lru_cache(lambda text: yaml.load(text, Loader=yaml.CSafeLoader))
yaml.safe_load = lambda stream: quick(stream.read())

SPEC = sys.argv[1]
cases = failures = 0


def report(name, why=""):
    global cases, failures
    cases += 1
    failures += bool(why)
    print(f"not ok ynl: {name}: {why}" if why else f"ok ynl: {name}", flush=True)


def call(*arguments):
    """What cli.py prints, as objects; or its words and status, if it ends with one."""
    sys.argv = ["cli.py", "--spec", SPEC, "--no-schema", "--output-json", *arguments]
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            cli.main()
    except SystemExit as end:
        return {"status": end.code, "words": said.getvalue()}
    return [json.loads(line) for line in said.getvalue().splitlines()]


def demand(name, holds, seen):
    report(name, "" if holds else f"it says {json.dumps(seen)[:400]}")


def main():
    version = call("--do", "version-get")[0]
    demand("version-get", version["kernel"] and version["module"], version)

    config = {"duration-ms": 2000, "seed": 2014, "drivers": {"driver": ["cbc-aes-aesni"]},
              "contexts": ["task"], "disturb": ["timer"], "cpus": "0-1", "inject-every": 40,
              "sizes": "64,1300-1500"}
    started = call("--do", "run-start", "--json", json.dumps(config), "--subscribe", "events")
    events = started[-1]
    demand("run-start, and its event is heard",
           [event["name"] for event in events][:1] == ["event-started"], started)

    status = {}
    for _ in range(600):
        status = call("--do", "status-get")[0]
        if status["state"] == "ended":
            break
        time.sleep(0.1)
    demand("status-get: the run ends, and is CORRUPT as was asked for",
           status.get("verdict") == "corrupt" and status["mismatches"] == status["injected"] > 0,
           status)
    # All of them, as in force, what was left out too.
    kept = {name: status["config"].get(name) for name in config}
    demand("status-get: the parameters come back as they were given", kept == config, kept)

    records = call("--dump", "mismatch-get")[0]
    demand("mismatch-get: a dump of records", records and all(
        record["driver"] == "cbc-aes-aesni" and record["context"] == "task"
        and "text" in record["what"] and record["expected"] != record["actual"]
        for record in records), records[:1])
    again = [record for record in records if record["replay-state"] == "done"]
    demand("mismatch-get: nests in lists, of packets that were run again", again and all(
        any(outcome["way"] == "same" and outcome["wrong"] == 0
            for outcome in record["replays"]["replay"]) for record in again), again[:1])
    number = records[-1]["number"]
    one = call("--do", "mismatch-get", "--json", json.dumps({"number": number}))[0]
    demand("mismatch-get: one by its number", one == records[-1], one)

    cells = call("--dump", "cell-get")[0]
    demand("cell-get: the cells' mismatches are those of the run",
           sum(cell["mismatches"] for cell in cells) == status["mismatches"], cells)
    drivers = call("--dump", "driver-get")[0]
    demand("driver-get", any(driver["name"] == "cbc-aes-aesni" and "present" in driver
                             for driver in drivers), drivers[:1])
    refused = call("--do", "run-start", "--json", json.dumps({"load": 0}))
    demand("a refusal carries its text and the attribute", refused["status"] == 1
           and "extack" in refused["words"] and ".load" in refused["words"], refused)
    print(f"finished {cases}")
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Exception as problem:  # of the client, whatever it is
        report("the client", repr(problem))
        print(f"finished {cases}")
        sys.exit(1)
