# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What an operator reads: reports, lists, records, measurements.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2

cryptorture version >out
check "version names program, module and kernel" matches out "on Linux $(uname -r)"

cryptorture drivers >list
check "drivers: priority, module and kind" matches list '^rfc4106-gcm-aesni +rfc4106\(gcm\(aes\)\) +400 +aesni_intel +async, SIMD, default +present'
check "drivers: what the CPU lacks" matches list '^rfc4106-gcm-vaes-avx512 .* this CPU has no .*vpclmulqdq'
check "drivers: what the kernel lacks" matches list '^rfc4106-gcm-aesni-avx .* this kernel does not have it'

# A scalar driver is never interrupted inside an FPU section, and need not be.
status=0
cryptorture run --for 3s --drivers 'cbc(aes-generic),ctr(aes-generic)' >report 2>messages || status=$?
check "a run of two drivers is CLEAN" same "$status" 0
check "the report states its bound" matches report '^CLEAN: no mismatch in [0-9,]+ operations .* 95 % confidence .* per packet and .* per 16-byte block'
check "memory is stated at the start" matches messages ' of memory held'

status=0
cryptorture run --for 1s --load 1% >report 2>messages || status=$?
check "too short for all cells is status 3" same "$status" 3
check "and the verdict says what is missing" matches report '^INCONCLUSIVE: no mismatch .* only [0-9]+ of [0-9]+ cells'
check "with the reason for each" matches report 'too few operations'
check "and what to do" matches report 'run longer'

# More mismatches than the ring holds: counted, and what is lost is said.
status=0
cryptorture run --for 5s --inject-every 3 --json >flood 2>messages || status=$?
check "a flood is status 1" same "$status" 1
verdict=$(tail -n 1 flood)
# The first of that name: the run's own.
number() { grep -oE "\"$1\":[0-9]+" <<<"$verdict" | head -n 1 | cut -d: -f2; }
check "a flood: every injected fault is counted" same "$(number mismatches)" "$(number injected)"
check "a flood: hundreds of them" test "$(number mismatches)" -gt 500
obtained=$(grep -c '"type":"mismatch"' flood)
check "a flood: records obtained and lost add up" same "$((obtained + $(number lost)))" "$(number mismatches)"
check "a flood: some records could not be kept" test "$(number lost)" -gt 0
last=$(cryptorture mismatches --json 2>messages | grep -oE '"number":[0-9]+' | tail -n 1 | cut -d: -f2)
refuse "a record that is overwritten says so" 'overwritten' 2 cryptorture mismatches 1
check "the newest record can be had by its number" cryptorture mismatches "$last"
refuse "a record that never was says so" 'no mismatch' 2 cryptorture mismatches "$((last + 1))"

# The first mismatch ends the run.
status=0
cryptorture run --for 60s --inject-every 1000 --until-mismatch --json >until 2>messages || status=$?
verdict=$(tail -n 1 until)
check "--until-mismatch ends with status 1" same "$status" 1
check "--until-mismatch ends at once" matches until '"end":"mismatch"'
check "--until-mismatch: few mismatches" test "$(number mismatches)" -lt 50

cryptorture run --for 2s --out /tmp/dir --drivers 'cbc(aes-generic)' >report 2>messages
check "--out keeps the report" cmp report dir/report.txt
check "--out keeps the JSON lines" matches dir/report.jsonl '"type":"verdict"'

cryptorture bench --drivers cbc-aes-aesni,rfc4106-gcm-aesni --json >speed 2>messages
check "bench measures raw, verified and naive" matches speed '"driver":"rfc4106-gcm-aesni"'
cryptorture bench --drivers cbc-aes-aesni --size 9000 --direction decrypt >speed 2>messages
check "bench of decryption at 9000 bytes" matches speed '^cbc-aes-aesni +[0-9.]+ +[0-9.]+ +[0-9.]+ +[0-9.]+ +[0-9.]+ +cbc\(aes-generic\)'

finish
