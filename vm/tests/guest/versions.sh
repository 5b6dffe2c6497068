# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Program and module of different releases: the main job and what looks at it.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
chmod +x /root/earlier

# works NAME PROGRAM
works() {
	local name=$1 program=$2
	"$program" run --for 8s --seed 7 --json >run.json 2>run.err
	grep -E '"type": ?"verdict"' run.json | tail -n 1 >verdict.json
	check "$name: a run ends with a verdict" matches verdict.json '"type": ?"verdict"'
	check "$name: it is CLEAN or INCONCLUSIVE" matches verdict.json '"verdict": ?"(CLEAN|INCONCLUSIVE)"'
	check "$name: without a mismatch" sh -c '! grep -E "\"type\": ?\"mismatch\"" run.json'
	check "$name: of thousands of operations" matches verdict.json '"operations": ?[1-9][0-9]{3}'
	"$program" status >status.txt 2>&1
	check "$name: status has the verdict" matches status.txt 'CLEAN|INCONCLUSIVE'
	"$program" drivers >drivers.txt 2>&1
	check "$name: drivers has those of AES-NI" matches drivers.txt 'rfc4106-gcm-aesni'
	check "$name: mismatches has none" sh -c "$program mismatches >none.txt 2>&1 && ! grep -q 'first wrong' none.txt"
	"$program" run --for 5s --inject-every 50 >injected.txt 2>&1
	"$program" mismatches --json >records.json 2>>injected.txt
	check "$name: mismatches has the records of one with injected faults" \
		sh -c 'grep -qE "\"injected\": ?true" records.json || { tail -n 5 injected.txt; false; }'
	"$program" version >version.txt 2>&1
	check "$name: version has both" sh -c 'grep -q "^cryptorture [0-9]" version.txt && grep -q "^module [0-9]" version.txt'
}

works "an earlier program, this module" /root/earlier
rmmod cryptorture
insmod /root/earlier.ko || not_ok "the earlier module is loaded" "status $?"
works "this program, an earlier module" cryptorture
finish
