# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Every fault of cryptorture_busted: done, and found. What the records look like
# is judged on the host, from /out.
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
	dmesg -C
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

check "idle: it loads" insmod $busted expendable=1
cryptorture run --for 5s --drivers cbc-aes-aesni,ctr-aes-aesni,rfc4106-gcm-aesni --json >/out/idle.json 2>err
check "idle: nothing is found" grep -q '"mismatches":0' <(tail -n 1 /out/idle.json)
check "idle: and nothing was done" same "$(cat $parameters/done)" 0
rmmod cryptorture_busted

# fault NAME DRIVERS [ARGUMENT...]
fault() {
	local name=$1 drivers=$2 status count start attempt
	shift 2
	insmod "$busted" expendable=1 fault="$name" "$@" || { not_ok "$name: it loads" "$(dmesg | tail -n 2)"; return; }
	# A fault of registers can kill the program: that is found as well, but the
	# records are of the next try.
	for attempt in 1 2 3; do
		start=${EPOCHREALTIME/./} status=0
		cryptorture run --for 15s --until-mismatch --drivers "$drivers" --json >"/out/$name.json" 2>err || status=$?
		[ "$status" -ge 128 ] || break
		cryptorture stop >/dev/null 2>&1
	done
	count=$(cat $parameters/done)
	printf '%s: status %s at try %s, done %s of %s, %s ms\n' "$name" "$status" "$attempt" "$count" \
		"$(cat $parameters/seen)" $(((${EPOCHREALTIME/./} - start) / 1000)) >>/out/summary
	check "$name: it can be unloaded" rmmod cryptorture_busted
	# Those that came before the program listened are in the kernel; read when
	# nothing can hit the program any more.
	cryptorture mismatches --json >>"/out/$name.json" 2>>err
	if [ "$count" -eq 0 ]; then
		not_ok "$name: found" "nothing was done, status $status: $(tail -n 1 err)"
	else
		check "$name: found" same "$status" 1
	fi
}

# By name: a driver that a run asks for when it has gone is broken for good.
skciphers="busted-cbc-aes,busted-ctr-aes"
simd=cbc-aes-aesni,ctr-aes-aesni,rfc4106-gcm-aesni
fault fpu-nested $simd,busted-cbc-aes
fault fpu-nested-tagged $simd,busted-cbc-aes
fault fpu-nested-reload $simd,busted-cbc-aes
fault fpu-nested-irq $simd rate=2000
fault fpu-user-clobber $skciphers
fault fpu-user-clobber-irq $simd registers=own
fault fpu-irq-window $simd
fault fpu-stale-owner $simd
fault fpu-sleep $skciphers
fault xstate-format $simd
fault xstate-format-avx $simd
fault driver-data $skciphers
fault async-order $skciphers,busted-rfc4106-gcm
fault sg-writeback busted-rfc4106-gcm
fault cpu-deterministic $skciphers cpu=1
fault cpu-intermittent $skciphers cpu=1
fault regfile-leak $simd
fault vcpu-switch $simd
fault key-schedule $skciphers
fault memory $skciphers,busted-rfc4106-gcm
finish
