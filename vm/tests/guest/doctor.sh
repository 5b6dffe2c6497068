# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Without the module loaded, with one CPU online: as root, as nobody, and afterwards loaded,
# with both CPUs, too.
# shellcheck source=../lib.sh
. /root/lib.sh

cpu1=/sys/devices/system/cpu/cpu1/online
echo 0 >$cpu1

result() {
	status=0
	"$@" >/tmp/doctor 2>/tmp/doctor.err || status=$?
}

result cryptorture doctor
check "installed but not loaded: status 0" same "$status" 0
check "nothing on stderr" same "$(cat /tmp/doctor.err)" ""
check "what to do next" same "$(tail -n 1 /tmp/doctor)" \
	"A run can be started: modprobe cryptorture && cryptorture run"
check "where the module is" matches /tmp/doctor '^  ok +installed: /lib/modules/.*/extra/cryptorture\.ko, version '
check "one CPU is told" matches /tmp/doctor '^  warning +1 CPU online \(0\)'
check "what cannot be shown" matches /tmp/doctor '^This machine cannot show:'

chmod 1777 /tmp
result setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all --inh-caps=-all cryptorture doctor
check "nobody: status 2" same "$status" 2
check "nobody: why, and what to do" matches /tmp/doctor '^  - CAP_NET_ADMIN is missing; do: run it as root'

result unshare -n cryptorture doctor
check "another network namespace: status 2" same "$status" 2
check "another network namespace is named" matches /tmp/doctor '^  - this is not the initial network namespace'

modprobe cryptorture
result cryptorture doctor
check "loaded: status 0" same "$status" 0
check "loaded is told" matches /tmp/doctor '^  ok +the module is loaded, version '
echo 1 >$cpu1
result cryptorture doctor --json
check "a run could be started: status 0" same "$status" 0
cp /tmp/doctor /out/doctor.json
echo 0 >$cpu1
result cryptorture doctor
check "loaded is what is installed" same "$(grep -c 'stale:' /tmp/doctor)" 0
echo FFFFFFFFFFFFFFFFFFFFFFF >/tmp/srcversion
mount --bind /tmp/srcversion /sys/module/cryptorture/srcversion
result cryptorture doctor
check "loaded from other sources than what is installed" matches /tmp/doctor \
	'^  warning +stale: loaded is version [0-9.]+ \(srcversion F{23}\), installed is version'
umount /sys/module/cryptorture/srcversion
check "no fault of ours" same "$(grep -c busted /tmp/doctor)" 0

echo 1 >/proc/sys/kernel/modules_disabled
rmmod cryptorture 2>/dev/null
result cryptorture doctor
check "loaded and no more to be loaded: still status 0" same "$status" 0
check "that it cannot be loaded again" matches /tmp/doctor 'loading modules is disabled until the next boot'
finish
