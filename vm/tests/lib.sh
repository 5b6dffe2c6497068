# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For end-to-end tests. Each case prints one line, "ok NAME" or
# "not ok NAME: why", and the file ends with `finish`, whose status is 1 if any
# case failed. Works on the host and, brought in by vm_cases, in the guest.
#
# One boot takes 4 s: let a guest script hold as many cases as it can.

CT_PASSED=0
CT_FAILED=0
CT_TESTS=$(dirname -- "${BASH_SOURCE[0]}")

# With CT_LONG (make test LONG=1) also variations that take long and seldom find more. In a
# guest, too.
long() { [ -n "${CT_LONG-}" ] || grep -qw yt_long /proc/cmdline; }

ok() {
	CT_PASSED=$((CT_PASSED + 1))
	printf 'ok %s\n' "$1"
}

# not_ok NAME WHY
not_ok() {
	CT_FAILED=$((CT_FAILED + 1))
	printf 'not ok %s: %s\n' "$1" "${2//$'\n'/; }"
}

# check NAME COMMAND [ARGUMENT...]: passes if the command does; what it prints
# is the reason if it does not.
check() {
	local name=$1 why status=0
	shift
	why=$("$@" 2>&1) || status=$?
	if [ "$status" -eq 0 ]; then
		ok "$name"
	else
		not_ok "$name" "${why:-$* (status $status)}"
	fi
}

# refuse NAME PATTERN STATUS COMMAND [ARGUMENT...]: passes if the command ends
# with that status and its stderr matches the extended regular expression.
refuse() {
	local name=$1 pattern=$2 expected=$3 message status=0
	shift 3
	message=$("$@" 2>&1 >/dev/null) || status=$?
	if [ "$status" -ne "$expected" ]; then
		not_ok "$name" "status $status instead of $expected: $message"
	elif ! grep -qE -- "$pattern" <<<"$message"; then
		not_ok "$name" "the message does not match \"$pattern\": $message"
	else
		ok "$name"
	fi
}

# soon COMMAND [ARGUMENT...]: tries it until it works, for $CT_SOON seconds.
CT_SOON=30
soon() {
	local n
	for n in $(seq $((CT_SOON * 10))); do
		"$@" >/dev/null 2>&1 && return
		sleep 0.1
	done
	echo "not within $CT_SOON s: $*"
	return "$n"
}

same() {
	[ "$1" = "$2" ] || {
		printf '"%s" instead of "%s"\n' "$1" "$2"
		return 1
	}
}

# matches FILE PATTERN: an extended regular expression, line by line.
matches() {
	grep -qE -- "$2" "$1" || {
		printf 'no line matches "%s": %s\n' "$2" "$(tail -n 3 "$1")"
		return 1
	}
}

# Of the JSON lines on stdin, the records of operations whose FPU section a softirq was in.
over_fpu_section() { grep '"nested_fpu":true'; }

# json FILE EXPRESSION: of Python, over `lines` (every JSON line as an object)
# and `last`: the verdict, which a diagnosis may follow, or else the last of them.
# over_fpu_section(line): as above, or how many there were.
# Host only.
json() {
	python3 - "$@" <<'END'
import json, sys
path, expression = sys.argv[1:]
lines = [json.loads(line) for line in open(path) if line.strip()]
verdicts = [line for line in lines if line.get("type") == "verdict"]
last = verdicts[-1] if verdicts else lines[-1] if lines else None
try:
    value = eval(expression, {"lines": lines, "last": last,
                              "over_fpu_section": lambda line: line["nested_fpu"]})
except Exception as problem:
    sys.exit(f"{expression}: {problem!r}; last line: {json.dumps(last)[:400]}")
if not value:
    sys.exit(f"{expression} does not hold; last line: {json.dumps(last)[:400]}")
END
}

