# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# In the guest: everything that cryptorture is asked for, while others register families
# and ask for theirs. How long those may wait, in ms, is in /root/limit.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
kernel=$(uname -r)
ok() { CT_PASSED=$((CT_PASSED + 1)); printf 'ok %s: %s\n' "${kernel%%-*}" "$1"; }
limit=$(cat /root/limit)
few=rfc4106-gcm-aesni,cbc-aes-aesni
# So that a kernel that takes its time has some mismatches, too.
seconds=3
[ "$limit" -le 50 ] || seconds=30

# Or else real-time threads are kept from running for 50 ms of a second.
echo -1 >/proc/sys/kernel/sched_rt_runtime_us
check "the module that registers families loads" insmod /root/latency.ko

# watch NAME COMMAND...: sets what /root/watch prints, and says it.
watch() {
	# shellcheck disable=SC2034 # of the line that is printed
	local name=$1 calls median_us whole_us worst_us rounds longest_us figures
	shift
	status=2 why=''
	if ! figures=$(/root/watch "$@" 2>said); then
		why="not watched: $(tail -n 3 said)"
		return
	fi
	eval "$figures"
	echo "$round: $name: $figures" >&2
	if [ "$worst_us" -ge $((limit * 1000)) ]; then
		why="others waited $((worst_us / 1000)) ms; registering a family took $((longest_us / 1000)) ms"
	elif [ "$calls" -lt 20 ] || [ "$rounds" -lt 5 ]; then
		why="too little was seen: $calls calls, $rounds registrations"
	fi
}

declare -A whys=() wrong=()
names=()
# phase NAME STATUS COMMAND...: a command, whose status matches that pattern, and what others
# wait meanwhile. Twice is too long only what was so in both rounds.
phase() {
	local name=$1 expected=$2 status why
	shift 2
	watch "$name" "$@"
	[ "$round" != 1 ] || names+=("$name")
	whys[$name]=$why
	[[ $status =~ ^($expected)$ ]] || wrong[$name]="status $status: $(tail -n 3 said)"
}

# again N COMMAND...: with a rest for threads that are not in real time, as these are.
again() {
	local _
	for _ in $(seq "$1"); do
		"${@:2}" || return
		sleep 0.05
	done
}
export -f again

started_and_stopped() {
	phase "a start" 0 cryptorture start --for 600s
	phase "status and drivers, in a run" 0 bash -c 'again 5 cryptorture status --json; cryptorture drivers'
	# So short a run is inconclusive.
	phase "a stop" '0|3' cryptorture stop
}

replayed() {
	phase "a run with mismatches" 1 cryptorture run --for ${seconds}s --exercisers 0 --inject-every 100 \
		--drivers $few --out "/tmp/flipped.$round"
	phase "replays" 0 cryptorture replay "/tmp/flipped.$round"
}

# All of it with LONG=1.
everything() {
	phase "the first search" 0 sh -c 'modprobe cryptorture && cryptorture drivers'
	! long || phase "later searches" 0 bash -c 'again 3 cryptorture drivers'
	! long || started_and_stopped
	phase "a start, with status asked meanwhile" 0 bash -c \
		'cryptorture start --for 600s & again 10 cryptorture status; wait $!'
	phase "a stop, with status asked meanwhile" '0|3' bash -c \
		'cryptorture stop & again 10 cryptorture status; wait $!'
	phase "measurements" 0 cryptorture bench --no-rates --drivers $few --for 50ms --repetitions 5
	! long || replayed
	# As everybody has it: exercisers in real time would have the CPUs.
	phase "a run with exercisers" '0|3' chrt -o 0 cryptorture run --for ${seconds}s --exercisers 1 --drivers $few
	cryptorture start --for 600s >out 2>&1
	phase "unloading in a run" 0 rmmod cryptorture
}

round=0
phase "nothing of ours" 0 sleep 2
# The sight of it: a command of another's that takes long.
phase "a command of 200 ms" 0 /root/watch --hold
check "a command of 200 ms is seen" test -n "${whys["a command of 200 ms"]}"
check "without cryptorture nobody waits for $limit ms" same "${whys["nothing of ours"]}" ''

# The machine is shared, so there is a second chance.
declare -A first=()
once_more=''
round=1
everything
for name in "${names[@]}"; do
	first[$name]=${whys[$name]}
	once_more+=${whys[$name]}
done
if [ -n "$once_more" ]; then
	round=2
	everything
fi
for name in "${names[@]}"; do
	if [ -n "${wrong[$name]-}" ]; then
		not_ok "$name" "${wrong[$name]}"
	elif [ -n "${first[$name]}" ] && [ -n "${whys[$name]}" ]; then
		not_ok "$name" "${first[$name]}; again: ${whys[$name]}"
	else
		ok "$name: nobody else waits for $limit ms"
	fi
done
check "families could always be registered" same "$(cat /sys/module/latency/parameters/failure)" 0
check "the module that registers families unloads" rmmod latency
finish
