# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Drivers whose results are right, and who damage what else a caller sees afterwards.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
kernel=$(uname -r)
ok() { CT_PASSED=$((CT_PASSED + 1)); printf 'ok %s: %s\n' "${kernel%%-*}" "$1"; }
without_selftests
cryptorture drivers >/dev/null

# found FAULT DRIVER WORD: within 5 s, and the record says what.
found() {
	local status=0
	check "$1: it loads" insmod /root/cryptorture_busted.ko expendable=1 fault="$1"
	cryptorture run --for 5s --until-mismatch --drivers "$2" --json >"$1.json" 2>err || status=$?
	rmmod cryptorture_busted
	check "$1: the verdict is CORRUPT within 5 s" same "$status" 1
	check "$1: the record names $3" sh -c "grep '\"type\":\"mismatch\"' $1.json | grep -q '\"what\":\\[\"$3\"\\]'"
}

found refused-head busted-rfc4106-gcm header
found refused-icv busted-rfc4106-gcm icv
found refused-text busted-rfc4106-gcm text
found iv-gcm busted-rfc4106-gcm iv
found iv-ctr busted-ctr-aes iv
finish
