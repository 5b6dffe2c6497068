# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The cache of downloads and unpacked packages, and messages of the scripts.

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
# first one's downloads. The lock ends with the subshell that holds it, and so do the
# temporary folders; those of a holder that was killed go when the lock is held again.
#   with_lock NAME FUNCTION [ARGUMENT...]
with_lock() {
	local name=$1
	shift
	cache_folder "$CT_CACHE/locks"
	(
		flock 9
		# shellcheck disable=SC2030 # for what is called here
		CT_TEMPORARY="$CT_CACHE/tmp/$name"
		rm -rf --one-file-system "$CT_TEMPORARY"
		cache_folder "$CT_TEMPORARY"
		trap 'rm -rf --one-file-system "$CT_TEMPORARY"' EXIT
		"$@" 9>&-
	) 9>"$CT_CACHE/locks/$name"
}

# cache_folder FOLDER: it is there.
cache_folder() {
	local why
	why=$(mkdir -p "$1" 2>&1) ||
		die "cannot write to the cache: ${why#mkdir: }; set XDG_CACHE_HOME to a folder that can be written to"
}

# cache_temporary NAME: a new folder inside the cache, so that the final mv is atomic.
# Only for a function that with_lock calls.
cache_temporary() {
	# shellcheck disable=SC2031 # in with_lock's subshell
	mktemp -d "${CT_TEMPORARY:?cache_temporary without with_lock}/$1.XXXXXX"
}

# cache_advice TEXT: prints advice if TEXT is an error about a full disk.
cache_advice() {
	[[ $1 != *'No space left on device'* && $1 != *'enough free space'* && $1 != *'Disk quota exceeded'* ]] ||
		echo "the disk is full: make room in $CT_CACHE, or set XDG_CACHE_HOME to a folder on another one"
}
