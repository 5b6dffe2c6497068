# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Two hosts out of namespaces whose SAs others make: strongSwan's daemons, which renew the keys
# every few seconds, then iproute2. Each time watched from outside, healthy and with a driver that
# is broken on purpose. The host judges what is in /out.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
without_selftests
kernel=$(uname -r)
kernel=${kernel%%-*}
ok() { CT_PASSED=$((CT_PASSED + 1)); printf 'ok %s: %s\n' "$kernel" "$1"; }

# hosts: a and b, each with an address outside the tunnels and one in them.
hosts() {
	local space
	ip netns add a && ip netns add b || return
	ip link add va netns a type veth peer name vb netns b || return
	ip -n a address add 10.8.0.1/24 dev va && ip -n b address add 10.8.0.2/24 dev vb || return
	for space in a b; do
		ip -n $space link set dev lo up && ip -n $space link set dev v$space up || return
	done
	ip -n a address add 10.9.0.1/32 dev lo && ip -n b address add 10.9.0.2/32 dev lo || return
	ip -n a route add 10.9.0.2/32 via 10.8.0.2 src 10.9.0.1 && ip -n b route add 10.9.0.1/32 via 10.8.0.1 src 10.9.0.2
}

# traffic SECONDS: pings outside, and a TCP stream and pings from one inner address to the other.
traffic() {
	ip netns exec b timeout "$1" busybox nc -ll -p 7000 -e cat &
	sleep 0.3
	# shellcheck disable=SC2016 # of the inner shell
	ip netns exec a timeout "$1" sh -c 'yes 0123456789 | busybox nc 10.9.0.2 7000 >/dev/null' &
	ip netns exec a timeout "$1" ping -q -i 0.01 -s 1000 -p 61 10.8.0.2 >/out/ping 2>&1 &
	ip netns exec b timeout "$1" ping -q -i 0.02 -s 600 -p a5 10.9.0.1 >/dev/null 2>&1 &
}

# watch NAME [OPTION...]: of host a. Its JSON and its status are kept for the host.
watch() {
	local name=$1 status=0
	shift
	ip netns exec a cryptorture esp --watch va --json --budget unlimited "$@" >"/out/$name.json" 2>"/out/$name.err" || status=$?
	echo "$status" >"/out/$name.status"
}

# swan SPACE COMMAND...: in strongSwan's system, with a /run of each host's own.
swan() {
	# shellcheck disable=SC2016 # of the inner shell
	ip netns exec "$1" bash -c 'mount --bind "/tmp/host-$0" /swan/run && mount --bind /dev /swan/dev &&
		mount --bind /proc /swan/proc && exec chroot /swan "$@"' "$@"
}

# daemon SPACE OTHER NUMBER OTHERS-NUMBER GCM-REKEY CBC-REKEY
daemon() {
	mkdir -p "host-$1"
	sed -e "s/LOCAL/10.8.0.$3/; s/REMOTE/10.8.0.$4/; s/INNER/10.9.0.$3/; s/FAR/10.9.0.$4/" \
		-e "s/HERE/$1/; s/THERE/$2/; s/GCM_REKEY/$5/; s/CBC_REKEY/$6/" \
		/root/strongswan/swanctl.conf >"host-$1/swanctl.conf"
	swan "$1" /usr/lib/ipsec/charon >"host-$1/said" 2>&1 &
	daemons+=($!)
	soon test -S "host-$1/charon.vici" &&
		swan "$1" /usr/sbin/swanctl --load-all --file /run/swanctl.conf
}

initiate() { swan a /usr/sbin/swanctl --initiate --child "$1" --timeout 20; }
sas() { ip -n "$1" xfrm state | grep -c '^src'; }

modprobe -a aesni_intel sha256-ssse3 sha512-ssse3 sha1-ssse3 2>/dev/null
mkdir -p /swan/{dev,proc,run,var,tmp}
ln -s /run /swan/var/run
cp /root/strongswan/strongswan.conf /swan/etc/
daemons=()
check "two hosts" hosts
check "charon starts in a" daemon a b 1 2 3s 0
check "charon starts in b" daemon b a 2 1 0 4s
check "an SA of AES-GCM" initiate gcm
check "an SA of AES-CBC" initiate cbc
date +%T.%N
ip -n a xfrm state
ip -n a xfrm policy
traffic 25
sleep 20
swan a /usr/sbin/swanctl --list-sas
ip -n a -s xfrm state
wait "${!}"
cat /out/ping
date +%T.%N
tail -n 40 host-a/charon.log
swan a /usr/sbin/swanctl --stats
finish
