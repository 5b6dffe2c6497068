#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# An SA gets the driver that was chosen for it, of all that it could have, and the host's
# priorities are afterwards as before, also when the process was killed in between. Takes
# kernels; without, 6.1, and with LONG=1 those with other names for the same drivers.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
CT_VM="$CT_TESTS/.."
# shellcheck source=../lib/cache.sh
. "$CT_VM/lib/cache.sh"
# shellcheck source=../lib/initramfs.sh
. "$CT_VM/lib/initramfs.sh"
if [ $# -eq 0 ]; then
	set -- 6.1
	! long || set -- 6.1 6.12 7.3 5.10
fi
scratch sa-driver
build=$CT_FOLDER
ctl=$(readlink -f "$CT_TESTS/../../ctl")

# Compiled as one, as ctl/ does.
printf '#include "%s"\n' {base/{error,quantity},facts/{source,words,release,unpack,kernel_config},cpu/cpu,crypto/drivers,cipher/suite,xfrm/{choice,crypto_user,priority_note,driver}}.cpp \
	"$(readlink -f "$CT_TESTS/sa_driver/main.cpp")" >"$build/sa_driver.cpp"
# shellcheck disable=SC2046 # options
check "the program builds" "${CXX:-g++}" -std=c++20 -O1 -Wall -Wextra -Wconversion -Werror -Wno-restrict -s -pthread \
	-I "$ctl" -I "$ctl/../module/uapi" $(pkg-config --cflags libnl-3.0) -o "$build/sa_driver" "$build/sa_driver.cpp" \
	-lfmt -lnl-3 -lz -llzma -lzstd
if [ -x "$build/sa_driver" ]; then
	initramfs_skeleton "$build/root"
	initramfs_program "$build/root" "$(command -v ip)" /usr/local/bin/ip
	initramfs_program "$build/root" "$build/sa_driver" /usr/local/bin/sa_driver
	for kernel in "$@"; do
		vm_cases "$CT_TESTS/guest/sa_driver.sh" --kernel "$kernel" --no-module --timeout 900 \
			--file "$build/root/usr:/"
	done
fi
finish
