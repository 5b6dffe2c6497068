# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Template instances: quiet while they exist, gone with the module.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
kernel=$(uname -r)
ok() { CT_PASSED=$((CT_PASSED + 1)); printf 'ok %s: %s\n' "${kernel%%-*}" "$1"; }
user=/root/user
# On a host that is busy with other things; alone it takes about ten.
search_max=120

# drivers [INSTANCES]: name, driver and priority of everything, or of what is
# made from templates, save for those of CRYPTO_ALG_INTERNAL: their modules make
# them.
drivers() {
	awk -F ' *: ' -v only="${1-}" '
		function out() { if (name != "" && (only == "" || (driver ~ /\(/ && internal != "yes"))) print name, driver, priority }
		/^name/ { out(); name = $2; internal = "" }
		/^driver/ { driver = $2 }
		/^priority/ { priority = $2 }
		/^internal/ { internal = $2 }
		END { out() }' /proc/crypto | sort
}

# defaults FILE: of each algorithm of ESP, the driver that a user gets now, or
# will get after its self-test; and the same for synchronous drivers.
defaults() {
	awk -F ' *: ' '
		function out() {
			if (name !~ /^(rfc4106\(gcm\(aes\)\)|gcm\(aes\)|(echainiv\()?authenc\(hmac\(sha(1|256|512)\),cbc\(aes\)\)\)?|cbc\(aes\)|ctr\(aes\)|seqiv\(.*)$/ || internal == "yes" || driver == "") return
			if (!(name in best) || priority > best[name]) { best[name] = priority; top[name] = driver }
			if (async == "no" && name !~ /iv\(/ && (!(name in sync) || priority > sync[name])) { sync[name] = priority; stop[name] = driver }
		}
		/^name/ { out(); name = $2; internal = ""; async = "" }
		/^driver/ { driver = $2 }
		/^priority/ { priority = $2 + 0 }
		/^internal/ { internal = $2 }
		/^async/ { async = $2 }
		END {
			out()
			for (n in top) print n, top[n]
			for (n in stop) print n, "synchronous", stop[n]
		}' "$1"
}
# /proc/crypto may change between two reads of it: only what was read twice
# alike counts. The states that matter last as long as a self-test.
watch_defaults() {
	rm -f enough
	while [ ! -e enough ]; do
		grep -vE '^(refcnt|selftest)' /proc/crypto >one
		grep -vE '^(refcnt|selftest)' /proc/crypto >other
		cmp -s one other && defaults one
	done | sort -u >seen &
	watcher=$!
}
watched() {
	touch enough
	wait "$watcher"
}
# Every algorithm has had one default, and one synchronous one.
one_each() {
	local twice
	twice=$(awk '{ print $1, NF == 3 }' seen | sort | uniq -d)
	[ -s seen ] || { echo "nothing seen"; return 1; }
	[ -z "$twice" ] || { echo "$twice:"; cat seen; return 1; }
}
unchanged() { diff "$1" "$2"; }
loaded() { modprobe cryptorture && [ -e /sys/module/cryptorture ]; }

# The modules stay, and what they bring depends on which came last.
modprobe -a aesni-intel ghash-clmulni-intel sha1-ssse3 sha256-ssse3 sha512-ssse3 ghash-generic sha512_generic \
	gcm authenc seqiv echainiv cryptd pcrypt
sleep 2

# The host has no instance of its own.
drivers instances >before
check "the module loads" loaded
drivers instances >after
check "loading it makes nothing" unchanged before after
watch_defaults
start=$SECONDS
cryptorture drivers >list
echo "${kernel%%-*}: the first search took $((SECONDS - start)) s, $(grep -c 'present$' list) drivers are there" >&2
check "a first search takes less than $search_max s" test $((SECONDS - start)) -lt $search_max
case $kernel in
6.1.*) avx='' ;;
*) avx=-avx ;;
esac
for driver in 'cryptd\(__rfc4106-gcm-aesni\)' 'cryptd\(__generic-gcm-aesni\)' 'cryptd\(__cbc-aes-aesni\)' \
	'cryptd\(__ctr-aes-aesni\)' 'cryptd\(cbc\(aes-generic\)\)' "cryptd\\(__rfc4106-gcm-aesni$avx\\)" \
	"pcrypt\\(rfc4106-gcm-aesni$avx\\)" 'pcrypt\(rfc4106-gcm-aesni\)' 'pcrypt\(generic-gcm-aesni\)' \
	'pcrypt\(authenc\(hmac\(sha1-ni\),cbc-aes-aesni\)\)' \
	'pcrypt\(rfc4106\(gcm_base\(ctr\(aes-generic\),ghash-generic\)\)\)' \
	'gcm_base\(ctr-aes-aesni,ghash-clmulni\)'; do
	check "present: ${driver//\\/}" matches list "^$driver .* present\$"
done
check "priorities are listed as they are by nature" matches list '^pcrypt\(rfc4106-gcm-aesni\) .* 500 '
check "those over quiet ones, too" matches list '^authenc\(hmac\(sha256-generic\),cbc\(aes-generic\)\) .* 1100 '

status=0
cryptorture run --for 10s --json --drivers 'cryptd(__cbc-aes-aesni),pcrypt(rfc4106-gcm-aesni)' >run.json 2>err || status=$?
watched
check "one default for everybody at any moment" one_each
check "deferred drivers: no mismatch" matches run.json '"type":"verdict".*"mismatches":0,'
check "deferred drivers: a verdict" test "$status" -eq 0 -o "$status" -eq 3
check "deferred drivers: the defaults stayed" matches run.json '"type":"verdict".*"defaults_changed":0'
for driver in 'cryptd(__cbc-aes-aesni)' 'pcrypt(rfc4106-gcm-aesni)'; do
	check "$driver has operations" test \
		"$(tail -n 1 run.json | grep -oF "\"driver\":\"$driver\"" | wc -l)" -gt 0
