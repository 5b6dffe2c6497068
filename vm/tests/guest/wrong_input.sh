# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Bad input to the control program.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
! grep -q '^cryptorture ' /proc/modules || rmmod cryptorture

for command in run start stop status drivers bench mismatches; do
	refuse "$command without the module says how to load it" 'modprobe cryptorture' 2 cryptorture $command
done
check "version works without the module" sh -c 'cryptorture version 2>/dev/null | grep -q "^cryptorture [0-9]"'

insmod /root/other.ko
refuse "a module of another release is named" 'of release 9\.9+\.9.*modprobe -r cryptorture' 0 cryptorture status
check "and works" sh -c 'cryptorture drivers | grep -q rfc4106-gcm-aesni'
check "version shows both" sh -c 'cryptorture version 2>&1 | grep -Eq "9\.9+\.9"'
rmmod cryptorture
modprobe cryptorture

refuse "an unknown driver, with the nearest one" 'rfc4106-gcm-aesnj.*rfc4106-gcm-aesni' 2 cryptorture run --for 1s --drivers rfc4106-gcm-aesnj
refuse "a driver that this CPU cannot have" 'rfc4106-gcm-vaes-avx512.*no .*vpclmulqdq' 2 cryptorture run --for 1s --drivers rfc4106-gcm-vaes-avx512
refuse "an unknown context, with the possible ones" 'hardirq.*task.*softirq' 2 cryptorture run --for 1s --contexts hardirq
refuse "an unknown disturber, with the possible ones" 'earthquake.*timer.*preempt' 2 cryptorture run --for 1s --disturb earthquake
refuse "a CPU that is not there" 'CPU' 2 cryptorture run --for 1s --cpus 99
refuse "nonsense for CPUs" 'cpus' 2 cryptorture run --for 1s --cpus a-b
refuse "CPUs backwards" 'cpus' 2 cryptorture run --for 1s --cpus 1-0
for time in 0 0s -5s 1y abc 9999999999999d 1e9s; do
	refuse "the duration \"$time\"" '(for|duration)' 2 cryptorture run "--for=$time" --cpus 0
done
for load in 0 0% 101% -1% abc 0.01% 1000000%; do
	refuse "the load \"$load\"" 'load' 2 cryptorture run --for 1s "--load=$load"
done
for seed in '' abc 0xgg 18446744073709551616 -1; do
	refuse "the seed \"$seed\"" 'seed' 2 cryptorture run --for 1s "--seed=$seed"
done
refuse "a timer of 9 Hz" 'timer' 2 cryptorture run --for 1s --timer-hz 9
refuse "a timer of 200001 Hz" 'timer' 2 cryptorture run --for 1s --timer-hz 200001
refuse "an unknown option" 'surprise' 2 cryptorture run --for 1s --surprise
refuse "an unknown command" 'dance' 2 cryptorture dance
refuse "an output folder that cannot be made" '/proc/here' 2 cryptorture run --for 1s --out /proc/here
refuse "bench of 9001 bytes" 'size' 2 cryptorture bench --size 9001
refuse "bench of nothing" 'size' 2 cryptorture bench --size 0
check "none of it started a run" sh -c 'cryptorture status 2>&1 | grep -q "no run"'

for command in run start stop status drivers bench mismatches; do
	refuse "$command as nobody asks for root" '(root|CAP_NET_ADMIN)' 2 su nobody -s /bin/sh -c "cryptorture $command"
done
finish
