#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# vm/run itself: statuses, streams, files, and how a guest can go wrong. Needs
# no module of ours.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
run="$CT_TESTS/../run"

# Without a command: what we read from. Nothing is said by vm/run itself, but of what is made
# once and may be made now.
from_stdin() {
	shell=$(printf 'uname -r; exit 7\n' | "$run" --kernel "$1" --no-module 2>&1)
	status=$?
}
for kernel in 6.1 $(! long || echo 6.12); do
	from_stdin "$kernel"
	[[ $shell != *"making the guest's base"* ]] || from_stdin "$kernel"
	check "a script from stdin on $kernel: its status" same "$status" 7
	check "a script from stdin on $kernel: its output, and vm/run is silent" \
		matches <(tr '\n' ' ' <<<"$shell") "^${kernel/./\\.}\.[^ ]*-amd64 \$"
done

# Usage errors need no guest.
for arguments in "--kernel 5.4" "--cpus 0" "--memory much" "--module nothing.ko" \
	"--module $CT_TESTS/lib.sh" "--file nothing:/there" "--file $CT_TESTS/lib.sh:there" \
	"--timeout -1" "--allow-taint 9" "--surprise" "sh -c true" "--out" "--"; do
	# shellcheck disable=SC2086 # words
	refuse "vm/run $(basename -- "${arguments% *}") ... is a usage error: ${arguments##*/}" 'vm/run: .*--help' 2 "$run" $arguments
done
check "vm/run --help" "$run" --help
# As in a clone of which only the module is built.
scratch bare
bare=$CT_FOLDER
cp -r "$CT_TESTS/../../vm" "$bare/"
refuse "a program that is not built is named, with how to build it" "no program build/ctl/cryptorture: run 'make ctl'" 2 \
	"$bare/vm/run" --no-module -- cryptorture version

# Streams, files and status, all in one guest.
vm --no-module --file "$CT_TESTS/lib.sh:/data/in dir/lib.sh" --cpus=1 --out "${TMPDIR:-/tmp}/cryptorture-out.$$" -- \
	sh -c 'printf "a\0b\nc"; su nobody -c "printf err >/dev/stderr"; nproc >&2; mkdir /out/d; cp "/data/in dir/lib.sh" /out/d/
		head -c 3000000 /dev/urandom >/out/big; sha256sum </out/big >/out/sum; exit 3'
out="${TMPDIR:-/tmp}/cryptorture-out.$$"
expect_status "the command's status 3" 3
check "stdout arrives byte for byte" cmp "$VM_STDOUT" <(printf 'a\0b\nc')
check "stderr arrives, apart from stdout" same "$(cat "$VM_STDERR")" err1
check "--file and --out carry a file there and back" cmp "$out/d/lib.sh" "$CT_TESTS/lib.sh"
check "--out is whole" same "$(sha256sum <"$out/big")" "$(cat "$out/sum")"
rm -rf "$out"

vm --no-module --kernel 6.12 -- sh -c 'head -c 5000000 /dev/zero; (sleep 1000; echo late) & uname -r >&2; exit 130'
expect_status "status 130, with a process left behind" 130
check "5 MB of stdout" same "$(stat -c %s "$VM_STDOUT")" 5000000
check "--kernel 6.12" matches "$VM_STDERR" '^6\.12\..*-amd64$'

vm_cases "$CT_TESTS/guest/environment.sh" --no-module --memory 700
expect_status "a command that succeeds" 0

# How a guest goes wrong.
vm --no-module -- sh -c 'echo before; echo c >/proc/sysrq-trigger; sleep 100'
expect_status "a panic is 91" 91
check "a panic: what came before is kept" matches "$VM_STDOUT" '^before$'
check "a panic: the console is shown" matches "$VM_STDERR" 'Kernel panic - not syncing: sysrq'
check "a panic: one line says so" matches "$VM_STDERR" '^vm/run: the guest died'

if long; then
	vm --no-module -- sh -c 'poweroff -f; sleep 100'
	expect_status "power-off without the token is 91" 91
fi

# QEMU's own crashes at boot are no fault of the guest's: again, but not for ever.
monitor() { "$CT_TESTS/../monitor" --token none -- sh -c "$1"; }
# shellcheck disable=SC2016 # for the other shell
refuse "QEMU crashes at every boot: 91" 'starting it again, try 3 of 3' 91 monitor 'kill -ABRT $$'
check "QEMU that ends by itself is not started again" same "$(monitor 'exit 1' 2>&1 | grep -c again)" 0

if long; then
	vm --no-module --timeout 20 -- sh -c 'echo early; sleep 1000'
	expect_status "a hang with --timeout is 91" 91
	check "a hang: what came before is kept" matches "$VM_STDOUT" '^early$'
	check "a hang: one line says so" matches "$VM_STDERR" '^vm/run: no end within 20 s'
