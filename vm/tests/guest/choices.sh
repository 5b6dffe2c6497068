# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Choosing: lists, ranges, all, none, exclusion; and what a choice changes.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2

run() {
	status=0
	cryptorture run --for 2s --drivers 'cbc-aes-aesni' --json "$@" >out 2>err || status=$?
}
# The first line that has it: the beginning of the run, or its verdict.
says() { grep -qE "$1" out || { head -n 1 out | head -c 600; cat err; return 1; }; }

run --contexts task --disturb none --exercisers 0
check "one context, no disturber" says '"contexts":\["task"\],"disturbers":\[\]'
run --disturb all,-hotplug,-memory
check "all disturbers but two" says '"disturbers":\["timer","preempt","shuffle","ipi","resched","membarrier"\]'
run --disturb ipi,timer
check "a list of two" says '"disturbers":\["timer","ipi"\]'
run --contexts all
check "all contexts" says '"contexts":\["task","softirq","caller"\]'
run --cpus 1
check "one CPU" says '"cpus":"1"'
run --sizes 64,1300-1302
check "sizes" says '"sizes":"64,1300-1302"'
check "sizes: and it works" test "$status" -ne 1 -a "$status" -ne 2
cryptorture run --for 2s --json --drivers 'c*-aes-aesni' >out 2>err
check "a pattern of drivers" says '"drivers":\["cbc-aes-aesni","ctr-aes-aesni"\]|"drivers":\["ctr-aes-aesni","cbc-aes-aesni"\]'

for wrong in '--contexts user' '--disturb earthquake' '--sizes 0' '--sizes 9001' '--sizes x' \
	'--exercisers 17' '--exercisers -1' '--contexts caller --exercisers 0' '--cpus 99' '--load 0%' \
	'--load 101%' '--drivers nonesuch' '--contexts none'; do
	# shellcheck disable=SC2086 # words
	refuse "refused: $wrong" '.' 2 cryptorture run --for 1s $wrong
done
refuse "a wrong disturber: the possible ones are named" 'timer.*hotplug' 2 cryptorture run --for 1s --disturb earthquake
refuse "a wrong context: the possible ones are named" 'task.*softirq.*caller' 2 cryptorture run --for 1s --contexts user
finish
