#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Kernels that there are not, and kernels that cryptorture does not know: each is
# refused in plain words, before a compiler has any. Needs no VM.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
vm="$CT_TESTS/.."
scratch kernels
work=$CT_FOLDER

for program in "vm/run --kernel" "vm/build" "vm/kernel --release" "vm/dkms"; do
	read -ra words <<<"$vm/${program#vm/}"
	refuse "$program refuses a kernel that there is not, and names those that there are" \
		'unknown kernel "4\.19": 5\.10, 6\.1@bullseye, 6\.1, .*with -rt or -cloud' 2 "${words[@]}" 4.19
	refuse "$program refuses a release of a series that there is not" 'unknown kernel "4\.19\.0-27-amd64"' 2 "${words[@]}" 4.19.0-27-amd64
	refuse "$program refuses a flavour that there is not" 'unknown kernel "6\.1-fast"' 2 "${words[@]}" 6.1-fast
done
check "every kernel is listed with its flavours" same \
	"$("$vm/kernel" --list | grep -cE '^(5\.10|6\.1|6\.12|7\.3)(-rt|-cloud)?$')" 12

# The preprocessor alone, over headers that have nothing but the version. What Kbuild
# says of the range, before the compiler, is in probes.sh.
mkdir "$work/include"
while IFS= read -r header; do
	mkdir -p "$work/include/$(dirname "$header")"
	: >"$work/include/$header"
done < <(sed -nE 's/^#include <(.*)>$/\1/p' "$vm/../module/compat.h")
preprocess() {
	printf '#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + (c))\n#define LINUX_VERSION_CODE KERNEL_VERSION(%s)\n' \
		"$1" >"$work/include/linux/version.h"
	"${CC:-gcc}" -E -nostdinc -I "$work/include" -DCONFIG_X86_64 -DYT_PROBED "${@:2}" "$vm/../module/compat.h"
}
for version in '5, 10, 0' '5, 10, 255' '6, 1, 0' '7, 3, 255'; do
	check "compat.h takes Linux ${version//, /.}" preprocess "$version"
done
for version in '5, 9, 255' '4, 19, 0'; do
	refuse "compat.h refuses Linux ${version//, /.}" '#error "cryptorture needs Linux 5\.10 or later: ' 1 preprocess "$version"
done
for version in '7, 4, 0' '8, 0, 0'; do
	refuse "compat.h refuses Linux ${version//, /.}" '#error "cryptorture is tested up to Linux 7\.3: ' 1 preprocess "$version"
done
refuse "compat.h refuses a build that did not probe the headers" '#error "cryptorture is built by its own Kbuild' 1 \
	preprocess '6, 1, 0' -UYT_PROBED

# DKMS reports it before it searches for headers or a compiler.
cd "$vm/.." || exit 2
version=$(cat VERSION)
for release in 5.9.0-1-amd64 7.4.1+deb13-amd64; do
	# shellcheck disable=SC2016 # of the inner shell
	refuse "DKMS refuses $release by its BUILD_EXCLUSIVE directive" 'BUILD_EXCLUSIVE directive' 1 \
		vm/chroot bookworm bash -c '
			mkdir -p "/usr/src/cryptorture-$1/module" "/lib/modules/$2/build" && cp dkms.conf "/usr/src/cryptorture-$1/" &&
			dkms add -m cryptorture -v "$1" >/dev/null && ! dkms build -m cryptorture -v "$1" -k "$2" || exit 3
			exit 1' bash "$version" "$release"
done
check "vm/chroot: what is called from a folder that is not there works, too" \
	same "$(cd "$work" && "$CT_TESTS/../chroot" bookworm pwd)" /
finish
