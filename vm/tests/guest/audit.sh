# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# An expected result is damaged in mid-run, and all drivers are right: that is a verdict
# about the tool. With a wrong driver in addition it stays CORRUPT.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2

running() { cryptorture status --json | grep -q '"state":"running"'; }
done_() { [ "$(cat /sys/module/damage/parameters/done)" = 1 ]; }
# within COMMAND...: 60 s, however busy the machine is.
within() {
	local n
	for n in $(seq 600); do
		"$@" 2>/dev/null && return
		sleep 0.1
	done
	echo "not within 60 s: $*, after $n looks"
	return 1
}

# Of the verdict itself, not of its parts.
mismatches() { sed -nE 's/^\{"type":"verdict".*"blocks":[0-9]+,"mismatches":([0-9]+).*/\1/p' "$1.json"; }
void() { sed -nE 's/^\{"type":"verdict".*"mismatches_void":([0-9]+).*/\1/p' "$1.json"; }

# damaged NAME STATUS DRIVERS [ARGUMENT...]: of the damage module. The test SA may make room for
# another one before an operation meets what was damaged: then once more, ten times at most.
damaged() {
	local name=$1 expected=$2 drivers=$3 status program
	shift 3
	for _ in $(seq 10); do
		status=0
		forget_log
		cryptorture run --for 12s --drivers "$drivers" --json >"$name.json" 2>err &
		program=$!
		if ! within running || ! insmod /root/damage.ko "$@" || ! within done_; then
			break
		fi
		rmmod damage
		wait "$program" || status=$?
		dmesg >"$name.log"
		[ "$(void "$name")" = 0 ] || break
	done
	check "$name: the run begins, and an expected result is damaged" test -e "$name.log"
	check "$name: the status is $expected" same "$status" "$expected"
	check "$name: the kernel log names the packet" matches "$name.log" \
		'cryptorture: the expected result of packet [0-9]+ of .* was damaged'
	check "$name: the verdict in the kernel log counts them" matches "$name.log" \
		'verdict [A-Z]+( because .*)?: .* mismatches_void=[1-9]'
}

damaged sealed 3 'rfc4106-gcm-aesni,rfc4106(gcm_base(ctr(aes-generic),ghash-generic))'
check "sealed: there were mismatches, and all are void" sh -c \
	"[ $(mismatches sealed) -gt 0 ] && [ $(mismatches sealed) = $(void sealed) ]"
check "sealed: the verdict says why" grep -q '"verdict":"INCONCLUSIVE".*expected results damaged in memory' sealed.json
damaged chained 3 'echainiv(authenc(hmac(sha256-ni),cbc-aes-aesni))' chained=1
check "chained: there were mismatches, and all are void" sh -c \
	"[ $(mismatches chained) -gt 0 ] && [ $(mismatches chained) = $(void chained) ]"

insmod /root/cryptorture_busted.ko expendable=1 fault=driver-data
damaged both 1 'busted-cbc-aes,cbc-aes-aesni'
check "both: not all of them are void" sh -c \
	"[ $(void both) -gt 0 ] && [ $(mismatches both) -gt $(void both) ]"
rmmod cryptorture_busted
finish
