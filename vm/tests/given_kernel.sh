#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Kernels that a person has, by the path of a folder: what is found in it, what is said
# where something is missing, and that it boots. Debian's 6.1 plays the part.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
vm="$CT_TESTS/.."
scratch given
work=$CT_FOLDER
release=$("$vm/kernel" --release 6.1) && image=$("$vm/kernel" --modules 6.1) &&
	headers=$("$vm/kernel" --build-dir 6.1) && "$vm/run" --no-module -- true || exit 2
# A cache of its own, so that nothing of these stays; with what it needs of the other.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/cryptorture
mkdir -p "$work/cache/cryptorture/kernels"
ln -s "$cache/kernels/6.1" "$work/cache/cryptorture/kernels/"
for name in qemu apt; do
	[ ! -e "$cache/$name" ] || ln -s "$cache/$name" "$work/cache/cryptorture/"
done
export XDG_CACHE_HOME=$work/cache

# packages FOLDER: as packages unpack, with links in place of what is read alone.
packages() {
	mkdir -p "$1"/{boot,lib/modules,usr/src}
	ln -s "$image/vmlinuz" "$1/boot/vmlinuz-$release"
	cp "$image/config" "$1/boot/config-$release"
	cp -r "$image/lib/modules/$release" "$1/lib/modules/"
	ln -s "$headers" "$1/usr/src/linux-headers-$release"
	# As they do on the machine that the packages are meant for.
	ln -s "/usr/src/linux-headers-$release" "$1/lib/modules/$release/build"
}

# built FOLDER: as a kernel's build leaves it.
built() {
	mkdir -p "$1"/{include/generated,arch/x86/boot,lib/modules}
	cp "$headers/include/generated/utsrelease.h" "$1/include/generated/"
	: >"$1/Makefile"
	cp "$image/config" "$1/.config"
}

parts() {
	"$vm/kernel" --parts "$1" 2>/dev/null | paste -sd ' '
}

refuse "a folder that there is not" "there is no folder $work/none: name " 2 "$vm/run" --kernel "$work/none" -- true
mkdir "$work/empty"
refuse "a folder without a kernel" "no kernel in $work/empty: .*usr/src/linux-headers-RELEASE" 2 \
	"$vm/run" --kernel "$work/empty" -- true

packages "$work/packages"
(cd "$work/packages" && find . -printf '%p %i %T@\n' | sort) >"$work/before"
check "unpacked packages have image and headers" same "$(parts "$work/packages")" "image headers"
check "they have the release" same "$("$vm/kernel" --release "$work/packages")" "$release"
check "modules are built in their headers" same "$("$vm/kernel" --build-dir "$work/packages")" "$headers"
check "and not in a chroot of Debian's" same "$("$vm/kernel" --chroot "$work/packages")" ''
vm --kernel "$work/packages" --no-module -- sh -c 'uname -r; modprobe cryptd && exit 6'
expect_status "they boot, with their modules" 6
check "as what they are" same "$(cat "$VM_STDOUT")" "$release"
check "nothing in them is changed" cmp "$work/before" <(cd "$work/packages" && find . -printf '%p %i %T@\n' | sort)
refuse "of a part that only Debian's have it is said so" 'has no source: only a kernel of vm/kernels.txt' 2 \
	"$vm/kernel" --source "$work/packages"

built "$work/built"
check "a build folder alone is headers" same "$(parts "$work/built")" headers
refuse "and what it takes to boot it is said" \
	"$release of $work/built cannot be booted: no image \(arch/x86/boot/bzImage, .*no modules .*modules_install INSTALL_MOD_PATH=$work/built" \
	2 "$vm/run" --kernel "$work/built" --no-module -- true
ln -s "$image/vmlinuz" "$work/built/arch/x86/boot/bzImage"
cp -r "$image/lib/modules/$release" "$work/built/lib/modules/"
check "with an image and installed modules it is both" same "$(parts "$work/built")" "image headers"
check "an image that QEMU can enter is unpacked" cmp "$("$vm/kernel" --vmlinux "$work/built")" "$image/vmlinux"
sed -i '/^CONFIG_PVH=/d' "$work/built/.config"
check "one that it cannot enter stays as it is" cmp "$("$vm/kernel" --vmlinux "$work/built")" "$image/vmlinuz"
sed -i '/^CONFIG_\(SYSCTL\|VIRTIO_PCI\)=/d' "$work/built/.config"
refuse "a kernel that no guest can run on is told by its configuration" \
	'cannot be booted: not configured for a guest: CONFIG_SYSCTL CONFIG_VIRTIO_PCI$' 2 \
	"$vm/run" --kernel "$work/built" --no-module -- true

mkdir -p "$work/packages/usr/src/kernels/1.2.3/include/generated"
echo '#define UTS_RELEASE "1.2.3"' >"$work/packages/usr/src/kernels/1.2.3/include/generated/utsrelease.h"
refuse "two kernels in one folder: one is to be named" \
	"several kernels in $work/packages: name one of .*/kernels/1\\.2\\.3" 2 "$vm/run" --kernel "$work/packages" -- true
rm -r "$work/packages/usr/src"
check "without headers it is an image" same "$(parts "$work/packages")" image
refuse "and the headers are asked for" "has no headers of $release: unpack its headers package there" 2 \
	"$vm/build" "$work/packages"
finish
