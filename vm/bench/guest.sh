# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# In the guest: guest.sh PART SHORT. Prints lines of JSON.
part=$1 short=$2
drivers='rfc4106-gcm-aesni*,cbc-aes-aesni,authenc(hmac(sha1-ni),cbc-aes-aesni),authenc(hmac(sha256-ni),cbc-aes-aesni)'
one=rfc4106-gcm-aesni
# Those that vm/tests/bench.sh has bounds for.
[ -z "$short" ] || drivers='rfc4106-gcm-aesni*,cbc-aes-aesni,authenc(hmac(sha256-ni),cbc-aes-aesni)'
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
	disturbed() {
		cryptorture run --json --for "$([ "$short" ] && echo 3s || echo 10s)" --drivers $one \
			--contexts task --exercisers 0 "$@" | grep '"type":"verdict"'
	}
	# The last of these is what the kernel's own KUnit tests have, on each CPU: a timer of
	# 5 microseconds;
	for hz in 250 500 1000 2000 4000 8000 16000 32000 64000 200000; do
		disturbed --disturb timer --timer-hz $hz
	done
	# and just as they have it, on one CPU while nothing else goes on.
	disturbed --disturb timer --timer-hz 200000 --cpus 0
	disturbed --disturb ipi
	disturbed --disturb timer,ipi
	disturbed
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
			# So short a run is inconclusive.
			cryptorture stop >/dev/null 2>&1 || :
		done
	done
	;;
refresh)
	cryptorture start --for 600s --drivers $one >/dev/null || exit
	sleep 5
	of_thread() { cut -d ' ' -f 1 "$(grep -lx "cryptorture/$1" /proc/[0-9]*/comm | sed 's/comm$/schedstat/')"; }
	vectors() { cryptorture status --json | grep -oE '"vectors":[0-9]+' | tr -cd 0-9; }
	begun=$(now) busy=$(of_thread pool) made=$(vectors)
	sleep "$([ "$short" ] && echo 10 || echo 60)"
	echo "{\"type\":\"refresh\",\"ms\":$((($(now) - begun) * 10)),\"us\":$((($(of_thread pool) - busy) / 1000)),\"vectors\":$(($(vectors) - made))}"
	cryptorture stop >/dev/null || :
	;;
esp)
	modprobe -a aesni_intel sha256-ssse3 2>/dev/null
	/root/esp_bench "$([ "$short" ] && echo 3 || echo 5)" "$([ "$short" ] && echo 3 || echo 7)"
	;;
flood)
	modprobe aesni_intel
	for _ in $(seq "$([ "$short" ] && echo 3 || echo 5)"); do
		for rate in 1000000000 1; do
			insmod /root/cryptorture_busted.ko expendable=1 fault=fpu-nested-seldom rate=$rate || exit
			cryptorture run --json --for "$([ "$short" ] && echo 5s || echo 10s)" \
				--drivers cbc-aes-aesni,rfc4106-gcm-aesni,busted-cbc-aes --contexts task |
				grep '"type":"verdict"'
			rmmod cryptorture_busted
		done
	done
	# As many as possible, with no other load.
	insmod /root/cryptorture_busted.ko expendable=1 fault=fpu-nested-seldom rate=1 || exit
	cryptorture run --json --for 10s --drivers busted-cbc-aes --sizes 16-64 \
		--disturb default,-ipi | grep '"type":"verdict"'
	;;
scale)
	for cpus in 0 0-1 0-3 0-7; do
		cryptorture run --json --for 8s --cpus $cpus --load 20% | grep '"type":"verdict"'
		begun=$(now)
		cryptorture status --json >/tmp/status
		echo "{\"type\":\"dump\",\"ms\":$((($(now) - begun) * 10)),\"bytes\":$(wc -c </tmp/status)}"
	done
	;;
patrol)
	time=$([ "$short" ] && echo 10 || echo 60)
	# Of all CPUs, in hundredths of a second: what a run takes of it is all that it
	# takes, timers and softirqs too.
	idle() { awk '/^cpu / { print $5 + $6 }' /proc/stat; }
	before=$(idle)
	sleep "$time"
	quiet=$(($(idle) - before))
	cryptorture start --for 600s --load 1% >/dev/null || exit
	sleep 2
	tracing=/sys/kernel/tracing
	echo 20000 >$tracing/buffer_size_kb
	echo 'prev_comm ~ "cryptorture/*" || next_comm ~ "cryptorture/*"' >$tracing/events/sched/sched_switch/filter
	ran() {
		grep -l '^cryptorture/' /proc/[0-9]*/comm | while read -r task; do
			cut -d ' ' -f 1 "${task%comm}schedstat"
		done | awk '{ sum += $1 } END { printf "%d", sum / 1000 }'
	}
	echo 1 >$tracing/events/sched/sched_switch/enable
	before=$(ran) begun=$(now) quiet=$((quiet + $(idle)))
	sleep "$time"
	quiet=$((quiet - $(idle)))
	us=$(($(ran) - before)) ms=$((($(now) - begun) * 10))
	echo 0 >$tracing/events/sched/sched_switch/enable
	# How long a thread of ours had its CPU at a time.
	awk -v us="$us" -v ms="$ms" -v cpus="$(nproc)" -v lost="$quiet" '
		match($0, /\[[0-9]+\]/) { cpu = substr($0, RSTART, RLENGTH) }
		match($0, / [0-9]+\.[0-9]+: sched_switch/) {
			at = substr($0, RSTART + 1, RLENGTH - 15) * 1000000
			if ($0 ~ /prev_comm=cryptorture\// && cpu in since) {
				length_ = at - since[cpu]
				longest = length_ > longest ? length_ : longest
				bursts++
				over += length_ > 5000
			}
			delete since[cpu]
			if ($0 ~ /next_comm=cryptorture\//)
				since[cpu] = at
		}
		END {
			printf "{\"type\":\"patrol\",\"cpus\":%d,\"us\":%d,\"ms\":%d,", cpus, us, ms
			printf "\"lost_us\":%d,", lost * 10000
			printf "\"bursts\":%d,\"longest_us\":%d,\"over_5_ms\":%d}\n", bursts, longest, over
		}' $tracing/trace
	cryptorture stop --json 2>/dev/null | grep '"type":"verdict"'
	;;
esac
