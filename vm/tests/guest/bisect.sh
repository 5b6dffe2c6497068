# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Faults that are made on request, narrowed down on a real kernel.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
few='--drivers=cbc-aes-aesni,ctr-aes-aesni,rfc4106-gcm-aesni'

# They need nothing but an operation, so nothing else may be left.
status=0
cryptorture bisect "$few" --inject-every 500 --for 5m --at-most 20s --json >out 2>messages || status=$?
check "it is CORRUPT" same "$status" 1
result=$(tail -n 1 out)
printf '%s\n' "$result" >result
check "it was narrowed to the end" matches result '^\{"type":"bisection","format":1,"end":"narrowed"'
check "the fault is named as what it is" matches result '"injected":true'
smallest=$(grep -oE '"smallest":\{[^}]*\}' result)
printf '%s\n' "$smallest" >smallest
check "one driver is left" matches smallest '"drivers":\["[a-z0-9-]+"\]'
check "one context is left" matches smallest '"contexts":\["[a-z]+"\]'
check "no disturber is left" matches smallest '"disturbers":\[\]'
check "one CPU is left" matches smallest '"cpus":"[0-9]+"'
check "no exerciser is left" matches smallest '"exercisers":0'
check "one size is left" matches smallest '"sizes":"[0-9]+"'
check "it was seen as often as it was tried" matches result '"shown":\{"times":[3-9]'
check "each trial is told" same "$(grep -c '"type":"trial"' out)" "$(grep -oE '"trials":[0-9]+' result | cut -d: -f2)"

# What is printed is a command line that shows it.
command=$(grep -oE '"command":"[^"]*"' result | cut -d'"' -f4)
status=0
sh -c "$command" >report 2>messages || status=$?
check "the command line shows it again" same "$status" 1
check "with the fault as it was" matches report '^CORRUPT: .* injected'

# Without a fault it reports that, and the certainty.
status=0
cryptorture bisect "$few" --for 10s >report 2>messages || status=$?
check "without a fault it is no more than a run" matches report '^(CLEAN|INCONCLUSIVE): no mismatch'
check "and not CORRUPT" test "$status" -eq 0 -o "$status" -eq 3
check "which it says" matches messages 'nothing to narrow down'

# An end that is asked for leaves the best so far, and no run behind.
cryptorture bisect "$few" --inject-every 500 >report 2>messages &
bisect=$!
for _ in $(seq 200); do
	grep -q 'trial 3' messages && break
	sleep 0.2
done
kill -INT "$bisect"
status=0
wait "$bisect" || status=$?
check "interrupted: status 130" same "$status" 130
check "interrupted: the best so far" matches report '^  cryptorture run --for '
check "interrupted: no run goes on" sh -c '! cryptorture status 2>/dev/null | grep -qE "^(running|stopping)"'
finish
