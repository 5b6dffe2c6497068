# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Real tunnels in one guest: healthy, with a driver that is broken on purpose, with packets that
# the bridge changed, with bad input, and killed. The host judges what is in /out.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
without_selftests
kernel=$(uname -r)
kernel=${kernel%%-*}
ok() { CT_PASSED=$((CT_PASSED + 1)); printf 'ok %s: %s\n' "$kernel" "$1"; }

# tunnels NAME [OPTION...]: its JSON and its status are kept for the host.
tunnels() {
	local name=$1 status=0
	shift
	cryptorture esp --json --seed 7 "$@" >"/out/$name.json" 2>"/out/$name.err" || status=$?
	echo "$status" >"/out/$name.status"
}

# What the host's own network is.
network() {
	ip link
	ip addr | sed 's/ tentative//'
	awk '{ print $1 }' /proc/net/dev
	cat /proc/net/xfrm_stat
	readlink /proc/self/ns/net
	ls /run/netns 2>/dev/null
	grep -c . /proc/mounts
}

modprobe -a aesni_intel sha256-ssse3 sha512-ssse3 sha1-ssse3 2>/dev/null
# First: an authenc() that is there stays with the driver that it has.
cp /root/cryptorture_busted.ko /tmp/
busted() {
	check "$1: it loads" insmod cryptorture_busted.ko expendable=1 "fault=$1" "rate=$2" priority=9000
}
unbust() {
	cat /sys/module/cryptorture_busted/parameters/done >"/out/$1.done"
	check "$1: it unloads" soon rmmod cryptorture_busted
}
busted fpu-nested-seldom 100
tunnels seldom --for 10s --no-disturb --keys 128 --esn off --out /out/seldom
unbust seldom
# The real one, where softirqs run inside FPU sections: seldom where the machine is busy.
if insmod cryptorture_busted.ko expendable=1 fault=fpu-nested rate=1 priority=9000 2>unsupported; then
	tunnels nested --for 180s --until-mismatch --no-disturb --modes natt-transport,gre-natt \
		--families ipv4 --algorithms cbc-sha256 --keys 128 --esn off
	unbust nested
else
	check "fpu-nested: it loads, or this kernel cannot have it" grep -q 'Operation not supported' unsupported
fi

network >before

if long; then
	tunnels clean --for 60s
else
	tunnels clean --for 18s --keys 256 --esn on
fi
check "the host's own network is as it was" diff before <(network)
tunnels offload --for 5s --offload --modes transport,tunnel --keys 128 --esn off --no-disturb
tunnels inject --for 6s --inject-every 40 --modes natt-transport,gre-natt,tunnel --families ipv4 \
	--keys 128 --esn off --no-disturb --out /out/inject

check "a host is cut off: no namespace of it stays" bash -c '
	cryptorture esp --json --for 60s >/dev/null 2>&1 &
	sleep 3
	kill -9 $!
	wait 2>/dev/null
	exit 0'
# Who is in another one.
elsewhere() { readlink /proc/[0-9]*/ns/net 2>/dev/null | grep -vxF "$(readlink /proc/self/ns/net)"; }
alone() { ! elsewhere; }
check "after SIGKILL no process is in another namespace" soon alone
check "after SIGKILL the host's own network is as it was" diff before <(network)

refuse "an unknown mode" 'there is no "tranport".*did you mean "transport"' 2 cryptorture esp --modes tranport
refuse "an unknown algorithm" 'there is no "cbc-md5"' 2 cryptorture esp --algorithms cbc-md5
refuse "no time" 'cannot use --for' 2 cryptorture esp --for never
refuse "a pattern of half a byte" 'two hexadecimal digits make a byte' 2 cryptorture esp --pattern 6
refuse "another user" 'permission|root' 2 setpriv --reuid 65534 --clear-groups cryptorture esp --for 1s
mkdir -p used && echo '{}' >used/run.json
refuse "a folder of another run" 'used' 2 cryptorture esp --for 1s --out used
check "nobody reads its verdict: status 2" bash -c '
	cryptorture esp --for 1s --no-disturb --modes transport --json >/dev/full 2>/dev/null
	[ $? = 2 ]'
finish