fi

vm --no-module -- sh -c 'echo 512 >/proc/sys/kernel/tainted; exit 4'
expect_status "a new taint is 90" 90
check "a new taint is named, and the command's status" matches "$VM_STDERR" 'new taint W .*status was 4'
check "a new taint: the kernel log is shown" matches "$VM_STDERR" 'Linux version'

if long; then
	vm --no-module --allow-taint W -- sh -c 'echo 512 >/proc/sys/kernel/tainted; exit 4'
	expect_status "an allowed taint is none" 4
fi

# Real faults, of a module that makes them.
build=$CT_SCRATCH/fault
cp -r "$CT_TESTS/fault" "$build"
if ! "$CT_TESTS/../kbuild" 6.1 "$build" >"$CT_SCRATCH/log" 2>&1; then
	not_ok "building the module of faults" "$(tail -n 3 "$CT_SCRATCH/log")"
	finish
fi

vm --module "$build/fault.ko" -- sh -c 'rmmod fault && modprobe fault && rmmod fault &&
	insmod /lib/modules/fault.ko how=text && grep -c ^fault /proc/modules'
expect_status "a module loads, unloads and loads again, and taints with O and E only" 0
check "a module by --module is loaded" same "$(cat "$VM_STDOUT")" 1

vm --no-module --file "$build/fault.ko:/root/" -- sh -c 'insmod fault.ko how=warn; exit 5'
expect_status "a warning is 90" 90
check "a warning is named, and the command's status" matches "$VM_STDERR" '^vm/run: kernel fault in the guest: WARNING: .*status was 5'
check "a warning: its text is shown" matches "$VM_STDERR" 'fault: asked to warn'

if long; then # over_reads.sh has one
	vm --no-module --file "$build/fault.ko:/root/" -- insmod fault.ko how=oops
	expect_status "an oops is 90" 90
	check "an oops is named" matches "$VM_STDERR" '^vm/run: kernel fault in the guest: BUG: kernel NULL pointer'

	vm --no-module --file "$build/fault.ko:/root/" --append oops=panic -- insmod fault.ko how=oops
	expect_status "an oops that ends the guest is 90 too" 90

	vm --no-module --file "$build/fault.ko:/root/" -- \
		sh -c 'echo 1 >/proc/sys/kernel/watchdog_thresh; insmod fault.ko how=softlockup; exit 0'
	expect_status "a soft lockup is 90" 90
	check "a soft lockup is named" matches "$VM_STDERR" '^vm/run: kernel fault in the guest: watchdog: BUG: soft lockup'

	vm --no-module --file "$build/fault.ko:/root/" -- \
		sh -c 'echo 2 >/proc/sys/kernel/hung_task_timeout_secs; insmod fault.ko how=hungtask; exit 0'
	expect_status "a hung task is 90" 90
	check "a hung task is named" matches "$VM_STDERR" '^vm/run: kernel fault in the guest: INFO: task insmod:[0-9]* blocked'
fi

printf 'not a module' >"$CT_SCRATCH/broken.ko"
vm --module "$CT_SCRATCH/broken.ko" -- true
expect_status "a module that does not load is 2" 2
check "a module that does not load is named" matches "$VM_STDERR" '^vm/run: .*broken'

# Ctrl-C goes to the command, which may end in its own way.
cat >"$CT_SCRATCH/interrupt.sh" <<'END'
trap 'echo interrupted; exit 42' INT
echo waiting
while :; do sleep 0.1; done
END
"$run" --no-module --file "$CT_SCRATCH/interrupt.sh:/root/" -- bash interrupt.sh >"$CT_SCRATCH/stdout" 2>"$CT_SCRATCH/stderr" &
job=$!
for _ in $(seq 600); do
	! grep -q waiting "$CT_SCRATCH/stdout" || break
	sleep 0.1
done
pkill -INT -P "$job" -f vm/monitor
status=0
wait "$job" || status=$?
check "an interrupt reaches the command, whose status is passed on" same "$status" 42
check "an interrupt: what the command still says arrives" matches "$CT_SCRATCH/stdout" '^interrupted$'

# Without a command, but with a terminal: a shell.
if long; then
	shell=$( (sleep 9; printf 'tty; uname -r; exit 8\r') | script -qec "'$run' --no-module" /dev/null)
	status=$?
	check "a shell on a terminal: its status" same "$status" 8
	check "a shell on a terminal: it is a terminal" matches <(printf '%s' "$shell") '^/dev/hvc0'
	check "a shell on a terminal: its output" matches <(printf '%s' "$shell") '^6\.1\..*-amd64'
fi

finish
