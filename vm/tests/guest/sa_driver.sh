# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Which driver an SA gets: chosen, really got, and everything as before.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
kernel=$(uname -r)
kernel=${kernel%%-*}
program=/usr/local/bin/sa_driver
note=/run/cryptorture-priority
# What a host has by the CPU's name loads by itself.
modprobe -qa aesni_intel ghash_clmulni_intel sha1_ssse3 sha256_ssse3 sha512_ssse3 crypto_user

priorities() {
	awk -F ' *: ' '/^driver/ { driver = $2 } /^priority/ { print driver, $2 }' /proc/crypto | sort
}
# Of the second list, what is in the first with another priority.
changed() { awk 'NR == FNR { had[$1] = $2; next } $1 in had && had[$1] != $2 { print $1, had[$1], $2 }' "$1" "$2"; }
nothing_changed() {
	priorities >after
	local lines
	lines=$(changed before after)
	[ -z "$lines" ] || { printf 'priorities: %s\n' "$lines"; return 1; }
	[ ! -e "$note" ] || { printf 'left: %s\n' "$(cat "$note")"; return 1; }
}

if "$program" all >table 2>&1; then
	ok "$kernel: each of $(wc -l <table) drivers is got, and priorities are as before"
else
	not_ok "$kernel: each driver is got, and priorities are as before" "$(grep -v 'as before$' table)"
fi

check "$kernel: no note is left" test ! -e $note

priorities >before
last=$("$program" list gcm | tail -n 1)
"$program" kill gcm "$last" 2>/dev/null
check "$kernel: one that is killed leaves a note" test -s $note
check "$kernel: of mode 0600" same 600 "$(stat -c %a "$note")"
priorities >raised
[ -n "$(changed before raised)" ] || priorities_raised=no
check "$kernel: and a raised priority" test -z "${priorities_raised-}"
"$program" list gcm >/dev/null
check "$kernel: which the next call restores" nothing_changed
"$program" kill sha256 "$("$program" list sha256 | tail -n 1)" 2>/dev/null
"$program" use gcm "$last" >got 2>&1
check "$kernel: as does the next choice" nothing_changed
check "$kernel: which gets its own" same "$last" "$(cat got)"

# Ctrl-C must not come in between.
"$program" use gcm "$last" >got 2>&1 &
for _ in $(seq 200); do [ ! -e $note ] || break; sleep 0.01; done
kill -TERM $!
wait $!
ip xfrm state flush
check "$kernel: SIGTERM waits for the end" nothing_changed

refuse "$kernel: a driver that is not there" 'no driver of rfc4106\(gcm\(aes\)\) here has that name.*did you mean "rfc4106-gcm-aesni.*there are ' 2 \
	"$program" use gcm rfc4106-gcm-aesny
refuse "$kernel: a driver of another algorithm" 'it is a driver of gcm\(aes\), not of rfc4106\(gcm\(aes\)\)' 2 \
	"$program" use gcm generic-gcm-aesni
refuse "$kernel: one of another hash" 'it is a driver of authenc\(hmac\(sha1\),cbc\(aes\)\), not of authenc\(hmac\(sha256\)' 2 \
	"$program" use sha256 "$("$program" list sha1 | tail -n 1)"
# Newer kernels have no such.
! grep -q ' __rfc4106-gcm-aesni$' /proc/crypto ||
	refuse "$kernel: a driver for the kernel's own use" 'it is a driver of __rfc4106\(gcm\(aes\)\), not' 2 \
		"$program" use gcm __rfc4106-gcm-aesni
refuse "$kernel: no permission" 'run it as root' 2 \
	setpriv --reuid 65534 --clear-groups "$program" use gcm "$last"
check "$kernel: nothing of that changed a priority" nothing_changed
"$program" list gcm >as_root
setpriv --reuid 65534 --clear-groups "$program" list gcm >as_user
check "$kernel: anybody may ask for the list" same "$(cat as_root)" "$(cat as_user)"
rmmod crypto_user
mkdir -p /etc/modprobe.d
echo 'install crypto_user /bin/false' >/etc/modprobe.d/none.conf
refuse "$kernel: no crypto_user" 'this kernel has no crypto_user.*modprobe crypto_user' 2 \
	"$program" use gcm "$last"
check "$kernel: what every SA gets needs none" "$program" use gcm "$("$program" list gcm | head -n 1)"
finish
