# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# In the guest: guest.sh PART SHORT. Prints lines of JSON.
part=$1 short=$2
drivers='rfc4106-gcm-aesni*,cbc-aes-aesni,authenc(hmac(sha1-ni),cbc-aes-aesni),authenc(hmac(sha256-ni),cbc-aes-aesni)'
one=rfc4106-gcm-aesni
# The kernel's own tests of drivers are over then.
cryptorture drivers >/dev/null || exit

# now: nanoseconds; python3 and date -N are not here.
now() { cut -d ' ' -f 1 /proc/uptime | tr -d .; }

case $part in
speed)
	for size in 1420 64; do
		for way in encrypt decrypt; do
			cryptorture bench --json --no-rates --drivers "$drivers" --size "$size" \
				--direction "$way" --for "$([ "$short" ] && echo 5ms || echo 50ms)" \
				--repetitions "$([ "$short" ] && echo 5 || echo 15)" || exit
		done
	done
	;;
witness)
	modprobe aesni_intel
	for size in 1420 64; do
		cryptorture bench --json --no-rates --drivers $one --size $size --for 100ms --repetitions 9
	done
	# It measures for as long as it is loading; what comes after 1420 bytes is not wanted.
	modprobe tcrypt mode=211 sec=1 &
	sleep 8
	dmesg | sed -nE '/testing speed of rfc4106/s/.*\((rfc4106[^ ]*)\) encryption.*/{"type":"tcrypt","driver":"\1"}/p;
		s/.*160 bit key, (64|1420) byte blocks\): ([0-9]+) operations in 1 seconds.*/{"type":"tcrypt","payload":\1,"operations":\2}/p' | head -n 3
	;;
disturbance)
	for hz in 250 500 1000 2000 4000 8000; do
		cryptorture run --json --for "$([ "$short" ] && echo 2s || echo 10s)" --drivers $one \
			--contexts task --disturb timer --timer-hz $hz | grep '"type":"verdict"'
	done
	;;
scaling)
	cryptorture run --json --for "$([ "$short" ] && echo 3s || echo 15s)" --drivers $one \
		--contexts task --disturb none | grep '"type":"verdict"'
	;;
start)
	for drivers in $one all; do
		for _ in 1 2 3 4 5; do
			begun=$(now)
			cryptorture start --for 30s --drivers "$drivers" >/dev/null || exit
			until cryptorture status --json 2>/dev/null | grep -q '"operations":[1-9]'; do :; done
			echo "{\"type\":\"start\",\"drivers\":\"$drivers\",\"ms\":$(($(now) - begun))0}"
			cryptorture stop >/dev/null 2>&1
		done
	done
	;;
patrol)
	time=$([ "$short" ] && echo 10 || echo 60)
	cryptorture start --for 600s --load 1% >/dev/null || exit
	sleep 2
	ran() {
		grep -l '^cryptorture/' /proc/[0-9]*/comm | while read -r task; do
			cut -d ' ' -f 1 "${task%comm}schedstat"
		done | awk '{ sum += $1 } END { printf "%d", sum / 1000 }'
	}
	before=$(ran) begun=$(now)
	sleep "$time"
	echo "{\"type\":\"patrol\",\"cpus\":$(nproc),\"us\":$(($(ran) - before)),\"ms\":$((($(now) - begun) * 10))}"
	cryptorture stop --json 2>/dev/null | grep '"type":"verdict"'
	;;
esac