# scratch NAME: a new folder, $CT_FOLDER, which is gone at the end, however that comes.
CT_FOLDERS=()
scratch() {
	CT_FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/cryptorture-$1.XXXXXX") || exit 2
	CT_FOLDERS+=("$CT_FOLDER")
}
at_end() {
	keep_evidence
	[ ${#CT_FOLDERS[@]} -eq 0 ] || rm -rf --one-file-system "${CT_FOLDERS[@]}"
}
# The only such trap: a second one would take its place.
trap at_end EXIT

# vm ARGUMENT...: vm/run with its results kept: VM_STATUS, and the files
# $VM_STDOUT and $VM_STDERR, and the kernel log next to them. The kernel does not self-test its
# drivers, unless CT_KERNEL_TESTS=1. Host only.
CT_GUESTS=0
vm() {
	if [ -z "${CT_SCRATCH-}" ]; then
		CT_SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/cryptorture-test.XXXXXX")
	fi
	CT_GUESTS=$((CT_GUESTS + 1))
	VM_STDOUT="$CT_SCRATCH/$CT_GUESTS.stdout"
	VM_STDERR="$CT_SCRATCH/$CT_GUESTS.stderr"
	VM_STATUS=0
	# The kernel's own tests of each driver that comes are half of a first search.
	[ -n "${CT_KERNEL_TESTS-}" ] || set -- --append cryptomgr.notests=1 "$@"
	"$CT_TESTS/../run" --log "$CT_SCRATCH/$CT_GUESTS.log" "$@" >"$VM_STDOUT" 2>"$VM_STDERR" </dev/null ||
		VM_STATUS=$?
	echo "vm/run $*: status $VM_STATUS" >"$CT_SCRATCH/$CT_GUESTS.command"
}

# An unexpected verdict may not be reproducible: all its files are kept.
# Some of them are printed as well, for machines whose files are not kept.
keep_evidence() {
	local scratch=${CT_SCRATCH-} guest
	CT_SCRATCH=''
	[ -n "$scratch" ] || return 0
	if [ "$CT_FAILED" -eq 0 ]; then
		rm -rf "$scratch"
		return
	fi
	for guest in "$scratch"/*.stdout; do
		guest=${guest%.stdout}
		grep -qE '"type": ?"mismatch"' "$guest.stdout" || continue
		printf -- '--- first records of %s, and its kernel log ---\n' "$(cat "$guest.command")"
		grep -m 3 -E '"type": ?"mismatch"' "$guest.stdout" | cut -c 1-6000
		grep -h 'cryptorture: ' "$guest.log" | tail -n 20
	done >&2 2>/dev/null
	echo "what the guests said, and their kernel logs, is kept: $scratch" >&2
}

# expect_status NAME STATUS: of the last vm.
expect_status() {
	if [ "$VM_STATUS" -eq "$2" ]; then
		ok "$1"
	else
		not_ok "$1" "status $VM_STATUS instead of $2: $(tail -n 3 "$VM_STDERR")"
	fi
}

# in_turn NAME...: runs files of cases, and is done with the worst of their statuses. Guest only.
in_turn() {
	local name status worst=0
	for name; do
		[ "$name" = "$1" ] || { rm -rf /tmp/*; dmesg -c >/dev/null; }
		status=0
		bash "/root/$name.sh" || status=$?
		[ "$status" -le "$worst" ] || worst=$status
	done
	return "$worst"
}

# vm_cases SCRIPT... [OPTION...]: runs files of cases in one guest, one after the other, and
# counts them here. A SCRIPT's name ends with .sh; it begins with `. /root/lib.sh`, and ends with
# `finish`. Each finds the module as the one before left it, but no file and no log of it.
# Host only.
vm_cases() {
	local line finished=0 names=() files=()
	while [[ ${1-} == *.sh ]]; do
		names+=("$(basename -- "$1" .sh)")
		files+=(--file "$1:/root/${names[-1]}.sh")
		shift
	done
	! long || set -- "$@" --append yt_long
	# shellcheck disable=SC2016 # of the guest's shell
	vm "$@" --file "$CT_TESTS/lib.sh:/root/lib.sh" "${files[@]}" -- bash -c '. /root/lib.sh; in_turn "$@"' bash "${names[@]}"
	while IFS= read -r line; do
		case $line in
		'ok '*) CT_PASSED=$((CT_PASSED + 1)) ;;
		'not ok '*) CT_FAILED=$((CT_FAILED + 1)) ;;
		'finished '*)
			finished=$((finished + 1))
			continue
			;;
		esac
		printf '%s\n' "$line"
	done <"$VM_STDOUT"
	if [ "$finished" -ne ${#names[@]} ] || [ "$VM_STATUS" -gt 1 ]; then
		not_ok "${names[*]} in the guest" "status $VM_STATUS, $finished of ${#names[@]} to their end: $(tail -n 5 "$VM_STDERR")"
		tail -n 40 "$VM_STDERR" >&2
	fi
	# A step between two cases has no status of its own.
	if grep -qE 'unrecognized option|invalid option|: command not found' "$VM_STDERR"; then
		not_ok "${names[*]} in the guest: every command is understood" \
			"$(grep -m 1 -E 'unrecognized option|invalid option|: command not found' "$VM_STDERR")"
	fi
}

# program_cases NAME COMMAND...: the cases that a program prints itself, with "finished N"
# behind the last, and its status.
program_cases() {
	local name=$1 line finished='' status=0 cases=$((CT_PASSED + CT_FAILED)) failed=$CT_FAILED
	shift
	while IFS= read -r line; do
		case $line in
		'finished '*)
			finished=${line#finished }
			continue
			;;
		'ok '*) CT_PASSED=$((CT_PASSED + 1)) ;;
		'not ok '*) CT_FAILED=$((CT_FAILED + 1)) ;;
		esac
		printf '%s\n' "$line"
	done < <("$@")
	wait $! || status=$?
	failed=$((CT_FAILED > failed))
	check "$name: every case was counted" same "$finished" "$((CT_PASSED + CT_FAILED - cases))"
	check "$name: the program's own status" same "$status" "$failed"
}

# In a guest: what the kernel holds for anybody when all that can be given back is, in KiB.
memory_held() {
	local cache
	sync
	echo 3 >/proc/sys/vm/drop_caches
	for cache in /sys/kernel/slab/*/shrink; do
		echo 1 >"$cache"
	done 2>/dev/null
	awk '/^(SUnreclaim|Percpu|KernelStack|PageTables):/ { sum += $2 } END { print sum }' /proc/meminfo
}

# So that what the log says next is of what comes next. Guest only.
forget_log() { dmesg -c >/dev/null || not_ok "the kernel log is cleared" "status $?"; }

# Where `vm` has not said so already. Guest only.
without_selftests() { echo 1 >/sys/module/cryptomgr/parameters/notests; }

finish() {
	if [ -z "${CT_SCRATCH-}" ] && [ "$CT_TESTS" = /root ]; then
		printf 'finished %s\n' "$((CT_PASSED + CT_FAILED))"
	fi
	keep_evidence
	[ "$CT_FAILED" -eq 0 ] || exit 1
	exit 0
}
