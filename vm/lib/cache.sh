# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Where downloads and unpacked packages live, and how the scripts talk.

# A die inside $(...) must end the whole script.
shopt -s inherit_errexit

CT_CACHE="${XDG_CACHE_HOME:-${HOME:?HOME is not set, so there is no cache folder: set HOME or XDG_CACHE_HOME}/.cache}/cryptorture"
CT_PROGRAM="${CT_PROGRAM:-vm}"

# Progress, on stderr, only when something is really being set up.
say() {
	printf '%s: %s\n' "$CT_PROGRAM" "$*" >&2
}

# Could not run at all: what failed, why, what to do.
die() {
	say "$*"
	exit 2
}

# Two runs may start at once on a fresh machine: the second one waits for the
# first one's downloads. The lock ends with the subshell that holds it.
#   with_lock NAME FUNCTION [ARGUMENT...]
with_lock() {
	local name=$1
	shift
	mkdir -p "$CT_CACHE/locks"
	(
		flock 9
		"$@" 9>&-
	) 9>"$CT_CACHE/locks/$name"
}

# A temporary folder inside the cache, so that the final mv is atomic.
cache_temporary() {
	mkdir -p "$CT_CACHE/tmp"
	mktemp -d "$CT_CACHE/tmp/$1.XXXXXX"
}