done

# Somebody else uses one of ours, and goes on after we have left.
mkfifo go
$user hold 'cryptd(cbc(aes-generic))' <go >held 2>&1 &
holder=$!
exec 9>go
for _ in $(seq 50); do grep -q ready held && break; sleep 0.1; done
check "another user has one of our instances" matches held '^ready'
check "the module unloads" rmmod cryptorture
drivers instances >after
check "all instances are gone" unchanged before after
echo >&9
wait $holder
check "its other user still gets the right bytes" matches held '^right'
exec 9>&-

# From here on every module is there, and some instances are the host's own.
modprobe crypto_user
$user touch aead 'authenc(hmac(sha256),cbc(aes))'
$user touch skcipher 'cbc(aes-generic)'
$user touch aead 'pcrypt(rfc4106(gcm_base(ctr(aes-generic),ghash-generic)))'
sleep 1
drivers >before
check "the host has instances" matches before ' authenc\(hmac\(sha256-ni\),cbc-aes-aesni\) 4250$'
check "one of pcrypt among them" matches before ' pcrypt\(.* 200$'
modprobe cryptorture
watch_defaults
cryptorture drivers >list
watched
drivers >during
check "one default at any moment, with some there before" one_each
check "the host's own keep their priorities" test -z "$(grep -vxFf during before)"

# Somebody removes what is ours, and has it back for himself.
check "another removes one of ours" $user delete 'cryptd(cbc(aes-generic))'
check "a search makes it again" cryptorture drivers
drivers >again
check "as quiet as it was" unchanged during again
check "another removes it again" $user delete 'cryptd(cbc(aes-generic))'
check "another makes it" $user touch skcipher 'cryptd(cbc(aes-generic))'
drivers >again
check "for him it is what it is by nature" matches again ' cryptd\(cbc\(aes-generic\)\) 150$'
check "the module unloads again" rmmod cryptorture
drivers >after
check "what another made stays" matches after ' cryptd\(cbc\(aes-generic\)\) 150$'
check "another removes what he made" $user delete 'cryptd(cbc(aes-generic))'
drivers >after
check "everything is as it was" unchanged before after

# A search that is killed leaves nothing behind.
modprobe cryptorture
cryptorture drivers >list &
sleep 2.3
kill -KILL $!
wait $! 2>/dev/null
check "the module unloads after a killed search" rmmod cryptorture
sleep 2
drivers >after
check "and leaves nothing" unchanged before after

# The kernel's self-tests are what takes time, and have been seen above.
without_selftests
grep MemFree /proc/meminfo >&2
rounds=0
while [ "$rounds" -lt 3 ] && modprobe cryptorture && cryptorture drivers >list && rmmod cryptorture; do
	rounds=$((rounds + 1))
done
grep MemFree /proc/meminfo >&2
check "3 rounds" test "$rounds" -eq 3
drivers >after
check "3 rounds leave nothing" unchanged before after
sleep 1
# One by one, for some are built in.
for name in pcrypt authencesn authenc seqiv echainiv gcm ctr ghash_clmulni_intel aesni_intel crypto_simd cryptd; do
	modprobe -r "$name" 2>>err
done
check "nobody holds a reference to the templates' modules" \
	test -z "$(lsmod | grep -E '^(pcrypt|cryptd|gcm|authenc|authencesn|seqiv|echainiv|ctr|ghash_clmulni_intel|aesni_intel) ')"
dmesg >log
check "the kernel had nothing to say" test -z "$(grep -E 'alg:.*(fail|Unexpected)|default driver of' log)"
finish
