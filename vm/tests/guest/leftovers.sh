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
	local name="$1, $2"
	check "$name: it loads" insmod /root/cryptorture_busted.ko expendable=1 fault="$1"
	cryptorture run --for 5s --until-mismatch --drivers "$2" --json >"$1.json" 2>err || status=$?
	rmmod cryptorture_busted
	check "$name: the verdict is CORRUPT within 5 s" same "$status" 1
	check "$name: the record names $3" sh -c "grep '\"type\":\"mismatch\"' $1.json | grep -q '\"what\":\\[\"$3\"\\]'"
}

found refused-head busted-rfc4106-gcm header
found refused-icv busted-rfc4106-gcm icv
found refused-text busted-rfc4106-gcm text
found refused-head busted-authencesn header
found refused-icv busted-authencesn icv
found esn-writeback busted-authencesn guard
found iv-gcm busted-rfc4106-gcm iv
found iv-ctr busted-ctr-aes iv

# Transforms are keyed anew while they are in use.
found rekey busted-cbc-aes text

# All drivers at once: that two CPUs meet on one transform for 3 us is no matter of chance.
if long; then
	insmod /root/cryptorture_busted.ko expendable=1 fault=shared
	status=0
	cryptorture run --for 180s --until-mismatch >shared.txt 2>err || status=$?
	check "shared: found among all drivers" same "$status" 1
	rmmod cryptorture_busted
fi

# What a driver refuses is said, and the rest of it is tested.
status=0
insmod /root/cryptorture_busted.ko expendable=1 fault=no-192
cryptorture run --for 8s --drivers 'busted-ctr-aes,ctr-aes-aesni,busted-rfc4106-gcm,rfc4106-gcm-aesni' >no-192.txt 2>err || status=$?
check "no-192: the verdict is CLEAN" same "$status" 0
check "no-192: the report says what was not tested" matches no-192.txt \
	'busted-ctr-aes.*not tested with keys of 192 bits: it refuses them'
check "no-192: and of GCM, which ICVs" matches no-192.txt \
	'busted-rfc4106-gcm.*not tested with ICVs of 12 bytes: it refuses them'
check "no-192: so does the list of drivers" matches <(cryptorture drivers) \
	'^busted-ctr-aes .*not tested with keys of 192 bits'
rmmod cryptorture_busted
finish
