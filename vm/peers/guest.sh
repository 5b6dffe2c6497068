# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# In the guest: guest.sh FAULT RATE TIMES LIMIT WAY... Prints a line of JSON for each trial.
# All have the same key size, and packets of 1,408 bytes where they can choose.
fault=$1 rate=$2 times=$3 limit=$4
shift 4
size=1408
cd /tmp || exit 2
echo 1 >/sys/module/cryptomgr/parameters/notests
# What udev would load on such a CPU.
modprobe -a af_alg algif_skcipher aesni_intel sha256-ssse3
# Above every other: what asks for cbc(aes), or for an authenc() of it, gets it.
insmod /root/cryptorture_busted.ko expendable=1 "fault=$fault" "rate=$rate" \
	priority=9000 || exit 2

key=0x000102030405060708090a0b0c0d0e0f
file_mib=32
auth=0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f

# tunnel MODE [natt]: two hosts, with ESP between them, in UDP.
tunnel() {
	local space encap=()
	[ "${2-}" != natt ] || encap=(encap espinudp 4500 4500 0.0.0.0)
	ip netns add a && ip netns add b || return
	ip link add va netns a type veth peer name vb netns b || return
	ip -n a address add 10.7.0.1/24 dev va && ip -n b address add 10.7.0.2/24 dev vb || return
	for space in a b; do
		ip -n $space link set lo up
		ip -n $space link set v$space up
		ip -n $space xfrm state add src 10.7.0.1 dst 10.7.0.2 proto esp spi 0x701 reqid 7 mode "$1" \
			enc 'cbc(aes)' $key auth-trunc 'hmac(sha256)' $auth 128 "${encap[@]}" || return
		ip -n $space xfrm state add src 10.7.0.2 dst 10.7.0.1 proto esp spi 0x702 reqid 7 mode "$1" \
			enc 'cbc(aes)' $key auth-trunc 'hmac(sha256)' $auth 128 "${encap[@]}" || return
	done
	grep -q '^driver *: .*busted-cbc-aes)' /proc/crypto || {
		echo "vm/peers: ESP does not use the busted driver" >&2
		return 1
	}
	policy a out 10.7.0.1 10.7.0.2 "$1" && policy b in 10.7.0.1 10.7.0.2 "$1" &&
		policy b out 10.7.0.2 10.7.0.1 "$1" && policy a in 10.7.0.2 10.7.0.1 "$1"
}

# hosts: the processes that take ESP out of UDP.
natt() {
	tunnel transport natt || return
	ip netns exec a peer natt 10.7.0.1 &
	hosts=($!)
	ip netns exec b peer natt 10.7.0.2 &
	hosts+=($!)
}

gre() {
	tunnel transport || return
	ip -n a link add gre7 type gre local 10.7.0.1 remote 10.7.0.2 || return
	ip -n b link add gre7 type gre local 10.7.0.2 remote 10.7.0.1 || return
	ip -n a address add 10.8.0.1/24 dev gre7 && ip -n b address add 10.8.0.2/24 dev gre7 || return
	ip -n a link set dev gre7 up && ip -n b link set dev gre7 up
}

policy() {
	ip -n "$1" xfrm policy add src "$3" dst "$4" dir "$2" \
		tmpl src "$3" dst "$4" proto esp reqid 7 mode "$5"
}

# The busted driver has to be the one in use. Of fpu-nested only texts that interrupt another
# are counted, so there may be none.
used() {
	[ "$fault" = fpu-nested ] || [ "$(cat /sys/module/cryptorture_busted/parameters/seen)" -gt "$1" ] || {
		echo "vm/peers: $way does not reach the busted driver" >&2
		return 1
	}
}

