# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Which QEMU: the installed one from version 10 on, which runs AES 2.5 times faster than
# 7.2; where there is an older one, 10 from the backports of this machine's release,
# unpacked and never installed.
# Needs cache.sh and apt.sh.

CT_QEMU="$CT_CACHE/qemu"

# The first version whose AES is fast.
CT_QEMU_FAST=10

# qemu_installed: the major version of this machine's own; nothing if there is none.
qemu_installed() {
	qemu-system-x86_64 --version 2>/dev/null | sed -nE '1s/.* version ([0-9]+)\..*/\1/p'
}

# qemu_backports: the release whose backports fit this machine; nothing if there is none.
qemu_backports() {
	# shellcheck source=/dev/null # of the machine
	(. /etc/os-release 2>/dev/null && [ "${ID-}" = debian ] && echo "${VERSION_CODENAME-}") || :
}

qemu_fetch() {
	local release=$1 work packages log="$CT_TEMPORARY/apt.log"
	[ ! -e "$CT_QEMU/ready" ] || return 0
	# No backports today need not mean none tomorrow.
	if [ -n "$(find "$CT_QEMU/absent" -mmin -1440 2>/dev/null)" ]; then
		return 0
	fi
	apt_release "$release"
	apt_index
	cache_folder "$CT_QEMU"
	# What apt would install here: QEMU and the libraries that are missing.
	packages=$(apt_solve "$log" "qemu-system-x86/$release-backports") || packages=
	work=$(cache_temporary qemu)
	if [ -n "$packages" ]; then
		say "fetching QEMU from $release-backports"
		# shellcheck disable=SC2086 # a list of packages
		apt_unpack "$work" $packages
	fi
	if [ -n "$packages" ] && qemu_try "$work" --version >/dev/null 2>&1; then
		rm -rf "$CT_QEMU"
		mv "$work" "$CT_QEMU"
		touch "$CT_QEMU/ready"
	else
		touch "$CT_QEMU/absent"
	fi
}

qemu_try() {
	local root=$1
	shift
	LD_LIBRARY_PATH="$root/usr/lib/x86_64-linux-gnu:$root/lib/x86_64-linux-gnu" \
		"$root/usr/bin/qemu-system-x86_64" -L "$root/usr/share/qemu" -L "$root/usr/share/seabios" "$@"
}

# shellcheck disable=SC2034 # for the caller
# Sets QEMU to the command that runs it.
qemu_find() {
	local installed release status=0
	installed=$(qemu_installed) || installed=
	QEMU=(qemu-system-x86_64)
	[ "${installed:-0}" -lt "$CT_QEMU_FAST" ] || return 0
	release=$(qemu_backports)
	if [ ! -e "$CT_QEMU/ready" ] && [ -n "$release" ]; then
		# Not behind ||, where a failure inside would not end it.
		set +e
		(set -e && with_lock qemu qemu_fetch "$release")
		status=$?
		set -e
	fi
	if [ -e "$CT_QEMU/ready" ]; then
		QEMU=(env "LD_LIBRARY_PATH=$CT_QEMU/usr/lib/x86_64-linux-gnu:$CT_QEMU/lib/x86_64-linux-gnu"
			"$CT_QEMU/usr/bin/qemu-system-x86_64" -L "$CT_QEMU/usr/share/qemu" -L "$CT_QEMU/usr/share/seabios")
	elif [ "$status" -ne 0 ] && [ -n "$installed" ]; then
		say "using the installed QEMU $installed, whose AES is slower than that of $CT_QEMU_FAST"
	elif [ "$status" -ne 0 ]; then
		exit "$status"
	elif [ -n "$installed" ]; then
		say "using the installed QEMU $installed, whose AES is slower than that of $CT_QEMU_FAST: there is none in backports${release:+ of $release} for this machine"
	else
		die "there is no qemu-system-x86_64 on this machine: run vm/setup"
	fi
}
