#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Two hosts out of network namespaces, and every kind of tunnel between them, on each kernel.
# vm/tests/esp_net.sh [KERNEL...]
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
CT_PROGRAM=vm/tests/esp_net.sh
CT_VM="$CT_TESTS/.."
# shellcheck source=../lib/cache.sh
. "$CT_VM/lib/cache.sh"
# shellcheck source=../lib/initramfs.sh
. "$CT_VM/lib/initramfs.sh"
kernels=("$@")
if [ ${#kernels[@]} -eq 0 ]; then
	long || {
		echo "skip the testbed alone: for LONG=1, or a kernel that is named; esp.sh has it in use"
		exit 0
	}
	kernels=(5.10 6.1 6.12 7.3)
fi
top=$(readlink -f -- "$CT_TESTS/../..")
scratch esp-net
build=$CT_FOLDER

# Static, so that it needs nothing in the guest; rooms as one, as the program itself is.
unit() {
	local name=$1 file
	shift
	for file; do
		printf '#include "%s"\n' "$top/$file"
	done >"$build/$name.cpp"
}
program() {
	cd "$top" || return
	unit low ctl/base/*.cpp ctl/facts/{words,source}.cpp ctl/wire/{attribute,refusal,request,conversation}.cpp
	unit rooms ctl/cipher/*.cpp ctl/capture/{packet,extension,inner}.cpp ctl/net/*.cpp ctl/xfrm/*.cpp
	unit testbed ctl/testbed/{layout,tunnel,testbed}.cpp
	# shellcheck disable=SC2046 # of pkg-config: words
	"${CXX:-g++}" -std=c++20 -O1 -DFMT_HEADER_ONLY -Wall -Wextra -Wconversion -Wno-restrict -static -s \
		-Ictl -Ivm/tests/esp_net -Imodule -Imodule/uapi $(pkg-config --cflags libnl-3.0) \
		-o "$build/esp_net" "$build"/*.cpp vm/tests/esp_net/*.cpp -lnl-3 -lpthread
}

check "the program builds" program
if [ -x "$build/esp_net" ]; then
	initramfs_skeleton "$build/root"
	initramfs_program "$build/root" "$(command -v ip)" /usr/local/bin/ip
	for kernel in "${kernels[@]}"; do
		vm_cases "$CT_TESTS/esp_net/guest.sh" --kernel "$kernel" --no-module --timeout 1200 \
			--file "$build/root/usr:/" --file "$build/esp_net:/root/esp_net"
	done
fi
finish
