# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# In the guest: what makes the module's lines run, then gcov's counts are taken away.
cd /tmp || exit 2
dmesg -n 1
echo 1 >/sys/module/cryptomgr/parameters/notests
limit=1800 seconds=60 faults='driver-data cpu-deterministic async-order sg-writeback key-schedule'
if [ "${1-}" = short ]; then
	limit=60 seconds=25 faults=driver-data
fi
few='cbc-aes-aesni,rfc4106-gcm-aesni,cryptd(__rfc4106-gcm-aesni),seqiv(rfc4106-gcm-aesni)'

part() {
	printf '== %s\n' "$*"
	timeout "$limit" "$@" </dev/null 2>&1
	printf '== status %s\n' "$?"
}

part cryptorture run --for "${seconds}s"
part cryptorture run --for "${seconds}s" --disturb all --sizes 1-64,1500 --load 70%
part cryptorture run --for 10s --drivers "$few" --inject-every 500 --out /tmp/saved
part cryptorture mismatches
part cryptorture mismatches 1
part cryptorture replay /tmp/saved
part cryptorture run --for 10s --drivers "$few" --inject-every 500 --until-mismatch
part cryptorture bench --for 50ms
part /root/hostile
for test in choices killed life alone instances disturb; do
	case $test in
	alone | instances) rmmod cryptorture 2>/dev/null ;;
	*) modprobe cryptorture 2>/dev/null ;;
	esac
	part bash "/root/guest/$test.sh"
done
modprobe cryptorture
for fault in $faults; do
	part insmod /root/cryptorture_busted.ko expendable=1 fault="$fault"
	part cryptorture run --for 15s --out "/tmp/$fault"
	part cryptorture replay "/tmp/$fault"
	part rmmod cryptorture_busted
done
part rmmod cryptorture
part modprobe cryptorture
[ "${1-}" = short ] || part bash /root/debug/failures.sh

# The files in there have to be read by their whole names, and cannot be archived.
cd /sys/kernel/debug/gcov || exit 2
find . -name '*.gcda' | while IFS= read -r file; do
	mkdir -p "/out/gcov/$(dirname "$file")"
	cat "$file" >"/out/gcov/$file"
done
