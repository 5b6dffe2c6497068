# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# cryptorture_busted by itself: what it refuses, and the bug of 2014. Its other
# faults are for `cryptorture-selftest`.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
kernel=$(uname -r)
ok() { CT_PASSED=$((CT_PASSED + 1)); printf 'ok %s: %s\n' "${kernel%%-*}" "$1"; }
busted=/root/cryptorture_busted.ko
parameters=/sys/module/cryptorture_busted/parameters
mkdir -p /out

# says PATTERN ARGUMENT...: insmod is refused, and the kernel log says why.
says() {
	local pattern=$1
	shift
	dmesg -c >/dev/null
	if insmod "$busted" "$@" 2>/dev/null; then
		echo "it loaded"
		rmmod cryptorture_busted
		return 1
	fi
	dmesg | grep -qE "$pattern" || { dmesg | tail -n 3; return 1; }
}

check "refused without expendable=1" says 'refusing to load' fault=fpu-nested
check "a wrong fault is refused, and the list told" says 'cpu-deterministic: ' expendable=1 fault=nonsense
check "a rate out of bounds is refused" says 'out of bounds: 1 to 10000, Hz' expendable=1 fault=fpu-nested-irq rate=10001
check "a CPU that is not there is refused" says 'names no CPU' expendable=1 fault=fpu-nested cpu=99
check "a wrong inner driver is refused" says 'cannot be made' expendable=1 fault=driver-data inner_cbc=nonsense
check "done= cannot be given" says 'only be read' expendable=1 done=3

# The bug of 2014: a softirq takes the FPU of an interrupted task for free. Runs until an
# encryption with HMAC was hit as in the reports, which chance decides: its text and its
# ICV are wrong.
modprobe aesni_intel
check "2014: it loads" insmod $busted expendable=1 fault=fpu-nested
hit() {
	grep '"algorithm":"authenc(hmac(sha1),cbc(aes))"' /out/2014.json | grep '"direction":"encrypt"' |
		over_fpu_section | grep -v '"context":"softirq"' | grep -qE '"what":\[[^]]*"text"[^]]*"icv"'
}
for _ in {1..10}; do
	status=0
	cryptorture run --for 3s --drivers 'authenc*sha1*,busted-cbc-aes' --json >/out/2014.json 2>err || status=$?
	! hit || break
done
check "2014: the verdict is CORRUPT" same "$status" 1
check "2014: and the module says that it was done" test "$(cat $parameters/done)" -gt 0
check "2014: it can be unloaded" rmmod cryptorture_busted
check "2014: diagnose says something" cryptorture diagnose /out/2014.json
cryptorture diagnose /out/2014.json >/out/2014.txt 2>&1

# Chains check few bytes of each operation, and yet must find all: a benchmark's
# "verified" is nothing but chains, the first of its kinds to check anything.
chains_find() {
	local fault=$1 rate=$2 driver=$3 size=$4 direction=$5 status=0
	insmod "$busted" expendable=1 fault="$fault" rate="$rate" || return
	cryptorture bench --no-rates --drivers "$driver" --size "$size" --direction "$direction" \
		--for 50ms >out 2>err || status=$?
	rmmod cryptorture_busted
	same "$status" 2 && grep -q 'cannot measure the verified speed of .*: a result was wrong' err && return
	cat out err
	return 1
}
check "chains: one bit of one block in 2000" chains_find cpu-intermittent 2000 busted-cbc-aes 1420 encrypt
check "chains: the same of CTR" chains_find cpu-intermittent 2000 busted-ctr-aes 1420 encrypt
check "chains: one bit by the data, which decryption undoes" chains_find cpu-deterministic 64 busted-cbc-aes 1420 encrypt
check "chains: the same of CTR" chains_find cpu-deterministic 64 busted-ctr-aes 1420 encrypt
check "chains: a whole text that decryption undoes" chains_find both-ways 2 busted-cbc-aes 64 encrypt
check "chains: the same of CTR" chains_find both-ways 2 busted-ctr-aes 64 encrypt
check "chains: the same with a good ICV" chains_find both-ways 2 busted-rfc4106-gcm 64 encrypt
check "chains: a last block that stays what it was" chains_find driver-data 4 busted-cbc-aes 62 encrypt
check "chains: the same of CTR" chains_find driver-data 4 busted-ctr-aes 62 encrypt
check "chains: 4 bytes of a guard" chains_find sg-writeback 16 busted-rfc4106-gcm 1420 encrypt
check "chains: a bit of a key" chains_find key-schedule 64 busted-cbc-aes 64 encrypt

# A driver that is gone is missed, and found again when it is back.
back() {
	insmod "$busted" expendable=1 fault=driver-data || return
	status=0
	cryptorture run --for 2s --drivers busted-cbc-aes >out 2>err || status=$?
	rmmod cryptorture_busted && { same "$status" 1 || { cat err; return 1; }; }
}
check "a driver of another module is tested" back
status=0
cryptorture run --for 1s --drivers busted-cbc-aes >out 2>err || status=$?
check "when it has gone, no run is CLEAN" test "$status" -eq 2 -o "$status" -eq 3
check "and when it is back, it is tested again" back
finish
