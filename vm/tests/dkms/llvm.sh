#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# In a chroot with DKMS: what make is called with for a kernel that clang built.
set -uo pipefail
# shellcheck source=system
. vm/tests/dkms/system
system_make
system_module cryptorture

# called NAME RELEASE WORDS: DKMS builds it for that kernel with these on make's command line.
called() {
	check "$1: it is built" dkms install -m cryptorture -v "$version" -k "$2"
	check "$1: make is called with ${3:-nothing of its own}" same "$(cat "/lib/modules/$2/build/calls")" "cryptorture $3"
}
# program NAME...: is there.
program() {
	local name
	for name in "$@"; do
		printf '#!/bin/sh\n' >"/usr/bin/$name"
		chmod +x "/usr/bin/$name"
	done
}
clang=(CONFIG_CC_IS_CLANG=y CONFIG_CLANG_VERSION=190107)

system_kernel 6.1.1 CONFIG_CC_IS_GCC=y CONFIG_CLANG_VERSION=0 CONFIG_LD_IS_BFD=y
called "a kernel of gcc" 6.1.1 ''
system_kernel 7.3.1 "${clang[@]}" CONFIG_LD_IS_LLD=y
called "a kernel of clang-19 and lld, no such name here" 7.3.1 'CC=clang LLVM=1'
program clang llvm-strip clang-19 ld.lld-19 llvm-ar-19 llvm-nm-19 llvm-strip-19 llvm-objcopy-19 llvm-objdump-19 llvm-readelf-19
system_kernel 7.3.2 "${clang[@]}" CONFIG_LD_IS_LLD=y
called "a kernel of clang-19 and lld, and that LLVM is here" 7.3.2 \
	'CC=clang-19 LD=ld.lld-19 AR=llvm-ar-19 NM=llvm-nm-19 STRIP=llvm-strip-19 OBJCOPY=llvm-objcopy-19 OBJDUMP=llvm-objdump-19 READELF=llvm-readelf-19 LLVM=1'
system_kernel 7.3.3 "${clang[@]}" CONFIG_LD_IS_BFD=y
called "a kernel of clang-19 and GNU ld" 7.3.3 'CC=clang-19'
# What follows make on that line does not hide what make said.
system_kernel 7.3.4 "${clang[@]}" CONFIG_LD_IS_LLD=y
touch /lib/modules/7.3.4/build/fails
check "a build that fails does not pass for one that did not" fails dkms install -m cryptorture -v "$version" -k 7.3.4
check "and nothing of it is installed" same "$(find /lib/modules/7.3.4 -name 'cryptorture*')" ''
finish
