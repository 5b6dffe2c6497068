# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For guests on a debug kernel: how allocations are made to fail.
# Needs lib.sh.

# Which allocations /proc/self/fail-nth counts: pages, and what comes from kmalloc()
# or is a message. Not the checkers' own: one that fails would switch a checker off.
fail_knobs() {
	local name cache
	for name in failslab fail_page_alloc; do
		echo N >/sys/kernel/debug/$name/ignore-gfp-wait || return
		echo "${1:-0}" >/sys/kernel/debug/$name/verbose || return
	done
	echo N >/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem || return
	echo 0 >/sys/kernel/debug/fail_page_alloc/min-order || return
	for cache in /sys/kernel/slab/{kmalloc-*,skbuff_*}; do
		{ echo 1 >"$cache/failslab"; } 2>/dev/null
	done
	[ "$(cat /sys/kernel/slab/kmalloc-64/failslab)" = 1 ] || return
	echo Y >/sys/kernel/debug/failslab/cache-filter
}

# each NAME COMMAND...: the first allocation fails, then the second, and so on, until
# COMMAND gets none that fails. Behind the first EACH_DENSE of them it is one in EACH_STEP,
# where the same sites come again and again. Each time it ends as if nothing had happened, where
# the kernel can do with less, or with status 2 and a sentence that says what failed,
# and why. AFTER, if set, undoes what it did; REFUSED is the pattern of the sentence.
each() {
	local name=$1 n status left tried=0 tolerated=0 wrong='' said
	shift
	for ((n = 1; n <= ${EACH_MAX:-4000}; n += n < ${EACH_DENSE:-4000} ? 1 : ${EACH_STEP:-11})); do
		rm -f /tmp/left
		status=0
		FAIL_NTH=$n FAIL_RESULT=/tmp/left LD_PRELOAD=/root/fail_nth.so "$@" >/tmp/out 2>/tmp/err || status=$?
		left=$(cat /tmp/left 2>/dev/null)
		said=$(head -c 400 /tmp/err)
		case $status in
		"${REFUSAL:-2}")
			grep -qE "${REFUSED:-^cryptorture: cannot [^:]+: .+}" /tmp/err ||
				wrong="allocation $n: status $status without the reason: $said"
			;;
		*)
			if [[ " ${SUCCESS:-0} " != *" $status "* ]]; then
				wrong="allocation $n: status $status: $said"
			elif [ "${left:-0}" -eq 0 ]; then
				tolerated=$((tolerated + 1))
			fi
			;;
		esac
		# Also where it failed: it may be just the answer that was lost.
		[ -z "${AFTER-}" ] || $AFTER >/tmp/after 2>&1
		[ -n "$left" ] || wrong="allocation $n: it did not end by itself (status $status)"
		if [ -n "$wrong" ]; then
			not_ok "$name: each allocation" "$wrong"
			[ -n "$left" ] || return 1
			wrong=
		fi
		[ "$left" = 0 ] || break
		tried=$((tried + 1))
	done
	if [ "$left" = 0 ]; then
		not_ok "$name: all allocations" "no end after $n of them"
	elif [ "$n" -eq 1 ]; then
		not_ok "$name: all allocations" "none was counted"
	else
		ok "$name: $tried allocations failed one by one, $tolerated of them were done without"
	fi
}
