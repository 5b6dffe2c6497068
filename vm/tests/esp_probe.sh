#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The probe of the host's ESP counts every packet in its context, CPU and namespace, and leaves
# nothing behind. vm/tests/esp_probe.sh [KERNEL [OPTION-OF-vm/run...]]
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
top=$(readlink -f -- "$CT_TESTS/../..")
CT_PROGRAM=vm/tests/esp_probe.sh
CT_VM="$top/vm"
# shellcheck source=../lib/cache.sh
. "$CT_VM/lib/cache.sh"
# shellcheck source=../lib/initramfs.sh
. "$CT_VM/lib/initramfs.sh"

kernels=("${1-6.1}")
if [ $# -gt 0 ]; then
	shift
elif long; then
	kernels+=(5.10 6.12 7.3 debug-6.12) # the last one for lockdep and KASAN
fi
scratch esp-probe
build=$CT_FOLDER

# Static, so that it needs nothing in the guest; Debian has no static fmt.
check "the holder of a probe builds" "${CXX:-g++}" -std=c++20 -O1 -Wall -Wextra -Wconversion -Werror -static -s \
	-DFMT_HEADER_ONLY -I "$top/ctl" -I "$top/module/uapi" -o "$build/holder" \
	"$CT_TESTS/esp_probe/holder.cpp" "$top"/ctl/kernel/{esp_probe,call}.cpp "$top/ctl/base/error.cpp"
initramfs_skeleton "$build/root"
for program in ip ping; do
	check "this machine has $program" command -v "$program" &&
		initramfs_program "$build/root" "$(command -v "$program")" "/usr/local/bin/$program"
done
if [ -x "$build/holder" ]; then
	for kernel in "${kernels[@]}"; do
		options=(--kernel "$kernel" --timeout 300)
		if [[ $kernel = debug-* ]]; then
			options=(--kernel "$kernel" --memory 2048 --timeout 3600)
		fi
		[ "$kernel" = 6.1 ] || check "$kernel: the module builds" "$CT_VM/build" "$kernel"
		vm_cases "$CT_TESTS/guest/esp_probe.sh" "${options[@]}" --file "$build/root/usr:/" \
			--file "$build/holder:/root/holder" "$@"
	done
fi
long || echo "skip esp_probe: 5.10, 6.12, 7.3 and lockdep are for LONG=1"
finish
