# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A host without the control program: insmod alone is enough.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
ko=/lib/modules/cryptorture.ko

# loads WHY PARAMETER...: insmod is refused, and the kernel log says why.
refused() {
	local why=$1
	shift
	dmesg -c >/dev/null
	if insmod "$ko" "$@" 2>/dev/null; then
		rmmod cryptorture
		echo "it was loaded with $*"
		return 1
	fi
	dmesg >log
	matches log "cryptorture: cannot start a run: .*$why"
}

check "a load of 0" refused 'load' run_seconds=1 load=0
check "and no driver was looked for before" sh -c "! grep -E '^(pcrypt|authencesn) ' /proc/modules"
check "insmod with a run" insmod "$ko" run_seconds=5 seed=7 'drivers=cbc-aes-aesni;rfc4106-gcm-aesni'
for _ in $(seq 100); do
	dmesg | grep -q 'cryptorture: verdict' && break
	sleep 0.2
done
dmesg >log
check "it leaves a verdict with all parameters" matches log \
	'cryptorture: verdict (CLEAN|INCONCLUSIVE): run=1 seed=0x7 duration_ms=5000 contexts=0x3 disturb=0x1f load=1000 timer_hz=4000 exercisers=0 sizes=any inject_every=0 until_mismatch=0 drivers=2 .* operations=[1-9][0-9]* .* mismatches=0 .* cpus=0-1$'
check "the module can be unloaded" rmmod cryptorture

insmod "$ko" run_seconds=5 inject_every=100 drivers=cbc-aes-aesni contexts=1 cpus=0
sleep 7
dmesg >log
check "a mismatch is in the log" matches log 'cryptorture: mismatch 1 of run 1: cbc-aes-aesni .* in task context, CPU 0 to 0, wrong: .* index [0-9]+, injected'
check "and the verdict is CORRUPT" matches log 'cryptorture: verdict CORRUPT: .* contexts=0x1 .* cpus=0$'
check "the log is not flooded" test "$(grep -c 'cryptorture: mismatch' log)" -le 16
rmmod cryptorture

check "an unknown driver" refused 'driver "aes-nonsense" is not on this machine' run_seconds=1 drivers=aes-nonsense
check "a driver for another CPU" refused 'this CPU has no .*vpclmulqdq' run_seconds=1 drivers=rfc4106-gcm-vaes-avx512
# What follows is refused before a search, too.
check "no context" refused 'context' run_seconds=1 contexts=0
check "a load of 1001" refused 'load' run_seconds=1 load=1001
check "a timer of 1 MHz" refused 'timer rate' run_seconds=1 timer_hz=1000000
check "a CPU that is not there" refused 'CPUs' run_seconds=1 cpus=0-99
check "nonsense for CPUs" refused 'list of CPUs' run_seconds=1 cpus=many
check "a run of 100 years" refused 'too long' run_seconds=3155760000
check "after all this it loads and runs" insmod "$ko" run_seconds=60 drivers=cbc-aes-aesni
check "and unloads in mid-run" rmmod cryptorture
dmesg >log
check "an unloaded run has a verdict too" matches log 'cryptorture: verdict .* end=4 '
finish