trial() {
	case $way in
	# As an operator without prior knowledge would.
	cryptorture-all) peer first --limit "$limit" -- cryptorture run --until-mismatch --for 3600s --json ;;
	cryptorture)
		peer first --limit "$limit" -- cryptorture run --until-mismatch --for 3600s --json \
			--drivers busted-cbc-aes
		;;
	# A fault that is as likely in any packet is found soonest in short ones,
	cryptorture-64)
		peer first --limit "$limit" -- cryptorture run --until-mismatch --for 3600s --json \
			--drivers busted-cbc-aes --sizes 64
		;;
	# and if it needs no disturbance, without.
	cryptorture-bare)
		peer first --limit "$limit" -- cryptorture run --until-mismatch --for 3600s --json \
			--drivers busted-cbc-aes --sizes 64 --exercisers 0 --contexts task --disturb none
		;;
	cryptorture-1408)
		peer first --limit "$limit" -- cryptorture run --until-mismatch --for 3600s --json \
			--drivers busted-cbc-aes --sizes $size
		;;
	ping)
		peer first --limit "$limit" --net a --net b -- \
			ip netns exec a ping -q -f -s 1400 -p a5 10.7.0.2
		;;
	tcp)
		# shellcheck disable=SC2016 # for the inner shell
		peer first --limit "$limit" --net a --net b -- sh -c \
			'ip netns exec b peer receive 7000 & ip netns exec a peer send 10.7.0.2 7000 & wait'
		;;
	# The real tunnel, with what the report to be checked had.
	cryptorture-esp)
		peer first --limit "$limit" -- cryptorture esp --until-mismatch --for 3600s --json \
			--modes natt-transport --families ipv4 --algorithms cbc-sha256 --keys 128 --esn off
		;;
	# A fault that needs no disturbance is found sooner without.
	cryptorture-esp-quiet)
		peer first --limit "$limit" -- cryptorture esp --until-mismatch --for 3600s --json \
			--modes natt-transport --families ipv4 --algorithms cbc-sha256 --keys 128 --esn off \
			--no-disturb
		;;
	# A file, and its checksum on the other side. That it was wrong is known at its end.
	dd-nc)
		# shellcheck disable=SC2016 # for the inner shell
		peer first --limit "$limit" -- bash -c '
			# With nothing more to read, nc would tell the sender that it is at its end.
			exec 3<> <(:)
			while :; do
				ip netns exec b nc -l -p 7000 <&3 2>/dev/null | sha256sum >/tmp/sum &
				until ip netns exec b netstat -ltn | grep -q :7000; do :; done
				dd if=/dev/zero bs=64k count=$1 2>/dev/null | ip netns exec a nc 10.7.0.2 7000 || exit 2
				wait
				read -r sum _ </tmp/sum
				[ "$sum" = "$2" ] || exit 1
			done' dd-nc "$((file_mib * 16))" "$file_sum"
		;;
	# A flood of the letter a, and whatever else tcpdump sees of it.
	ping-tcpdump)
		# shellcheck disable=SC2016 # for the inner shell
		peer first --limit "$limit" -- bash -c '
			ip netns exec a ping -q -f -s 1392 -p 61 10.8.0.2 >/dev/null &
			ip netns exec b tcpdump -Z root -l -nn -x -i gre7 icmp 2>/dev/null |
				grep -m 1 -vE "^[^[:space:]]|0x00[0-2]0:|:  (6161 ?)+$" && exit 1
			exit 2'
		;;
	naive) both peer alg busted-cbc-aes $size cbc-aes-aesni ;;
	naive-generic) both peer alg busted-cbc-aes $size 'cbc(aes-generic)' ;;
	af_alg) both peer alg busted-cbc-aes $size ;;
	esac >/tmp/line 2>/tmp/messages
}

# both COMMAND...: on each CPU; the first that finds one ends it.
both() {
	# shellcheck disable=SC2016 # for the inner shell
	peer first --limit "$limit" -- bash -c \
		'for cpu in $(seq 0 $(($(nproc) - 1))); do taskset -c $cpu "$@" & done; wait -n' both "$@"
}

hosts=()
for way; do
	case $way in
	ping) tunnel tunnel || exit ;;
	tcp) tunnel transport || exit ;;
	dd-nc)
		natt || exit
		read -r file_sum _ < <(dd if=/dev/zero bs=1M count=$file_mib 2>/dev/null | sha256sum)
		;;
	ping-tcpdump) gre || exit ;;
	esac
	for ((n = 1; n <= times; n++)); do
		before=$(cat /sys/module/cryptorture_busted/parameters/seen)
		trial || {
			cat /tmp/messages >&2
			exit 2
		}
		# Where the limit was reached, the run goes on.
		case $way in
		cryptorture*) cryptorture stop >/dev/null 2>&1 ;;
		esac
		used "$before" || exit 2
		after=$(cat /sys/module/cryptorture_busted/parameters/seen)
		line=$(grep '^{"found"' /tmp/line)
		printf '{"fault":"%s","rate":%s,"way":"%s","texts":%s,%s\n' "$fault" "$rate" "$way" \
			"$((after - before))" "${line#?}"
	done
	case $way in
	dd-nc | ping-tcpdump | ping | tcp)
		[ ${#hosts[@]} -eq 0 ] || kill "${hosts[@]}"
		hosts=()
		ip netns del a && ip netns del b
		;;
	esac
done
