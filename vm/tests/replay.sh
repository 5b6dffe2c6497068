#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Mismatches are run again at once, in several ways, and the results distinguish
# causes. Before that, in the same guest, the module that is broken on purpose, and the bug of
# 2014 by its mechanism: the records have its shape, and the diagnosis describes it.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"

# says NAME FILE EXPRESSION: of Python, over done, the records that were run again,
# and ways(record, way), the attempts in one way.
says() {
	check "$kernel: $1" python3 - "$out/$2.json" "$3" <<'END'
import json, sys
path, expression = sys.argv[1:]
lines = [json.loads(line) for line in open(path) if line.strip()]
records = [line for line in lines if line["type"] == "mismatch" and line["replay"]]
verdict = [line for line in lines if line["type"] == "verdict"][-1]
done = [record for record in records if record["replay"]["state"] == "done"]
here = [record for record in done if record["cpu_before"] == record["cpu_after"]]

def ways(record, *names):
    return [a for a in record["replay"]["attempts"] if a["way"] in names and a["runs"] > 0]

packets = [record for record in records if record["index"] is not None]

def company(record):
    return any(other["driver"] == record["driver"] for other in record["concurrent"] or [])

def right(record, *names):
    return all(a["wrong"] == 0 for a in ways(record, *names))

def wrong(record, *names):
    return all(a["wrong"] == a["runs"] for a in ways(record, *names))

if not eval(expression):
    print(f"{expression} does not hold: {len(records)} records, of these {len(done)} run again")
    for record in done[:3]:
        print(record["driver"], record["direction"], record["context"], record["cpu_before"],
              [(a["way"], a["cpu"], a["driver"], a["wrong"], a["runs"], a["errno"])
               for a in record["replay"]["attempts"]])
    sys.exit(1)
END
}

kernel=6.1
! long || kernel=6.12
into="$CT_TESTS/../../build/busted/$kernel"
out=$(mktemp -d "${TMPDIR:-/tmp}/cryptorture-replay.XXXXXX")
check "$kernel: the module that is broken on purpose builds" make -s -C "$CT_TESTS/../.." busted KERNEL="$kernel"
busted=("$CT_TESTS/guest/busted.sh")
if long; then # another kernel
	check "6.1: the module that is broken on purpose builds" make -s -C "$CT_TESTS/../.." busted KERNEL=6.1
	vm_cases "${busted[@]}" --kernel 6.1 --out "$out" \
		--file "$CT_TESTS/../../build/busted/6.1/cryptorture_busted.ko:/root/cryptorture_busted.ko"
	busted=()
fi
vm_cases "${busted[@]}" "$CT_TESTS/guest/replay.sh" --kernel "$kernel" --out "$out" \
	--file "$into/cryptorture_busted.ko:/root/cryptorture_busted.ko"

# Encryptions with HMAC whose FPU section a softirq was seen in.
wrong="[m for m in lines if m['type'] == 'mismatch' and m['algorithm'] == 'authenc(hmac(sha1),cbc(aes))' and m['direction'] == 'encrypt' and over_fpu_section(m) and m['context'] != 'softirq']"
check "6.1: 2014: encryptions with HMAC are wrong where a softirq was inside their FPU section" \
	json "$out/2014.json" "len($wrong) > 0"
check "6.1: 2014: text and ICV, for the HMAC is made of the wrong ciphertext" \
	json "$out/2014.json" "any({'text', 'icv'} <= set(m['what']) for m in $wrong)"
for words in '^fpu-nested \((high|medium) confidence' \
	'the HMAC is valid over the wrong ciphertext' \
	'after decryption exactly one block is wrong|exactly one block is wrong after decryption' \
	'a softirq encrypted or decrypted inside its FPU section' \
	'aesni_intel'; do
	check "6.1: 2014: the diagnosis says \"$words\"" matches "$out/2014.txt" "$words"
done

# setkey uses the FPU, too: what it got wrong stays wrong.
kernel=6.1 says "2014: never with softirqs off, for it takes a softirq" 2014 \
	'sum(len(ways(r, "softirqs-off")) for r in done) > 0 and all(right(r, "softirqs-off") or (wrong(r, "softirqs-off") and right(r, "new-key")) for r in done)'

says "injected: some are run again, and every record says whether" injected \
	'len(done) >= 8 and len(records) + verdict["lost"] == verdict["mismatches"]'
says "injected: nothing is pending when it is told" injected \
	'all(r["replay"]["state"] in ("done", "enough", "busy", "ending") for r in records)'
says "injected: not more than 4 of a kind, nor 32 in all" injected \
	'len(done) <= 32 and max(sum((r["driver"], r["direction"], r["what"]) == (o["driver"], o["direction"], o["what"]) for r in done) for o in done) <= 4'
says "injected: right in every way, every time" injected \
	'all(r["injected"] and all(a["wrong"] == 0 for a in r["replay"]["attempts"]) for r in done)'
