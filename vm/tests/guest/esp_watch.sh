# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Two hosts out of namespaces with SAs made by iproute2, each watched from outside: healthy, with
# keys changed in mid-run, with a driver that is broken on purpose, and with bad input. The host
# judges what is in /out.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
without_selftests
kernel=$(uname -r)
kernel=${kernel%%-*}
ok() { CT_PASSED=$((CT_PASSED + 1)); printf 'ok %s: %s\n' "$kernel" "$1"; }

key=0x000102030405060708090a0b0c0d0e0f
auth=0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
echo 'tcp 6 TCP' >/etc/protocols

# sa SPACE SPI FROM TO [OPTION...]: the SA of ESP, transport mode.
sa() {
	local space=$1 spi=$2 from=$3 to=$4
	shift 4
	ip -n "$space" xfrm state add src "$from" dst "$to" proto esp spi "$spi" reqid 7 mode transport \
		enc 'cbc(aes)' "$key" auth-trunc 'hmac(sha256)' "$auth" 128 "$@"
}

policy() {
	ip -n "$1" xfrm policy add src "$3" dst "$4" dir "$2" \
		tmpl src "$3" dst "$4" proto esp reqid 7 mode transport
}

hosts() {
	ip netns add a && ip netns add b || return
	ip link add va netns a type veth peer name vb netns b || return
	ip -n a address add 10.7.0.1/24 dev va && ip -n b address add 10.7.0.2/24 dev vb || return
	local space
	for space in a b; do
		ip -n "$space" link set dev lo up
		ip -n "$space" link set dev v"$space" up
	done
	policy a out 10.7.0.1 10.7.0.2 && policy b in 10.7.0.1 10.7.0.2 &&
		policy b out 10.7.0.2 10.7.0.1 && policy a in 10.7.0.2 10.7.0.1
}

# keys SPI-THERE SPI-BACK [OPTION...]
keys() {
	local there=$1 back=$2 space
	shift 2
	for space in a b; do
		sa "$space" "$there" 10.7.0.1 10.7.0.2 "$@" && sa "$space" "$back" 10.7.0.2 10.7.0.1 "$@" || return
	done
}

no_keys() { for space in a b; do ip -n $space xfrm state flush; done; }

# watch NAME SPACE [OPTION...]: its JSON and its status are kept for the host.
watch() {
	local name=$1 space=$2 status=0
	shift 2
	ip netns exec "$space" cryptorture esp --watch "v$space" --json "$@" >"/out/$name.json" 2>"/out/$name.err" || status=$?
	echo "$status" >"/out/$name.status"
}

# For those in the background, and for nothing else.
watches=()
wait_watches() {
	wait "${watches[@]}"
	watches=()
}

mkfifo never
# TCP both ways and pings, until stop_traffic.
traffic() {
	ip netns exec b busybox nc -ll -p 7000 -e cat &
	flows=($!)
	sleep 0.3
	# Without fork(), and with pauses: a flood would leave an emulated CPU to nobody else.
	ip netns exec a bash -c 'while printf %01000d 1; do read -rt 0.03 -u 9; done | busybox nc 10.7.0.2 7000 >/dev/null' 9<>never &
	flows+=($!)
	ip netns exec b ping -q -i 0.02 -s 600 -p 61 10.7.0.1 >/dev/null &
	flows+=($!)
	ip netns exec a ping -q -i 0.02 -s 600 10.7.0.2 >/dev/null &
	flows+=($!)
}

# All that runs in the hosts but their watches: also what the flows have started. What TCP sends
# at its end is over, too, when this is.
stop_traffic() {
	local pid space
	kill "${flows[@]}" 2>/dev/null
	wait "${flows[@]}" 2>/dev/null
	for space in a b; do
		for pid in $(ip netns pids $space); do
			grep -qx 'cryptorture' "/proc/$pid/comm" || kill -9 "$pid"
		done
	done 2>/dev/null
	sleep 0.5
}

xfrm_of() { for space in a b; do ip -n $space xfrm state; ip -n $space xfrm policy; done; }
# IPv6 addresses are tentative for a second.
network_of() { for space in a b; do ip -n $space link; ip -n $space addr; done | sed 's/ tentative//'; }

modprobe -a aesni_intel sha256-ssse3 2>/dev/null

check "two hosts with iproute2" hosts
check "no SA: said, and INCONCLUSIVE" bash -c '
	ip netns exec a cryptorture esp --watch va --for 1s >none.out 2>none.err
	[ $? = 3 ] && grep -q "no SA of ESP" none.out && grep -q "has no SA of ESP" none.err'
check "keys by iproute2" keys 0x1701 0x1702
xfrm_of >xfrm.before
network_of >network.before

traffic
watch clean-b b --for 6s --budget 1000 &
watches+=($!)
watch clean-a a --for 6s --budget 1000
wait_watches
watch gentle a --for 4s --sample 1/4 --budget 20
check "Ctrl-C gives the verdict so far" bash -c '
	ip netns exec a cryptorture esp --watch va --for 60s --budget 500 >ctrlc.out 2>ctrlc.err &
	sleep 4
	kill -INT $!
	wait $!
	[ $? = 0 ] && grep -q "^CLEAN: .* packets opened" ctrlc.out || { cat ctrlc.out ctrlc.err; exit 1; }'
