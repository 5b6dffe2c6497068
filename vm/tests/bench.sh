#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What checking costs, and what a run at low load takes, in instructions: they are the same
# however busy this machine is. The bounds are a little above what vm/bench/run measures; and
# the tables come out.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
bench="$CT_TESTS/../bench"
scratch bench-test
folder=$CT_FOLDER

# cases: reads lines of "ok NAME" and "not ok NAME".
cases() {
	while IFS= read -r line; do
		case $line in
		'ok '*) CT_PASSED=$((CT_PASSED + 1)) ;;
		'not ok '*) CT_FAILED=$((CT_FAILED + 1)) ;;
		esac
		printf '%s\n' "$line"
	done
}

vm --instructions --timeout 900 "$@" --file "$bench/guest.sh:/root/bench.sh" -- sh /root/bench.sh speed short
expect_status "bench: the guest's status" 0
cp "$VM_STDOUT" "$folder/instructions 6.1"
python3 - "$VM_STDOUT" >"$folder/cases" <<'END'
import json, sys
rows = [json.loads(line) for line in open(sys.argv[1])]
# (driver, payload) and how much more "verified" may take than "raw"
bounds = {("rfc4106-gcm-aesni", 1420): 1.10, ("cbc-aes-aesni", 1420): 1.17,
          ("authenc(hmac(sha256-ni),cbc-aes-aesni)", 1420): 1.06,
          ("rfc4106-gcm-aesni", 64): 1.20, ("cbc-aes-aesni", 64): 1.50,
          ("authenc(hmac(sha256-ni),cbc-aes-aesni)", 64): 1.13}
for (driver, payload), most in bounds.items():
    for way in ("encrypt", "decrypt"):
        name = f"bench: {driver}, {payload} bytes, {way}: checking takes less than {most} times raw"
        row = next((r for r in rows if (r["driver"], r["payload"], r["direction"]) ==
                    (driver, payload, way)), None)
        took = row and row["raw_mb_s"] / row["verified_mb_s"]
        if took and 1 <= took < most:
            print(f"ok {name}")
        else:
            print(f"not ok {name}: {took}")
        if row and row["single_mb_s"] > row["verified_mb_s"]:
            print(f"not ok {name}: one by one is faster")
END
cases <"$folder/cases"

if long; then # a minute at work, at a hundredth of the load
	vm --instructions --timeout 900 "$@" --file "$bench/guest.sh:/root/bench.sh" -- sh /root/bench.sh patrol ''
	expect_status "bench: the patrol guest's status" 0
	cp "$VM_STDOUT" "$folder/patrol 6.1 instructions"
	python3 - "$VM_STDOUT" >"$folder/cases" <<'END'
import json, sys
row = next((r for r in map(json.loads, open(sys.argv[1])) if r["type"] == "patrol"), None)
for name, good in (
        ("measures 60 s of the run at work", row and row["ms"] >= 60000 and row["bursts"] > 100),
        ("takes 1.2 % of a CPU at most, timers and softirqs too",
         row and 0 < row["lost_us"] <= 0.012 * 1000 * row["ms"]),
        ("never has a CPU for more than 5 ms", row and row["over_5_ms"] == 0)):
    print(f"ok bench: --load 1% {name}" if good else f"not ok bench: --load 1% {name}: {row}")
END
	cases <"$folder/cases"
fi
python3 "$bench/table.py" "$folder" >"$folder/table"
check "bench: a table has a row for each" test "$(grep -c '^| 6.1 |' "$folder/table")" -ge 12
! long || check "bench: and for the patrol" grep -q '^| instructions | 1 |' "$folder/table"
finish
