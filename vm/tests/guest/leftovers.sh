# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Drivers whose results are right, and that damage other memory of the caller.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
kernel=$(uname -r)
ok() { CT_PASSED=$((CT_PASSED + 1)); printf 'ok %s: %s\n' "${kernel%%-*}" "$1"; }
cryptorture drivers >/dev/null

# found FAULT DRIVER WORD [SECONDS]: within 5 s, and the record says what.
found() {
	local status=0 within=${4:-5}
	local name="$1, $2"
	check "$name: it loads" insmod /root/cryptorture_busted.ko expendable=1 fault="$1"
	cryptorture run --for "${within}s" --until-mismatch --drivers "$2" --json >"$1.json" 2>err || status=$?
	[ "$1" = stuck ] || rmmod cryptorture_busted
	check "$name: the verdict is CORRUPT within $within s" same "$status" 1
	check "$name: the record names $3" sh -c "grep '\"type\":\"mismatch\"' $1.json | grep -q '\"what\":\\[\"$3\"\\]'"
}

# bits EXPECTED ACTUAL FILE: in how many bits these two members of the first record differ.
bits() {
	local one other place bits=0 byte
	one=$(sed -nE "s/.*\"$1\":\"([0-9a-f]+)\".*/\1/p" "$3" | head -n 1)
	other=$(sed -nE "s/.*\"$2\":\"([0-9a-f]+)\".*/\1/p" "$3" | head -n 1)
	[ -n "$one" ] && [ ${#one} -eq ${#other} ] || return 1
	for ((place = 0; place < ${#one}; place += 2)); do
		for ((byte = 0x${one:place:2} ^ 0x${other:place:2}; byte; byte &= byte - 1)); do
			bits=$((bits + 1))
		done
	done
	echo "$bits"
}

# shows FAULT: the record of the run before shows the one bit that was changed.
shows() {
	check "$1: the record shows the bit" same "$(bits expected actual "$1.json")" 1
	check "$1: it says so" sh -c "grep -m 1 '\"type\":\"mismatch\"' $1.json | grep -q '\"wrong_bits\":1,'"
}

# outside FAULT WHERE: it shows the bit, among the bytes that are no output.
outside() {
	sed -nE 's/.*"outside":(\{[^}]*\}).*/\1/p' "$1.json" | head -n 1 >"$1.outside"
	check "$1: the record shows the bit" same "$(bits expected actual "$1.outside")" 1
	check "$1: and where it lies" matches "$1.outside" "\"where\":\"$2\""
}

# Each checked entry of docs/checks.md that no other fault is for. All algorithms and all
# fields behind the first of a kind are for LONG=1.
found good-head busted-rfc4106-gcm header
found good-icv busted-rfc4106-gcm icv
found good-icv-kept busted-rfc4106-gcm guard
outside good-icv-kept destination
found between busted-cbc-aes guard
outside between '(destination|source)-behind'
found source busted-cbc-aes source
outside source source
found iv-gcm busted-rfc4106-gcm iv
found iv-cbc busted-cbc-aes iv
found iv-ctr busted-ctr-aes iv
found iv-beside busted-cbc-aes guard
outside iv-beside iv-front
found request busted-cbc-aes request
found status busted-cbc-aes status
found accepted busted-rfc4106-gcm accepted
found twice busted-cbc-aes completion
found refused-head busted-rfc4106-gcm header
shows refused-head
found refused-icv busted-rfc4106-gcm icv
shows refused-icv
found refused-text busted-rfc4106-gcm text
shows refused-text
found refused-beyond busted-rfc4106-gcm guard
outside refused-beyond destination-behind
found refused-source busted-rfc4106-gcm source
outside refused-source source
found refused-iv busted-rfc4106-gcm iv
check "refused-iv: the record shows the bit" same "$(bits iv_expected iv_actual refused-iv.json)" 1
found refused-iv-beside busted-rfc4106-gcm guard
outside refused-iv-beside iv-front
found refused-request busted-rfc4106-gcm request
found refused-twice busted-rfc4106-gcm completion
found refused-head busted-authencesn header
shows refused-head
found refused-icv busted-authencesn icv
shows refused-icv
found esn-writeback busted-authencesn guard
check "esn-writeback: the record shows what lies behind the text" \
	matches esn-writeback.json '"outside":\{"where":"destination",'
if long; then
	found good-head busted-authencesn header
	found good-icv busted-authencesn icv
	found between busted-rfc4106-gcm guard
	found source busted-rfc4106-gcm source
	found source busted-authencesn source
	found iv-cbc busted-authencesn iv
	found iv-beside busted-rfc4106-gcm guard
	found request busted-rfc4106-gcm request
	found status busted-rfc4106-gcm status
	found positive busted-cbc-aes status
	found positive busted-rfc4106-gcm status
	found accepted busted-authencesn accepted
	found twice busted-rfc4106-gcm completion
	found refused-beyond busted-authencesn guard
	found refused-source busted-authencesn source
	found refused-twice busted-authencesn completion
fi

# Transforms get new keys while they are in use.
found rekey busted-cbc-aes text

# All drivers: two CPUs use one transform within 3 us often enough.
if long; then
	insmod /root/cryptorture_busted.ko expendable=1 fault=shared
	status=0
	cryptorture run --for 180s --until-mismatch >shared.txt 2>err || status=$?
	check "shared: found among all drivers" same "$status" 1
	rmmod cryptorture_busted
fi

# What a driver refuses is said, and the rest of it is tested.
insmod /root/cryptorture_busted.ko expendable=1 fault=no-192
# On a machine that does other work as well, some cells may not be reached in 8 s.
for seconds in 8 30; do
	status=0
	cryptorture run --for ${seconds}s --full --drivers 'busted-ctr-aes,ctr-aes-aesni,busted-rfc4106-gcm,rfc4106-gcm-aesni' >no-192.txt 2>err || status=$?
	[ "$status" -eq 3 ] || break
done
check "no-192: the verdict is CLEAN" same "$status" 0
check "no-192: the report says what was not tested" matches no-192.txt \
	'busted-ctr-aes.*not tested with keys of 192 bits: it refuses them'
check "no-192: and of GCM, which ICVs" matches no-192.txt \
	'busted-rfc4106-gcm.*not tested with ICVs of 12 bytes: it refuses them'
check "no-192: so does the list of drivers" matches <(cryptorture drivers) \
	'^busted-ctr-aes .*not tested with keys of 192 bits'
rmmod cryptorture_busted

# Last, for what a driver keeps stays allocated, and so do both modules. Each CPU loses one
# at a time, which are overdue after 10 s: they are waited for together.
begun=$SECONDS
found stuck busted-cbc-aes stuck 20
took=$((SECONDS - begun))
check "stuck: each CPU had one" test "$(cat /sys/module/cryptorture_busted/parameters/done)" -ge 2
check "stuck: the run ended with all of them overdue at once" test "$took" -le 18
finish
