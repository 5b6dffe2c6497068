# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Which QEMU: 10 from bookworm-backports where that can be had, because it runs
# AES 2.5 times faster than bookworm's 7.2; it is unpacked, never installed.
# Needs cache.sh and apt.sh.

CT_QEMU="$CT_CACHE/qemu"

qemu_fetch() {
	local work packages
	[ ! -e "$CT_QEMU/ready" ] || return 0
	# No backports today need not mean none tomorrow.
	if [ -n "$(find "$CT_QEMU/absent" -mmin -1440 2>/dev/null)" ]; then
		return 0
	fi
	apt_index
	mkdir -p "$CT_QEMU"
	# What apt would install here: QEMU and the libraries that are missing.
	packages=$(apt_private apt-get -qq --print-uris --no-install-recommends \
		install "qemu-system-x86/$CT_SUITE-backports" 2>/dev/null |
		sed -n "s/^'[^']*' \\([^_ ]*\\)_\\([^_ ]*\\)_.*/\\1=\\2/p" | sed 's/%3a/:/g') || packages=
	if [ -z "$packages" ]; then
		touch "$CT_QEMU/absent"
		return 0
	fi
	say "fetching QEMU from $CT_SUITE-backports"
	work=$(cache_temporary qemu)
	# shellcheck disable=SC2086 # a list of packages
	apt_unpack "$work" $packages
	if qemu_try "$work" --version >/dev/null 2>&1; then
		rm -rf "$CT_QEMU"
		mv "$work" "$CT_QEMU"
		touch "$CT_QEMU/ready"
	else
		rm -rf "$work"
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
	[ -e "$CT_QEMU/ready" ] || with_lock qemu qemu_fetch
	if [ -e "$CT_QEMU/ready" ]; then
		QEMU=(env "LD_LIBRARY_PATH=$CT_QEMU/usr/lib/x86_64-linux-gnu:$CT_QEMU/lib/x86_64-linux-gnu"
			"$CT_QEMU/usr/bin/qemu-system-x86_64" -L "$CT_QEMU/usr/share/qemu" -L "$CT_QEMU/usr/share/seabios")
	elif command -v qemu-system-x86_64 >/dev/null; then
		say "no QEMU in $CT_SUITE-backports: taking the installed one, whose AES is slower"
		QEMU=(qemu-system-x86_64)
	else
		die "there is no qemu-system-x86_64 on this machine: run vm/setup"
	fi
}
