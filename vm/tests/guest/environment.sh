# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# In the guest: what vm/run promises a command.
# shellcheck source=../lib.sh
. /root/lib.sh


check "guest: two CPUs" same "$(nproc)" 2
check "guest: the folder /out" test -w /out
check "guest: debugfs" test -d /sys/kernel/debug/virtio-ports
check "guest: dmesg" sh -c 'dmesg | grep -q Linux'
check "guest: modprobe is kmod's" sh -c 'modprobe -V | grep -q kmod'
check "guest: softlockup detector" same "$(cat /proc/sys/kernel/soft_watchdog)" 1
check "guest: hung task detector" same "$(cat /proc/sys/kernel/hung_task_timeout_secs)" 120
check "guest: aesni_intel loads by its alias" modprobe crypto-aes
check "guest: drivers of aesni_intel" grep -q 'rfc4106-gcm-aesni' /proc/crypto
for module in af_alg algif_aead crypto_user pcrypt authenc seqiv echainiv gcm ccm \
	ghash_generic drbg ansi_cprng cryptd esp4 esp6 xfrm_user; do
	check "guest: module $module" modprobe "$module"
done
check "guest: a command as nobody" same "$(su nobody -c 'id -u')" 65534
check "guest: setpriv" same "$(setpriv --reuid 65534 --regid 65534 --clear-groups id -u)" 65534
# shellcheck disable=SC2016 # awk's
check "guest: taskset" same "$(taskset -c 1 awk '/Cpus_allowed_list/ { print $2 }' /proc/self/status)" 1
check "guest: timeout" same "$(timeout 0.2 sleep 5; echo $?)" 124
refuse "guest: no module by a wrong name" 'not found' 1 modprobe no_such_module
check "guest: kernel text cannot be forged" sh -c 'echo "<0>BUG: not by the kernel" >/dev/kmsg'
finish
