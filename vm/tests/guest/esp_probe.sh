# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The probe of the host's ESP. Two pairs of hosts: a and b, c and d.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
kernel=$(uname -r)
kernel=${kernel%%-*}
ok() { CT_PASSED=$((CT_PASSED + 1)); printf 'ok %s: %s\n' "$kernel" "$1"; }
probes=/sys/kernel/debug/kprobes
key=0x000102030405060708090a0b0c0d0e0f10111213

# pair HERE THERE: two hosts without ESP. Neighbours are known, so that nothing but what is sent
# on purpose is sent.
pair() {
	local here=$1 there=$2
	ip netns add "$here" && ip netns add "$there" || return
	ip link add "v$here" netns "$here" address 02:00:00:00:00:01 type veth \
		peer name "v$there" netns "$there" address 02:00:00:00:00:02 || return
	host "$here" 1 2 && host "$there" 2 1
}

host() {
	ip -n "$1" link set dev lo up && ip -n "$1" link set dev "v$1" up || return
	ip -n "$1" address add "10.7.0.$2/24" dev "v$1" || return
	ip -n "$1" address add "fd07::$2/64" dev "v$1" nodad || return
	ip -n "$1" neighbour replace "10.7.0.$3" lladdr "02:00:00:00:00:0$3" dev "v$1" &&
		ip -n "$1" neighbour replace "fd07::$3" lladdr "02:00:00:00:00:0$3" dev "v$1"
}

# esp HERE THERE PREFIX BITS: ESP in tunnel mode between the addresses PREFIX1 and PREFIX2. In
# transport mode newer kernels go on in a work item: replies would be of tasks.
esp() {
	local space one other spi=0x700
	for space in "$1" "$2"; do
		for one in 1 2; do
			other=$((3 - one))
			ip -n "$space" xfrm state add src "$3$one" dst "$3$other" proto esp spi $((spi + one)) \
				reqid 7 mode tunnel aead 'rfc4106(gcm(aes))' "$key" 128 || return
		done
	done
	policy "$1" out "$3" 1 2 "$4" && policy "$1" in "$3" 2 1 "$4" &&
		policy "$2" out "$3" 2 1 "$4" && policy "$2" in "$3" 1 2 "$4"
}

policy() {
	ip -n "$1" xfrm policy add src "$3$4/$6" dst "$3$5/$6" dir "$2" \
		tmpl src "$3$4" dst "$3$5" proto esp reqid 7 mode tunnel
}

# flood HERE ADDRESS COUNT: each packet is answered.
flood() {
	ip netns exec "$1" ping -q -f -c "$3" "$2" >flood 2>&1
	matches flood "^$3 packets transmitted, $3 received"
}

# hold NAME SPACE...: of the probe NAME.0 are the first words, NAME.1 and so on those of each
# `ask` after.
declare -A pid=() input=() asked=()
hold() {
	local name=$1 spaces=() space fd
	shift
	for space; do spaces+=("/run/netns/$space"); done
	rm -f "$name" "$name.in"
	mkfifo "$name.in"
	exec {fd}<>"$name.in" # waits for nobody
	/root/holder "${spaces[@]}" <"$name.in" >"$name" 2>&1 &
	pid[$name]=$!
	input[$name]=$fd
	asked[$name]=1
	soon answered "$name"
}

answered() { [ "$(grep -cx '\.' "$1")" -ge "${asked[$1]}" ]; }

# ask NAME: what it has counted is in NAME.now.
ask() {
	echo >&"${input[$1]}"
	asked[$1]=$((asked[$1] + 1))
	soon answered "$1" || return
	awk -v n="${asked[$1]}" '$0 == "." { seen++; next } seen == n - 1' "$1" >"$1.now"
}

# numbers NAME DIRECTION: task, task with BH off, softirq, nested, unknown.
numbers() { awk -v what="$2" '$1 == what { print $2, $3, $4, $5, $6 }' "$1.now"; }

# counts NAME DIRECTION TASK TASK_BH SOFTIRQ: a softirq may be over an FPU section; what is missed
# because it interrupted the counting itself is said.
counts() {
	local task bh softirq nested unknown missed
	read -r task bh softirq nested unknown < <(numbers "$1" "$2")
	missed=$(awk '$1 == "missed" { print $2 }' "$1.now")
	if [ "$task $bh $unknown" != "$3 $4 0" ] || [ $((softirq + nested)) -gt "$5" ] ||
		[ $((softirq + nested + missed)) -lt "$5" ]; then
		echo "$2 $task $bh $softirq $nested $unknown, missed $missed, instead of $3 $4 and $5 in softirqs"
		return 1
	fi
}

none_probed() { ! grep -E '[[:space:]](esp6?_(output_tail|input)|yt_esp_proof)\+' "$probes/list"; }
all_probed() { same "$(grep -cE '[[:space:]](esp6?_(output_tail|input)|yt_esp_proof)\+' "$probes/list")" "$1"; }

check "without ESP" sh -c "! grep -qE '^esp[46] ' /proc/modules"
hold early
check "it says that there is none" matches early \
	'^cannot probe the kernel.s ESP: the kernel has none loaded, neither esp4 nor esp6; '
check "and probes nothing" none_probed

check "four hosts" pair a b
check "two of them elsewhere" pair c d
check "ESP" esp a b 10.7.0. 32
check "ESP of others" esp c d 10.7.0. 32

