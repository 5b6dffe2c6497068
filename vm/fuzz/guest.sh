# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# In the guest: the fuzzer, and what it left behind when the module is gone.
#   guest.sh MESSAGES SEED
# shellcheck source=../tests/lib.sh
. /root/lib.sh
messages=$1 seed=$2
without_selftests

vmalloc() { grep -c '\[cryptorture\]' /proc/vmallocinfo; }
leaks() {
	[ -e /sys/kernel/debug/kmemleak ] || return 0
	echo scan >/sys/kernel/debug/kmemleak
	sleep 6 # an object younger than 5 s is none yet
	echo scan >/sys/kernel/debug/kmemleak
	same "$(cat /sys/kernel/debug/kmemleak)" ''
}

# Memory that is allocated once is allocated before the first measurement.
/root/fuzz --messages 4000 --seed 1 >/root/warm 2>&1
warm=$?
[ "$warm" -eq 0 ] || grep '^not ok' /root/warm
check "fuzz: the first 4000 messages" same "$warm" 0
check "fuzz: rmmod after them" rmmod cryptorture
before=$(memory_held)
check "fuzz: modprobe" modprobe cryptorture

program_cases fuzz /root/fuzz --messages "$messages" --seed "$seed"

check "fuzz: rmmod" rmmod cryptorture
check "fuzz: nothing of the module is left in vmalloc" same "$(vmalloc)" 0
after=$(memory_held)
# Of a leak in one message of a hundred, 1 KiB each, the limit is a tenth at 1,000,000.
check "fuzz: memory is as before ($before KiB and $after KiB)" test "$((after - before))" -lt 1024
if [ -e /sys/kernel/debug/kmemleak ]; then
	check "fuzz: kmemleak finds nothing" leaks
fi
echo "figure memory of the kernel: $before KiB before, $after KiB after"
check "fuzz: modprobe again" modprobe cryptorture
check "fuzz: rmmod again" rmmod cryptorture
finish
