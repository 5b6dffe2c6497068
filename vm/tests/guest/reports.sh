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
cryptorture run --for 1s --load 1% --full >report 2>messages || status=$?
check "too short for all cells is status 3" same "$status" 3
check "and the verdict says what is missing" matches report '^INCONCLUSIVE: no mismatch .* only [0-9]+ of [0-9]+ cells'
check "with the reason for each" matches report 'too few operations'
check "and what to do" matches report 'run longer'

# Its lines are for the host to look at.
status=0
cryptorture run --for 10s --inject-every 1000 --json >/out/faults.json 2>messages || status=$?
check "injected faults are status 1" same "$status" 1

# More mismatches than the ring holds: counted, and what is lost is said.
status=0
cryptorture run --for 3s --inject-every 3 --json >flood 2>messages || status=$?
check "a flood is status 1" same "$status" 1
verdict=$(grep '^{"type":"verdict"' flood)
# The first of that name: the run's own.
number() { grep -oE "\"$1\":[0-9]+" <<<"$verdict" | head -n 1 | cut -d: -f2; }
check "a flood: every injected fault is counted" same "$(number mismatches)" "$(number injected)"
check "a flood: hundreds of them" test "$(number mismatches)" -gt 500
obtained=$(grep -c '"type":"mismatch"' flood)
check "a flood: records obtained and lost add up" same "$((obtained + $(number lost)))" "$(number mismatches)"
check "a flood: some records could not be kept" test "$(number lost)" -gt 0
cryptorture mismatches --json 2>messages | grep -oE '"number":[0-9]+' | cut -d: -f2 >numbers
last=$(tail -n 1 numbers)
gone=$(awk 'NR > 1 && $1 != before + 1 { print before + 1; exit } { before = $1 }' numbers)
refuse "a record that is overwritten says so" 'overwritten' 2 cryptorture mismatches "${gone:-1}"
cryptorture mismatches 1 >first
check "the first one, whose packet was run again, is there still" matches first '^    CPU [01], same context +right, 8 times$|^    CPU [01], in a kernel thread +right, 8 times$'
check "the newest record can be had by its number" cryptorture mismatches "$last"
refuse "a record that never was says so" 'no mismatch' 2 cryptorture mismatches "$((last + 1))"

# The first mismatch ends the run.
status=0
cryptorture run --for 60s --inject-every 1000 --until-mismatch --json >until 2>messages || status=$?
verdict=$(grep '^{"type":"verdict"' until)
check "--until-mismatch ends with status 1" same "$status" 1
check "--until-mismatch ends at once" matches until '"end":"mismatch"'
check "--until-mismatch: few mismatches" test "$(number mismatches)" -lt 50

expected=0
cryptorture run --for 2s --full --out /tmp/dir --drivers 'cbc(aes-generic)' >report 2>messages || expected=$?
check "--out keeps the report" cmp report dir/report.txt
check "--out keeps what the run was and how it ended" matches dir/run.json '^\{"type":"run","format":1,.*"ended":true,.*"type":"verdict"'
check "--out keeps the host" matches dir/run.json "\"release\":\"$(uname -r)\""
check "--out keeps no records where there are none" same "$(wc -c <dir/mismatches.jsonl)" 0

# The folder alone is enough: for a user without rights, and later without the module.
chmod 1777 /tmp
as_nobody() {
	status=0
	setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all --inh-caps=-all \
		cryptorture "$@" >again 2>messages || status=$?
}
as_nobody report dir --full
check "report shows it again" cmp report again
check "and exits as the run did" same "$status" "$expected"
as_nobody report dir
check "in brief: the verdict" same "$(head -n 1 again)" "$(head -n 1 report)"
check "in brief: how to see the rest" matches again "'cryptorture report dir --full'"
check "in brief: no more lines than a terminal has" test "$(wc -l <again)" -le 24

status=0
cryptorture run --for 3s --inject-every 300 --full --out /tmp/injected >report 2>messages || status=$?
check "--out with injected faults is status 1" same "$status" 1
as_nobody report injected --full
check "report shows the records too" cmp report again
check "report of a CORRUPT run is status 1" same "$status" 1
as_nobody report injected --json
check "report --json: the record of each line" same "$(grep -c '"type":"mismatch"' again)" "$(wc -l <injected/mismatches.jsonl)"
check "report --json: the verdict" matches again '^\{"type":"verdict","format":1,"verdict":"CORRUPT"'