hold all
hold here a
hold there b
hold both a b
check "two functions, probed once for four, and one that proves it" all_probed 3
hold fifth
check "a fifth one is refused in words" matches fifth '^cannot probe the kernel.s ESP: 4 others do so already'
check "packets" flood a 10.7.0.2 100
check "packets of others" flood c 10.7.0.2 30
for name in all here there both; do
	ask $name || not_ok "$name answers" "it does not"
done
check "encapsulations of requests in tasks, of replies in softirqs, of all" counts all encapsulation 130 0 130
check "decapsulations in softirqs, of all" counts all decapsulation 0 0 260
check "here" counts here encapsulation 100 0 0
check "here, decapsulations" counts here decapsulation 0 0 100
check "there" counts there encapsulation 0 0 100
check "there, decapsulations" counts there decapsulation 0 0 100
check "of two namespaces, encapsulations" counts both encapsulation 100 0 100
check "of two namespaces, decapsulations" counts both decapsulation 0 0 200
check "it says that ESP of IPv6 is not counted" matches both.now '^missing esp6_output_tail esp6_input$'

# On one CPU.
hold_cpu() { awk '$1 == "cpu1" { sum += $3 + $4 + $5 + $6 + $7 } END { print sum + 0 }' both.now; }
before=$(hold_cpu)
check "packets of CPU 0" taskset -c 0 bash -c 'ip netns exec a ping -q -c 5 -i 0.01 10.7.0.2 >/dev/null'
ask both
check "none of them is counted on the other" same "$(hold_cpu)" "$before"

# What the kernel loads meanwhile.
check "ESP by IPv6" esp a b fd07:: 128
ask both
check "it is counted from the next read on" matches both.now '^missing$'
check "all functions are probed" all_probed 5
check "packets by IPv6" flood a fd07::2 50
ask both
check "encapsulations" counts both encapsulation 155 0 155
check "decapsulations" counts both decapsulation 0 0 310

# Where esp4_offload takes it over, it is behind the device's queue.
if modprobe esp4_offload 2>/dev/null; then
	ip -n a xfrm state flush && ip -n b xfrm state flush && ip -n a xfrm policy flush && ip -n b xfrm policy flush
	check "ESP by esp4_offload" esp a b 10.7.0. 32
	hold offload a
	check "it replaces none of four" matches offload '4 others do so already'
	echo . >&"${input[here]}"
	wait "${pid[here]}"
	hold offload a
	check "packets by esp4_offload" flood a 10.7.0.2 50
	ask offload
	check "encapsulations in tasks with bottom halves off" counts offload encapsulation 0 50 0
else
	not_ok "esp4_offload" "it cannot be loaded"
fi

# Softirqs over FPU sections: packets come to a CPU that does nothing but crypto.
fpu_sections() {
	local task bh softirq nested unknown n
	for n in $(seq 20); do
		taskset -c 0 ip netns exec a ping -q -f -c 100 10.7.0.2 >/dev/null
		ask nested || return
		read -r task bh softirq nested unknown < <(numbers nested decapsulation)
		[ "$nested" = 0 ] || break
	done
	echo "$kernel: decapsulations on a CPU in FPU sections: $softirq in softirqs, $nested over a section, $unknown unknown, after $n" >&2
	same "$task $bh $unknown" "0 0 0" || return
	[ "$softirq" -gt 0 ] || return
	case $kernel in
	7.*) same "$nested" 0 ;; # FPU sections keep softirqs out
	*) test "$nested" -gt 0 ;;
	esac
}
check "the module goes while its probes are open" rmmod cryptorture
check "and leaves none" none_probed
check "it is loaded with a run on CPU 1" insmod /lib/modules/cryptorture.ko run_seconds=120 contexts=1 disturb=0 \
	cpus=1 drivers=cbc-aes-aesni
hold nested b
check "packets go to CPU 1" ip netns exec b sh -c 'echo 2 >/sys/class/net/vb/queues/rx-0/rps_cpus'
check "decapsulations over FPU sections, where there can be any" fpu_sections
check "they are there, on the CPU that had them" sh -c "! grep -E '^cpu0 decapsulation( [0-9]+){3} [1-9]' nested.now"
ask all || :
check "whoever held a probe of the module before is told" matches all \
	'^cannot read in which contexts the kernel.s ESP works: the module cryptorture went away; '

# Switched off, it counts nothing.
echo 0 >"$probes/enabled"
ask nested || :
check "it says when probes are switched off" matches nested 'kprobes were switched off meanwhile'
hold off
check "and when they are off before" matches off 'the kernel refuses kprobes there, or they are switched off'
echo 1 >"$probes/enabled"

# However it ends.
hold killed
check "probed again" all_probed 5
kill -9 "${pid[killed]}"
wait "${pid[killed]}" 2>/dev/null
check "nothing of a probe is left when its holder is killed" none_probed

# The modules of the functions come and go.
hold gone
for space in a b c d; do ip netns del $space; done
check "esp4 and esp6 go while they are probed" soon sh -c 'rmmod esp4_offload esp4 esp6 2>/dev/null; ! grep -qE "^esp[46] " /proc/modules'
ask gone
check "it says that they are missing" matches gone.now '^missing esp_output_tail esp_input esp6_output_tail esp6_input$'
modprobe -a esp4 esp6
ask gone
check "and back" matches gone.now '^missing$'
check "all are probed again" all_probed 5
check "root alone may" sh -c '! setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all /root/holder >refused </dev/null'
check "it says so" matches refused '^cannot probe the kernel.s ESP: /proc/cryptorture needs CAP_NET_ADMIN'
finish
