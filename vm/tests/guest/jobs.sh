# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Long work: seen from outside, cancelled, left alone, one after the other.
# shellcheck source=../lib.sh
. /root/lib.sh
cd /tmp || exit 2
two=--drivers=cbc-aes-aesni,rfc4106-gcm-aesni

is() { cryptorture status --json | grep -q "\"state\":\"$1\""; }
works() { cryptorture status --json | grep -qE 'the module is busy with job [1-9]'; }
idle() { ! works; }
listed() { matches "$1" '^cbc-aes-aesni '; }
again() { rmmod cryptorture && modprobe cryptorture; }

# A first search takes seconds. Two concurrent requests both get its result.
cryptorture drivers >first 2>first.err &
one=$!
cryptorture drivers >second 2>second.err &
other=$!
check "a search is seen by others" soon works
check "status answers meanwhile" is idle
status=0
wait $one || status=$?
wait $other || status=$?
check "two at once: both have their list" same "$status" 0
check "two at once: the first is whole" listed first
check "two at once: so is the second" cmp first second
check "without a terminal, a search of seconds says how far it is" matches first.err 'looking for drivers: [0-9]+ of [0-9]+'
check "and then nothing is being done" soon idle

# Interrupted: no run, and nothing left behind.
again
cryptorture start "$two" --for 60s >out 2>err &
program=$!
soon works
kill -INT $program
status=0
wait $program || status=$?
check "a start that is interrupted: its status" same "$status" 130
check "a start that is interrupted: it is said" matches err 'cancelled|interrupted'
check "a start that is interrupted: there is no run" is idle
check "a start that is interrupted: nothing is being done" soon idle
check "and another one works" cryptorture start "$two" --for 60s
check "its run is on" is running
cryptorture stop >out 2>err

# Killed: the module sees to it.
again
cryptorture start "$two" --for 60s >out 2>err &
program=$!
soon works
kill -KILL $program
wait $program 2>/dev/null
check "a start that is killed: its work ends" soon idle
check "a start that is killed: there is no run" is idle

# The module goes in the midst of it.
again
cryptorture drivers >out 2>err &
program=$!
soon works
check "unloaded in the midst of a search" rmmod cryptorture
status=0
wait $program || status=$?
check "unloaded in the midst of a search: the program says so" sh -c "test $status -eq 2 && grep -Eq 'unload|not loaded|went away|cancelled' err"
modprobe cryptorture

# What a start that fails leaves of the run before: everything.
cryptorture run "$two" --for 2s --inject-every 500 >out 2>err
cryptorture status --json >before
cryptorture mismatches --json >records 2>err
refuse "a start that fails" 'none-such' 2 cryptorture start --drivers none-such
cryptorture status --json >after
cryptorture mismatches --json >records.after 2>err
check "a start that failed: the last run's status is as it was" cmp before after
check "a start that failed: so are its records" cmp records records.after
check "which there are" test -s records

# What follows in this guest looks for drivers, too, and need not wait for it.
without_selftests
finish