# Whole packets with the first of each kind; the diagnosis at the end of the run,
# and again from the folder.
check "records: whole packets" matches injected/mismatches.jsonl '"packet":\{"key":"[0-9a-f]{32,64}",'
check "the report ends with the diagnosis" matches report '^nothing to diagnose: [0-9,]+ injected on request$'
sed -n '/^diagnosis:$/,$p' report | tail -n +2 >diagnosis
as_nobody diagnose injected
check "diagnose says the same of the folder" cmp diagnosis again
check "diagnose is status 0" same "$status" 0
as_nobody diagnose injected --json
cp again diagnosis
cryptorture report injected --json >all 2>messages
check "report --json: the diagnosis is the last line" cmp diagnosis <(tail -n 1 all)
as_nobody diagnose all --json
check "diagnose says the same of JSON lines" cmp diagnosis again
refuse "a file without a run says so" 'it has no records and no verdict' 2 cryptorture diagnose /etc/passwd

status=0
cryptorture run --for 1s --load 1% --full --out /tmp/short >report 2>messages || status=$?
as_nobody report short --full
check "report of an INCONCLUSIVE run" cmp report again
check "report of an INCONCLUSIVE run is status 3" same "$status" 3
check "an INCONCLUSIVE run: how long it would take, or what never happened" \
	matches short/run.json '"estimate":\{[^}]*("unknown":\["|"command":"[^"]*--load 1%)'
check "an INCONCLUSIVE run: not all cells were reached, and the gaps are listed" \
	matches short/run.json '"gaps":\[\{'

# Killed in the middle: no verdict, but everything until then.
cryptorture run --for 60s --inject-every 200 --out /tmp/killed >report 2>messages &
for _ in $(seq 100); do
	[ ! -s killed/mismatches.jsonl ] || break
	sleep 0.2
done
kill -KILL $!
wait $! 2>/dev/null
cryptorture stop >out 2>messages
check "a killed run leaves no report" test ! -e killed/report.txt
as_nobody report killed
check "a killed run: what is known of it" matches again '^NO VERDICT: .* was not followed to its end'
check "a killed run with a mismatch is status 1" same "$status" 1

printf '{' >>killed/mismatches.jsonl
as_nobody report killed
check "a record that was cut off is left out, and said so" matches messages 'the last line was cut off'
printf '}\n' >>killed/mismatches.jsonl
as_nobody report killed
check "a record that is none is status 2" same "$status" 2
refuse "a folder without a run says so" 'cannot read /root/run\.json: No such file' 2 cryptorture report /root

# A folder that has a run is refused, and stays as it was.
before=$(sha256sum injected/*)
refuse "another run into the same folder" 'cannot write into injected: it has run\.json of another run' 2 \
	cryptorture run --for 1s --out injected
check "another run into the same folder: nothing is changed" same "$(sha256sum injected/*)" "$before"

# Whichever of the descriptors 0 to 2 are closed: the run ends, and its folder has it all.
n=0
for closed in '<&-' '>&-' '2>&-' '<&- >&-' '<&- 2>&-' '>&- 2>&-' '<&- >&- 2>&-'; do
	n=$((n + 1))
	run_status=0
	timeout -k 5 60 sh -c "exec cryptorture run --for 500ms --drivers 'cbc(aes-generic)' --out closed$n $closed" \
		>report 2>messages || run_status=$?
	as_nobody report "closed$n" --full
	check "a run with $closed: its report is whole" cmp "closed$n/report.txt" again
	# Without standard output all of that is lost.
	case " $closed" in
	*' >&-'*) status=2 ;;
	esac
	check "a run with $closed: its status" same "$run_status" "$status"
done

cryptorture bench --drivers cbc-aes-aesni,rfc4106-gcm-aesni --json >speed 2>messages
check "bench measures raw, verified and naive" matches speed '"driver":"rfc4106-gcm-aesni"'
cryptorture bench --drivers cbc-aes-aesni --size 9000 --direction decrypt >speed 2>messages
check "bench of decryption at 9000 bytes" matches speed '^cbc-aes-aesni( +[0-9.]+){7} +cbc\(aes-generic\)'
cryptorture bench --timer-rates --drivers cbc-aes-aesni --json >speed 2>messages
check "bench tries ten rates of the timer" same "$(grep -o '"timer_hz":[0-9]*' speed | sort -u | wc -l)" 10
check "bench says which hits most" matches speed '"best_timer_hz":[1-9]'

rmmod cryptorture
as_nobody report injected
check "report needs no module" same "$status" 1
as_nobody diagnose injected
check "diagnose needs no module" same "$status" 0

finish
