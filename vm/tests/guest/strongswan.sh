# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Two hosts out of namespaces whose SAs others make: strongSwan's daemons, which change the keys
# every few seconds, then iproute2. Each time one host is watched from outside, healthy and with a
# driver that is broken on purpose. The host of the guest judges what is in /out.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
without_selftests
kernel=$(uname -r)
kernel=${kernel%%-*}
ok() { CT_PASSED=$((CT_PASSED + 1)); printf 'ok %s: %s\n' "$kernel" "$1"; }
busted=/sys/module/cryptorture_busted/parameters

# hosts: a and b, each with an address outside the tunnels, and inner ones: of tunnel N
# 10.9.N.1 and 10.9.N.2. Tunnel 0 is strongSwan's.
hosts() {
	local space tunnel
	ip netns add a && ip netns add b || return
	ip link add va netns a type veth peer name vb netns b || return
	for space in a b; do
		ip -n "$space" link set dev lo up && ip -n "$space" link set dev v"$space" up || return
	done
	ip -n a address add 10.8.0.1/24 dev va && ip -n b address add 10.8.0.2/24 dev vb || return
	ip -n a address add fd08::1/64 dev va nodad && ip -n b address add fd08::2/64 dev vb nodad || return
	for tunnel in 0 $(seq ${#tunnels[@]}); do
		printf 'address add 10.9.%s.1/32 dev lo\nroute add 10.9.%s.2/32 via 10.8.0.2 src 10.9.%s.1\n' "$tunnel" "$tunnel" "$tunnel" >>hosts.a
		printf 'address add 10.9.%s.2/32 dev lo\nroute add 10.9.%s.1/32 via 10.8.0.1 src 10.9.%s.2\n' "$tunnel" "$tunnel" "$tunnel" >>hosts.b
	done
	ip -n a -batch hosts.a && ip -n b -batch hosts.b
}

# traffic ADDRESS-OF-B...: a TCP stream there and back, and pings, until `quiet`. What keeps an
# emulated CPU wholly busy would hold up new keys.
traffic() {
	local address
	senders=()
	sender b busybox nc -ll -p 7000 -e cat
	sleep 0.3
	sender a sh -c "while yes 0123456789 | head -c 15000 && usleep 60000; do :; done | busybox nc $1 7000"
	for address; do
		sender a ping -q -i 0.03 -s 1000 -p 61 "$address"
	done
}
sender() {
	setsid ip netns exec "$@" >/dev/null 2>&1 &
	senders+=($!)
}
quiet() {
	kill -- "${senders[@]/#/-}" 2>/dev/null
	wait "${senders[@]}" 2>/dev/null
}

# watch NAME [OPTION...]: of host a, beside what follows, until `watched`.
watch() {
	watch=$1
	shift
	ip netns exec a cryptorture esp --watch va --json --budget unlimited "$@" >"/out/$watch.json" 2>"/out/$watch.err" &
	watcher=$!
	sleep 1
}
# watched: its JSON and its status are kept for the host of the guest.
watched() {
	local status=0
	wait "$watcher" || status=$?
	echo "$status" >"/out/$watch.status"
}

# swan SPACE COMMAND...: in strongSwan's system, with a /run of each host's own.
swan() {
	# shellcheck disable=SC2016 # of the inner shell
	ip netns exec "$1" bash -c 'mount --bind "/tmp/host-$0" /swan/run && mount --bind /dev /swan/dev &&
		mount --bind /proc /swan/proc && exec chroot /swan "$@"' "$@"
}

# daemon SPACE OTHER NUMBER OTHERS-NUMBER GCM-REKEY CBC-REKEY
daemon() {
	# Where swanctl looks for certificates.
	mkdir -p "host-$1"/{x509{,ca,ocsp,aa,ac,crl},pubkey,private,rsa,ecdsa,bliss,pkcs8,pkcs12}
	sed -e "s/LOCAL/10.8.0.$3/; s/REMOTE/10.8.0.$4/; s/INNER/10.9.0.$3/; s/FAR/10.9.0.$4/" \
		-e "s/OWN/$1/; s/OTHER/$2/; s/GCM_REKEY/$5/; s/CBC_REKEY/$6/" \
		/root/strongswan/swanctl.conf >"host-$1/swanctl.conf"
	swan "$1" /usr/lib/ipsec/charon >"host-$1/said" 2>&1 &
	soon test -S "host-$1/charon.vici" &&
		swan "$1" /usr/sbin/swanctl --load-all --file /run/swanctl.conf
}

initiate() { swan a /usr/sbin/swanctl --initiate --child "$1" --timeout 30; }
# How often the keys of a child SA were changed.
rekeyed() { grep -c "outbound CHILD_SA $1{.*established" host-a/charon.log; }
# rekeyed_since COUNT-OF-GCM COUNT-OF-CBC
rekeyed_since() { [ "$(rekeyed gcm)" -ge "$1" ] && [ "$(rekeyed cbc)" -ge "$2" ]; }

# Tunnels of iproute2: mode, family, bits of the sequence number, what it is made of.
key=0x000102030405060708090a0b0c0d0e0f
salt=a0a1a2a3
auth=0x000102030405060708090a0b0c0d0e0f10111213
tunnels=(
	"transport 4 32 aead rfc4106(gcm(aes)) $key$salt 128"
	"tunnel 4 64 aead rfc4106(gcm(aes)) ${key}1011121314151617$salt 96"
	"tunnel 4 32 aead rfc4106(gcm(aes)) ${key}${key#0x}$salt 64"
	"tunnel 4 64 enc cbc(aes) $key auth-trunc hmac(sha1) $auth 96"
	"tunnel 4 32 enc cbc(aes) ${key}1011121314151617 auth-trunc hmac(sha256) ${auth}1415161718191a1b1c1d1e1f 128"
	"tunnel 4 64 enc cbc(aes) ${key}${key#0x} auth-trunc hmac(sha512) ${key}${key#0x}${key#0x}${key#0x} 256"
	"transport 6 64 enc cbc(aes) $key auth-trunc hmac(sha256) ${auth}1415161718191a1b1c1d1e1f 128"
)

# ends TUNNEL: outer and inner addresses of a and b.
ends() {
	case $* in
	'1 '*) echo "10.8.0.1 10.8.0.2 10.8.0.1 10.8.0.2" ;;
	*' 6 '*) echo "fd08::1 fd08::2 fd08::1 fd08::2" ;;
	*) echo "10.8.0.1 10.8.0.2 10.9.$1.1 10.9.$1.2" ;;
	esac
}