# Some of authencesn have one driver alone.
says "injected: in all ways" injected \
	'all({a["way"] for a in r["replay"]["attempts"]} | ({"other-driver"} if "authencesn(" in r["driver"] else set()) == {"same", "irqs-off", "softirqs-off", "many", "other-cpu", "new-key", "other-driver", "other-direction", "reference"} for r in done)'
says "injected: 8 times here, and on the other CPU" injected \
	'all(ways(r, "same")[0]["runs"] == 8 and ways(r, "same")[0]["cpu"] == r["cpu_before"] and ways(r, "other-cpu")[0]["cpu"] != r["cpu_before"] for r in done)'
says "injected: with interrupts off unless the driver works elsewhere" injected \
	'all(a["runs"] == 8 if not any(w in r["driver"] for w in ("cryptd", "pcrypt")) else a["errno"] == 95 for r in done for a in r["replay"]["attempts"] if a["way"] == "irqs-off")'
says "injected: the same with softirqs off" injected \
	'all(a["runs"] == 8 if not any(w in r["driver"] for w in ("cryptd", "pcrypt")) else a["errno"] == 95 for r in done for a in r["replay"]["attempts"] if a["way"] == "softirqs-off")'
says "injected: many times, within bounds, some more often than in other ways" injected \
	'all(8 <= a["runs"] <= 1000 for r in done for a in ways(r, "many")) and any(a["runs"] > 8 for r in done for a in ways(r, "many"))'
says "injected: in the softirq's context too" injected \
	'all((ways(r, "same")[0]["context"] == "softirq") == (r["context"] == "softirq") for r in done)'

says "driver-data: always with that driver, on each CPU, with a fresh key schedule too, and with no other" driver-data \
	'done and all(wrong(r, "same", "irqs-off", "softirqs-off", "other-cpu", "new-key") and right(r, "other-driver", "reference") for r in done)'
says "driver-data: not many times, for it is decided" driver-data \
	'not any(ways(r, "many", "many-elsewhere") for r in done)'
says "cpu-intermittent: many times until 8 were wrong, with softirqs off too" cpu-intermittent \
	'any(ways(r, "many")[0]["runs"] > 8 and ways(r, "many")[0]["wrong"] > 0 and not right(r, "softirqs-off") for r in here if r["cpu_before"] == 1 and ways(r, "many")) and all(a["wrong"] <= 8 for r in done for a in ways(r, "many", "softirqs-off"))'
says "cpu-intermittent: as often on the other CPU, where it is right" cpu-intermittent \
	'any(ways(r, "many-elsewhere") for r in here) and all(a["wrong"] == 0 and a["cpu"] == 0 and 8 <= a["runs"] <= ways(r, "many")[0]["runs"] for r in here if r["cpu_before"] == 1 for a in ways(r, "many-elsewhere"))'
says "cpu-intermittent: and only where it was wrong here" cpu-intermittent \
	'all(bool(ways(r, "many-elsewhere")) == any(a["wrong"] for a in ways(r, "many")) for r in done)'
# Which operations were under way at the same time.
says "driver-race: nearly all wrong operations had company of the same driver" driver-race \
	'len(packets) >= 3 and all(r["concurrent"] is not None and len(r["concurrent"]) <= 8 for r in packets) and sum(company(r) for r in packets) * 10 >= len(packets) * 7'
says "injected: what is not wrong for that reason has such company seldom" injected \
	'sum(company(r) for r in packets) * 2 < len(packets)'
check "$kernel: driver-race: the diagnosis says whose data it is" matches "$out/driver-race.txt" \
	'of packet [0-9,]+, which the driver worked at at the same time'
if long; then
	says "cpu-deterministic: not many times" cpu-deterministic \
		'not any(ways(r, "many") for r in here if r["cpu_before"] == 1)'
	says "cpu-deterministic: always on that CPU, and not on the other" cpu-deterministic \
		'any(r["cpu_before"] == 1 for r in here) and all(wrong(r, "irqs-off", "new-key") and right(r, "other-cpu", "other-driver", "reference") for r in here if r["cpu_before"] == 1)'
	says "key-schedule: everywhere, until a fresh key schedule" key-schedule \
		'any(wrong(r, "same", "irqs-off", "other-cpu") and right(r, "new-key", "other-driver", "reference") for r in done)'
fi
says "until-mismatch: the first record is whole" until 'records[0]["replay"]["state"] == "done"'
check "$kernel: cpu-intermittent: the diagnosis says where many trials were wrong" matches "$out/cpu-intermittent.txt" \
	'run again many times, the same packet was wrong at times on this CPU, and never on another'
for fault in driver-data $(! long || echo cpu-deterministic key-schedule); do
	check "$kernel: $fault: is what it is called" matches "$out/$fault.txt" "^$fault \\((medium|high) confidence"
done
if [ -n "${CT_KEEP-}" ]; then echo "kept: $out" >&2; else rm -rf "$out"; fi
finish
