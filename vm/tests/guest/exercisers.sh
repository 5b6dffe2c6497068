# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# In the guest: a pool of exercisers, alone and with CPU hotplug.
# shellcheck source=../lib.sh
. /root/lib.sh

count() {
	sed -n "s/^$1 //p" "$2"
}

# ticks THREAD: of CPU time so far; a folder in /proc.
ticks() {
	awk '{ print $14 + $15 }' "$1/stat"
}

processes() {
	pidof pool | wc -w
}

check "exercisers: no register changed" sh -c '/root/pool 10 2 1000 >/tmp/plain 2>/tmp/messages'
for event in spin syscall call fault signal altstack sleep migrate fork barrier exec ptrace; do
	check "exercisers: $event" test "$(count "$event" /tmp/plain)" -gt 0
done
check "exercisers: execs that a program came of" test "$(count execs /tmp/plain)" -gt 0
check "exercisers: ptraces to their end" test "$(count ptraces /tmp/plain)" -gt 0
check "exercisers: nothing to say" same "$(cat /tmp/messages)" ''
check "exercisers: never elsewhere" same "$(count displacements /tmp/plain)" 0
check "exercisers: no errors" same "$(count errors /tmp/plain)" 0

/root/pool 12 1 1000 >/tmp/hotplug 2>/tmp/messages &
pool=$!
sleep 3
echo 0 >/sys/devices/system/cpu/cpu1/online
sleep 3
check "exercisers: one waits for its CPU" grep -q '^exerciser 1 waits for CPU 1: it is offline' /tmp/messages
# The threads in the order of their making: program, mover, exercisers 0 and 1.
last=$(printf '%s\n' "/proc/$pool/task"/* | sort -V | tail -n 1)
before=$(ticks "$last")
sleep 2
after=$(ticks "$last")
check "exercisers: it rests meanwhile" test $((after - before)) -lt 50
echo 1 >/sys/devices/system/cpu/cpu1/online
wait "$pool"
check "exercisers: no register changed over hotplug" same $? 0

/root/pool 100 2 1000 >/dev/null 2>&1 &
pool=$!
sleep 2
kill -9 "$pool"
wait "$pool" 2>/dev/null
sleep 0.2
check "exercisers: nothing is left of a pool that was killed" same "$(processes)" 0
check "exercisers: a light load" sh -c '/root/pool 3 1 20 >/tmp/light'
check "exercisers: calls at a light load" test "$(count calls /tmp/light)" -gt 0
finish