# lines WHAT GENERATION: of `ip -batch` for a; those for b are the same but for the directions.
lines() {
	local n mode family bits spec here there near far flag
	for n in $(seq ${#tunnels[@]}); do
		read -r mode family bits spec <<<"${tunnels[n - 1]}"
		read -r here there near far < <(ends "$n" "$mode" "$family" "$bits")
		flag='replay-window 32'
		[ "$bits" = 32 ] || flag+=' flag esn'
		case $1 in
		policy)
			printf 'xfrm policy add src %s dst %s dir out tmpl src %s dst %s proto esp reqid %s mode %s\n' \
				"$near" "$far" "$here" "$there" "$n" "$mode"
			printf 'xfrm policy add src %s dst %s dir in tmpl src %s dst %s proto esp reqid %s mode %s\n' \
				"$far" "$near" "$there" "$here" "$n" "$mode"
			;;
		add)
			printf 'xfrm state add src %s dst %s proto esp spi 0x%x reqid %s mode %s %s %s\n' \
				"$here" "$there" $(($2 * 256 + n)) "$n" "$mode" "$flag" "$spec" \
				"$there" "$here" $(($2 * 256 + 128 + n)) "$n" "$mode" "$flag" "$spec"
			;;
		delete)
			printf 'xfrm state delete src %s dst %s proto esp spi 0x%x\n' \
				"$here" "$there" $(($2 * 256 + n)) "$there" "$here" $(($2 * 256 + 128 + n))
			;;
		esac
	done
}
both() {
	lines "$@" >lines.a
	sed 's/ dir out / dir OUT /; s/ dir in / dir out /; s/ dir OUT / dir in /' lines.a >lines.b
	ip -n a -batch lines.a && ip -n b -batch lines.b
}
flush() { for space in a b; do ip -n $space xfrm policy flush && ip -n $space xfrm state flush; done; }

modprobe -a aesni_intel sha256-ssse3 sha512-ssse3 sha1-ssse3 2>/dev/null
mkdir -p /swan/{dev,proc,run,var,tmp}
ln -s /run /swan/var/run
cp /root/strongswan/strongswan.conf /swan/etc/
cp /root/cryptorture_busted.ko /tmp/
# shellcheck disable=SC2034 # of `soon`
CT_SOON=120

check "two hosts" hosts
check "charon starts in a" daemon a b 1 2 2s 0
check "charon starts in b" daemon b a 2 1 0 3s
check "SAs of AES-GCM by strongSwan" initiate gcm
check "SAs of AES-CBC by strongSwan" initiate cbc
traffic 10.9.0.2 10.8.0.2
watch swan
check "keys are changed five times" soon rekeyed_since $(($(rekeyed gcm) + 5)) $(($(rekeyed cbc) + 5))
kill -INT "$watcher"
watched

# Those that exist stay with the driver that they have, new ones get this.
check "the broken driver loads" insmod cryptorture_busted.ko expendable=1 fault=fpu-nested-seldom rate=50 cpu=1 priority=9000
check "new SAs get it" soon rekeyed_since 0 $(($(rekeyed cbc) + 2))
watch swan-busted
check "keys are changed three times, broken" soon rekeyed_since 0 $(($(rekeyed cbc) + 3))
kill -INT "$watcher"
watched
quiet
for space in a b; do
	swan $space /usr/sbin/swanctl --stats >/out/stats-$space 2>&1
	cp host-$space/charon.log /out/charon-$space.log
	kill "$(cat host-$space/charon.pid)"
	check "charon of $space ends" soon [ ! -e "host-$space/charon.pid" ]
done
check "the daemons take their SAs with them" same "$(ip -n a xfrm state | wc -l) $(ip -n b xfrm state | wc -l)" '0 0'

flush
check "policies by iproute2" both policy
check "SAs by iproute2, broken" both add 1
traffic 10.9.4.2 10.9.5.2 10.9.6.2 fd08::2 10.8.0.2
before=$(cat $busted/done)
watch iproute2-busted --for 7s
watched
quiet
check "the broken driver did damage" [ "$(cat $busted/done)" -gt "$before" ]
flush
check "the broken driver unloads" soon rmmod cryptorture_busted

check "policies by iproute2 again" both policy
check "SAs by iproute2" both add 1
traffic 10.9.2.2 10.9.3.2 10.9.4.2 10.9.5.2 10.9.6.2 fd08::2 10.8.0.2
watch iproute2 --for 10s
for generation in 2 3 4; do
	check "keys by iproute2, number $generation" both add $generation
	sleep 1
	check "no old keys, number $generation" both delete $((generation - 1))
done
watched
quiet
finish
