# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# BTF for a module needs pahole, which no chroot has; and a module does well without.

# without_btf CHROOT: make's arguments, one a line, where there can be none. CHROOT may be
# empty.
without_btf() {
	[ -n "$1" ] || ! command -v pahole >/dev/null || return 0
	# shellcheck disable=SC2016 # make's
	printf '%s\n' CONFIG_DEBUG_INFO_BTF_MODULES= 'PAHOLE_VERSION=$(CONFIG_PAHOLE_VERSION)'
}
