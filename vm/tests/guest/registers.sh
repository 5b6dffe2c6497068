# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Registers of user threads, changed by a kernel module.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
kernel=$(uname -r)
ok() { CT_PASSED=$((CT_PASSED + 1)); printf 'ok %s: %s\n' "${kernel%%-*}" "$1"; }
few=--drivers=cbc-aes-aesni,rfc4106-gcm-aesni
busted=/root/cryptorture_busted.ko

# run ARGUMENT...: its lines in out, its status in $status.
run() {
	status=0
	cryptorture run "$few" --json "$@" >out 2>err || status=$?
}

# Some record is like that: one is enough, as a foreign value may be of an epoch
# that its owner has left.
has() { grep '"register":{' out | grep -qE "$1" || { grep '"register":{' out | grep -oE '"register":.*' | head -n 5; tail -n 2 err; return 1; }; }

fault=fault=fpu-user-clobber-irq
for refused in '' 'expendable=0' "expendable=1 $fault rate=10001" 'expendable=1 registers=own' "expendable=1 $fault registers=all"; do
	# shellcheck disable=SC2086 # words
	check "it refuses to load with \"$refused\"" sh -c "! insmod $busted $refused 2>/dev/null"
done

# Loaded and idle it changes nothing.
check "it loads where it is told that the machine is expendable" insmod $busted expendable=1
run --for 10s
check "idle: no register changed" grep -q '"register_mismatches":0' out
check "idle: and they were looked at" grep -qE '"register_checks":[1-9][0-9]{2}' out
check "idle: not CORRUPT" test "$status" -ne 1
rmmod cryptorture_busted

# What it puts where, and what is said of it.
for case in 'own [xyz]mm3 [xyz]mm7 of the same exerciser' 'foreign [xyz]mm3 [xyz]mm5 of exerciser [01]' \
	'zero [xyz]mm3 the initial state' 'mxcsr mxcsr' 'x87 (fcw|fsw|ftw|st[0-7])' 'k3 k3 the initial state' \
	'zmm3 zmm3' 'zmm17 zmm17 the initial state'; do
	read -r value name owner <<<"$case"
	case $value in
	k3 | zmm*)
		grep -qw avx512f /proc/cpuinfo || {
			refuse "$value: refused where the CPU has no AVX-512" 'Operation not supported|not supported' 1 \
				insmod $busted expendable=1 $fault registers="$value"
			continue
		}
		;;
	esac
	check "$value: it loads" insmod $busted expendable=1 $fault registers="$value" rate=100
	run --for 10s --until-mismatch
	check "$value: found within 10 s" test "$status" -eq 1
	check "$value: the verdict is CORRUPT" grep -q '"verdict":"CORRUPT"' out
	run --for 4s
	check "$value: and the module says that it was done" test "$(cat /sys/module/cryptorture_busted/parameters/done)" -gt 0
	check "$value: the register is named, and whose value it holds" has "\"name\":\"$name\",\"owner\":\"[^\"]*$owner"
	check "$value: the CPU, the event and both values are there" \
		has "\"cpu_after\":[01].*\"name\":\"$name\".*\"event\":\"[a-z]+\".*\"expected\":\"[0-9a-f]{4}"
	check "$value: the kernel log has it as well" sh -c "dmesg | grep -qE 'register $name of exerciser'"
	check "$value: people read it too" sh -c "cryptorture mismatches 2>&1 | grep -qE '$name'"
	rmmod cryptorture_busted
done

run --for 10s
check "without it, nothing is found again" grep -q '"register_mismatches":0' out
finish
