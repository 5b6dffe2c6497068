# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Every allocation of loading, starting, asking and stopping fails in turn.
# shellcheck source=../../tests/lib.sh
. /root/lib.sh
# shellcheck source=knobs.sh
. /root/knobs.sh
cd /tmp || exit 2
EACH_DENSE=${dense:-4000}
dmesg -n 1
check "the knobs are there" fail_knobs 0
# One driver of each kind: plain, with an HMAC and a generator, deferred.
kinds='cbc-aes-aesni,echainiv(authenc(hmac(sha256-ni),cbc-aes-aesni)),cryptd(__rfc4106-gcm-aesni)'
# Nothing is left over for later calls to fail from.
cryptorture drivers >found 2>err
grep -qF 'cryptd(__rfc4106-gcm-aesni)' found || kinds=cbc-aes-aesni
check "drivers are found" test -s found

SUCCESS=0 each version cryptorture version
cryptorture run --for 3s --inject-every 200 --drivers cbc-aes-aesni,rfc4106-gcm-aesni --out /tmp/saved >out 2>err
for what in status mismatches 'mismatches 1'; do
	# shellcheck disable=SC2086 # words
	SUCCESS='0 1' each "$what" cryptorture $what
done

rmmod cryptorture
unload() { rmmod cryptorture; }
AFTER=unload SUCCESS=0 REFUSAL=1 REFUSED='Cannot allocate memory|No buffer space' each loading \
	insmod /lib/modules/cryptorture.ko
insmod /lib/modules/cryptorture.ko
cryptorture start --cpus 0 --drivers cbc-aes-aesni --load 10% >out 2>err
SUCCESS=0 each "status of a run that is on" cryptorture status
start() { cryptorture start --cpus 0 --drivers cbc-aes-aesni --load 10%; }
AFTER=start SUCCESS='0 3' each stop cryptorture stop
cryptorture stop >out 2>&1

SUCCESS=0 each drivers cryptorture drivers
SUCCESS='0 1' each replay cryptorture replay /tmp/saved 1
# Thousands: it asks again for each measurement.
EACH_DENSE=$((EACH_DENSE < 60 ? EACH_DENSE : 60)) EACH_MAX=40000 EACH_STEP=151 SUCCESS=0 each bench cryptorture bench --drivers cbc-aes-aesni --for 5ms --no-rates
stop() { cryptorture stop; }
AFTER=stop SUCCESS=0 each start cryptorture start --cpus 0 --drivers "$kinds" --for 600s
AFTER=stop SUCCESS=0 each "start with all disturbers and exercisers" \
	cryptorture start --drivers cbc-aes-aesni --disturb all --sizes 1-2000 --load 20% --for 600s
# What takes long is done by a thread of the module's own.
export FAIL_THREAD=cryptorture/job
SUCCESS=0 each "drivers, in the thread of jobs" cryptorture drivers
SUCCESS='0 1' each "replay, in the thread of jobs" cryptorture replay /tmp/saved 1
AFTER=stop SUCCESS=0 each "start, in the thread of jobs" cryptorture start --cpus 0 --drivers "$kinds" --for 600s
start
AFTER=start SUCCESS='0 3' each "stop, in the thread of jobs" cryptorture stop
cryptorture stop >out 2>&1
unset FAIL_THREAD
rmmod cryptorture
# Each searches for drivers and makes their instances, so it takes long: few in the short form.
EACH_DENSE=$((EACH_DENSE < 60 ? 3 : EACH_DENSE)) AFTER=unload SUCCESS=0 REFUSAL=1 REFUSED='Cannot allocate memory|No buffer space' EACH_STEP=31 \
	each "loading with a run" \
	insmod /lib/modules/cryptorture.ko run_seconds=60 cpus=0 drivers=cbc-aes-aesni
check "after all this it loads" insmod /lib/modules/cryptorture.ko
cryptorture run --for 2s --drivers cbc-aes-aesni >out 2>err
check "and runs" grep -qE '^(CLEAN|INCONCLUSIVE)' out
check "and unloads" rmmod cryptorture
finish
