#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# In a chroot with DKMS: kernels are installed that cryptorture is not for. That has to
# work, and nothing may be built of it, while other modules are.
set -uo pipefail
# shellcheck source=system
. vm/tests/dkms/system
newest=$(sed -nE 's/^BUILD_EXCLUSIVE_KERNEL_MAX="([0-9.]+)\.999"$/\1/p' dkms.conf)
next="${newest%.*}.$((${newest#*.} + 1)).1+deb13-amd64"
before=6.1.0-99-amd64 # for which it is installed all along
system_make
system_kernel "$before"
system_module cryptorture
system_module zebra

# As the package of a kernel runs it. $1: which hook.
hook() {
	run-parts --exit-on-error --arg="$2" --arg="/boot/vmlinuz-$2" "/etc/kernel/$1.d"
}

# beyond KERNEL HOOK: it is installed; the rest is the result.
beyond() {
	local kernel=$1 status=0
	system_kernel "$kernel"
	hook "$2" "$kernel" >"$CT_LOG" 2>&1 || status=$?
	check "$kernel: the $2 hook succeeds" same "$status" 0
	check "$kernel: it says which kernel it is not for, once" \
		same "$(grep -cF "cryptorture $version is not for Linux $kernel: it is tested from 5.10 to $newest, and is not built" "$CT_LOG")" 1
	check "$kernel: and what to do" matches "$CT_LOG" "for a later kernel take a newer version of cryptorture"
	check "$kernel: no error is reported" same "$(grep -iE 'error|fail|bad' "$CT_LOG")" ''
	check "$kernel: make was not called for it" same "$(grep -F cryptorture "/lib/modules/$kernel/build/calls")" ''
	check "$kernel: another module is installed" same "$(find "/lib/modules/$kernel" -name '*.ko*' -printf '%f ')" 'zebra.ko '
	check "$kernel: DKMS's status is without it" same "$(dkms status 2>&1 | grep -F cryptorture | grep -F "$kernel")" ''
}

# Only added as yet: DKMS has no kernel to name.
beyond "$next" postinst
check "an earlier kernel's hook builds it" hook postinst "$before"
system_installed "$before"
# DKMS reads dkms.conf for the kernels that have it: one, then two.
beyond "${newest}0.0-1-amd64" header_postinst
system_kernel 6.12.99+deb13-amd64
check "a later kernel in the range: the hook succeeds" hook postinst 6.12.99+deb13-amd64
system_installed 6.12.99+deb13-amd64
beyond 5.9.16-1-amd64 postinst
system_installed "$before"

# Another architecture.
system_kernel 6.1.0-99-arm64
check "6.1.0-99-arm64: dkms autoinstall succeeds" matches <(dkms autoinstall -k 6.1.0-99-arm64/aarch64 2>&1 && echo right) '^right$'
check "6.1.0-99-arm64: only another module is installed" same "$(find /lib/modules/6.1.0-99-arm64 -name '*.ko*' -printf '%f ')" 'zebra.ko '

# When it is asked for.
asked() {
	dkms install "cryptorture/$version" -k "$next" >"$CT_LOG" 2>&1
}
check "dkms install refuses" fails asked
check "dkms install: by its own rule" matches "$CT_LOG" 'BUILD_EXCLUSIVE directive'
check "dkms install: and in plain words" matches "$CT_LOG" "cryptorture $version is not for Linux ${next//+/\\+}: "
refuse "dkms/install refuses" "dkms/install: cryptorture $version is not for Linux ${next//+/\\+}: .*take a newer version" 2 \
	dkms/install --kernel "$next"
system_installed "$before"

check "removal" dkms remove "cryptorture/$version" --all
check "removal: nothing is left" same "$(find /lib/modules /var/lib/dkms -name '*cryptorture*')" ''
finish
