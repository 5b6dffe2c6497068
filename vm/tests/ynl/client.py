# SPDX-License-Identifier: GPL-2.0-or-later
"""In the guest: what the kernel's own client for netlink specifications (tools/net/ynl/cli.py)
makes of ours. Prints "ok ynl: NAME" or "not ok ynl: NAME: why", and "finished N".

usage: client.py SPEC.yaml
"""
import builtins
import contextlib
import functools
import io
import json
import os
import sys
import time

sys.path[:0] = ["/ynl/tools", "/ynl/site"]
import cli  # noqa: E402
import yaml  # noqa: E402

# cli.py ends by what the module "site" would bring.
builtins.exit = sys.exit

# The specification is read once for all calls, and by the quick one of the two parsers.
quick = functools.lru_cache(lambda text: yaml.load(text, Loader=yaml.CSafeLoader))
yaml.safe_load = lambda stream: quick(stream.read())

SPEC = sys.argv[1]
cases = failures = 0
kept = []


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


def events_over(act):
    """What act() returned, and the events while it ran. These are heard by another process: the
    client fails over an event that comes between a request and its answer."""
    ready, to_parent = os.pipe()
    done, to_child = os.pipe()
    if os.fork() == 0:
        def pause(_):
            os.write(to_parent, b"\n")
            os.read(done, 1)
        cli.time.sleep = pause
        heard = call("--subscribe", "events", "--sleep", "1")
        os.write(to_parent, json.dumps(heard).encode())
        os._exit(0)
    os.close(to_parent)
    with os.fdopen(ready) as listener:
        listener.readline()
        result = act()
        os.write(to_child, b"\n")
        return result, json.loads(listener.read())


def demand(name, holds, seen):
    report(name, "" if holds else f"it says {json.dumps(seen)[:400]}")


def start(attributes):
    """A job, as cli.py tells its number. Each call of the client has a socket of its own, with
    which the job would go: so that of the latest is kept."""
    family = cli.YnlFamily

    def kept_family(*arguments, **named):
        kept[:] = [family(*arguments, **named)]
        return kept[0]
    cli.YnlFamily = kept_family
    try:
        return call("--do", "job-start", "--json", json.dumps(attributes))
    finally:
        cli.YnlFamily = family


def wait_for(started):
    """The job when it is done; what start() returned, if there is none."""
    if not isinstance(started, list):
        return started
    for _ in range(600):
        job = call("--do", "job-get", "--json", json.dumps({"number": started[0]["number"]}))[0]
        if job["state"] == "done":
            return job
        time.sleep(0.05)
    return job


def do(kind, **nests):
    return wait_for(start({"kind": kind, **nests}))


def run_until_ended(config):
    do("start", config=config)
    for _ in range(600):
        status = call("--do", "status-get")[0]
        if status["state"] == "ended":
            return status
        time.sleep(0.1)
    return status


def events_of_two_runs():
    """A run of one record after a run of one record: the first one of the second is told, too."""
    config = {"duration-ms": 60000, "drivers": {"driver": ["cbc-aes-aesni"]}, "sizes": "64",
              "contexts": ["task"], "disturb": ["timer"], "cpus": "0", "inject-every": 20000,
              "until-mismatch": True}
    for _ in range(10):
        before = run_until_ended(config)
        if before.get("mismatches") == 1:
            break
    status, heard = events_over(lambda: run_until_ended(config))
    told = [event["msg"]["mismatch"]["number"] if "mismatch" in event["msg"] else
            event["msg"]["number"] for event in heard[-1] if event["name"] == "event-mismatch"]
    demand("each mismatch of a run is an event, after a run with as many",
           before.get("mismatches") == 1 and told == list(range(1, status["mismatches"] + 1)),
           [before, status, heard])


def main():
    version = call("--do", "version-get")[0]
    demand("version-get", version["kernel"] and version["module"], version)

    found = do("search")
    demand("job-start and job-get: drivers are looked for", found.get("kind") == "search"
           and found["state"] == "done" and "error" not in found, found)

    config = {"duration-ms": 2000, "seed": 2014, "drivers": {"driver": ["cbc-aes-aesni"]},
              "contexts": ["task"], "disturb": ["timer"], "cpus": "0-1", "inject-every": 40,
              "sizes": "64,1300-1500"}
    started, heard = events_over(lambda: do("start", config=config))
    demand("job-start: a run, its parameters in a nest",
           started.get("state") == "done" and "error" not in started, started)
    names = [event["name"] for event in heard[-1]]
    demand("its event is heard, and those of the job",
           "event-started" in names and "event-job" in names, heard)

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
    bench = do("bench", bench={"driver": "cbc-aes-aesni", "mode": "raw", "duration-ms": 10})
    demand("job-get: what came of it, in a nest",
           bench.get("bench", {}).get("operations", 0) > 0, bench)
    failed = do("bench", bench={"driver": "no-such-driver"})
    demand("job-get: why it failed, and where", failed.get("state") == "done"
           and failed.get("error") and failed.get("why") and "where" in failed, failed)
    late = call("--do", "job-cancel", "--json", json.dumps({"number": bench["number"]}))
    demand("job-cancel: nothing happens to one that is done", late == [None], late)
    refused = start({"kind": "start", "config": {"load": 0}})
    demand("a refusal carries its text and the attribute", isinstance(refused, dict)
           and refused["status"] == 1 and "extack" in refused["words"]
           and ".load" in refused["words"], refused)
    events_of_two_runs()
    print(f"finished {cases}")
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Exception as problem:  # of the client, whatever it is
        report("the client", repr(problem))
        print(f"finished {cases}")
        sys.exit(1)
