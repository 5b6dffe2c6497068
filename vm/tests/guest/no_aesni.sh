# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# AES-NI and pcrypt are kept out, and then are not; and a namesake of our netlink family.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2

mkdir -p /etc/modprobe.d
echo 'install aesni_intel /bin/false' >/etc/modprobe.d/aesni.conf
echo 'install pcrypt /bin/false' >/etc/modprobe.d/pcrypt.conf
check "AES-NI is not there before" test ! -e /sys/module/aesni_intel
modprobe cryptorture

# run TIME [OPTION...]: a small run, so that it is a whole one.
run() {
	status=0
	cryptorture run --for "$1" --contexts task --disturb none --cpus 0 --exercisers 0 "${@:2}" >out 2>err || status=$?
}
run 20s
check "a whole run without AES-NI: status 3" same "$status" 3
check "the verdict says what was not tested" matches out \
	'^INCONCLUSIVE: no mismatch in .*; CLEAN for [0-9]+ drivers, AES-NI not tested: none of them uses it'
check "so does the kernel log" matches <(dmesg) 'verdict INCONCLUSIVE because CLEAN for [0-9]+ drivers, AES-NI not tested'
run 5s --drivers 'cbc(aes-generic)'
check "who names the drivers gets CLEAN: status 0" same "$status" 0
cryptorture doctor >out
check "doctor warns, and says why" matches out '^  warning +this CPU has AES-NI, but no driver of its own: "install'
check "doctor says what the verdict will be" matches out 'AES-NI not tested'

cryptorture drivers >list
check "pcrypt is absent" test -z "$(grep -E '^pcrypt\(.* present$' list)"
rm /etc/modprobe.d/*.conf
modprobe -a aesni-intel pcrypt
cryptorture drivers >list
check "a driver that came later is found" matches list '^cbc-aes-aesni .* present$'
check "so is an instance whose template came later" matches list '^pcrypt\(rfc4106-gcm-aesni\) .* present$'
cryptorture doctor >out
check "then doctor has nothing to warn of" test -z "$(grep -E 'AES-NI, but no driver' out)"

modprobe -r cryptorture
insmod /root/namesake.ko
check "another has our family's name" test -e /sys/module/namesake
refuse "then loading fails" 'Device or resource busy|could not insert' 1 modprobe cryptorture
check "and the kernel log says why" matches <(dmesg) 'a generic netlink family of the name "cryptorture" is registered already, by another module'
rmmod namesake
check "without it the module loads" modprobe cryptorture
finish