stop_traffic
check "xfrm states and policies are as they were" diff <(grep -v '^\s*\(lastused\|anti-replay\|current\)' xfrm.before) <(xfrm_of | grep -v '^\s*\(lastused\|anti-replay\|current\)')
check "the hosts' network is as it was" diff network.before <(network_of)

# New keys in mid-run, the old ones gone.
traffic
watch rekey a --for 6s --budget 1000 &
watches+=($!)
sleep 2
check "new keys" keys 0x1711 0x1712
for space in a b; do
	ip -n $space xfrm state delete src 10.7.0.1 dst 10.7.0.2 proto esp spi 0x1701
	ip -n $space xfrm state delete src 10.7.0.2 dst 10.7.0.1 proto esp spi 0x1702
done
wait_watches
stop_traffic

if long; then
	if modprobe -q sch_netem || grep -q '^sch_netem ' /proc/modules; then
		for space in a b; do
			check "loss and reordering on $space" tc -n $space qdisc add dev v$space root netem delay 5ms reorder 25% 50% loss 1%
		done
	else
		echo "skip $kernel: no netem in this guest: kernels that were unpacked before it was in vm/guest/modules.txt have to be unpacked again"
	fi
	traffic
	watch lossy a --for 600s --budget 300
	stop_traffic
	for space in a b; do tc -n $space qdisc del dev v$space root 2>/dev/null; done
fi

no_keys
cp /root/cryptorture_busted.ko /tmp/
check "the broken driver loads" insmod cryptorture_busted.ko expendable=1 fault=fpu-nested-seldom rate=60 priority=9000
check "keys with the broken driver" keys 0x1701 0x1702
done_now() { cat /sys/module/cryptorture_busted/parameters/done; }
before=$(done_now)
watch busted-b b --for 10s --budget unlimited --out /out/busted &
watches+=($!)
watch busted-a a --for 10s --budget unlimited &
watches+=($!)
sleep 1.5
traffic
sleep 6
stop_traffic
wait_watches
echo $(($(done_now) - before)) >/out/busted.done
# shellcheck disable=SC2016 # of another shell
check "what it keeps is for its user alone" bash -c '
	[ "$(stat -c %a /out/busted/wire.pcapng /out/busted/packets.jsonl /out/busted/esp.json /out/busted/report.txt /out/busted/wireshark/esp_sa | sort -u)" = 600 ]'
check "that it keeps keys and payload is said" grep -q 'warning: .* payload .* keys' /out/busted-b.err

# One sender on one CPU.
watch bound a --for 4s --budget unlimited &
watches+=($!)
sleep 1
ip netns exec a timeout 3 taskset -c 1 ping -q -i 0.005 -s 1000 10.7.0.2 >/dev/null
wait_watches

# The same in UDP.
no_keys
for space in a b; do
	check "keys of NAT-T, $space" eval "sa $space 0x1721 10.7.0.1 10.7.0.2 encap espinudp 4500 4500 0.0.0.0 &&
		sa $space 0x1722 10.7.0.2 10.7.0.1 encap espinudp 4500 4500 0.0.0.0"
done
watch natt a --for 4s --budget unlimited &
watches+=($!)
sleep 1
ip netns exec a timeout 3 ping -q -i 0.005 -s 1000 10.7.0.2 >/dev/null
wait_watches
no_keys
check "the broken driver unloads" soon rmmod cryptorture_busted

# GRO takes incoming ESP before it can be seen. esp4_offload is a module of its own.
no_keys
modprobe esp4_offload
for space in a b; do
	check "offloads of $space" eval "ip netns exec $space link_offload v$space tso off && ip netns exec $space link_offload v$space gro on"
done
check "keys with esp4_offload" keys 0x1701 0x1702
traffic
watch hidden a --for 4s --budget 500
stop_traffic
for space in a b; do ip netns exec $space link_offload v$space gro off; done
no_keys

refuse "no such interface" 'cannot capture on nowhere: there is no interface of that name' 2 cryptorture esp --watch nowhere
ip -n a link add dev down type dummy
refuse "an interface that is down" 'the interface is down' 2 ip netns exec a cryptorture esp --watch down
refuse "another user" 'permission|root|CAP_NET' 2 ip netns exec a setpriv --reuid 65534 --clear-groups cryptorture esp --watch va --for 1s
refuse "a sample of nothing" 'cannot use --sample "1/0"' 2 cryptorture esp --watch va --sample 1/0
refuse "an option of tunnels" 'cannot use --modes with --watch' 2 cryptorture esp --watch va --modes tunnel
refuse "an option of a watch" 'cannot use --budget without --watch' 2 cryptorture esp --budget 10
check "an interface that goes away ends it, and it is said" bash -c '
	ip netns exec a cryptorture esp --watch va --for 60s >gone.out 2>gone.err &
	sleep 2
	ip -n a link delete dev va
	wait $!
	[ $? = 3 ] && grep -q "the interface is gone" gone.out'
ip netns del a
ip netns del b
finish
