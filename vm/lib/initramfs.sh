# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What a guest is made of: a base that is cached by kernel, and an overlay made
# for every run. The kernel unpacks both, one over the other.
# Needs cache.sh and kernel.sh.

# Programs of this machine that a guest gets besides busybox: bash for test
# scripts, kmod for request_module(), and those that busybox lacks or has with
# fewer options.
CT_GUEST_PROGRAMS=(bash kmod setsid taskset setpriv chrt timeout env stty)

# With a merged /usr on this machine, the guest needs one as well; and every
# overlay, because unpacking a folder over a link would replace the link.
initramfs_skeleton() {
	local root=$1 name
	mkdir -p "$root"/usr/{bin,sbin,lib,lib64}
	for name in bin sbin lib lib64; do
		ln -s "usr/$name" "$root/$name"
	done
}

# initramfs_program ROOT FILE [GUEST-PATH]: a program and its shared libraries.
initramfs_program() {
	local root=$1 file=$2 to=${3:-/usr/bin/$(basename -- "$2")} libraries library
	install -D -m 755 "$file" "$root$to"
	libraries=$(ldd "$file" 2>/dev/null) || return 0
	if grep -q 'not found' <<<"$libraries"; then
		die "cannot put $file into the guest: $(grep -m1 'not found' <<<"$libraries" | sed 's/^[[:space:]]*//'); run vm/setup"
	fi
	while IFS= read -r library; do
		[ -e "$root$library" ] || install -D -m 755 "$library" "$root$library"
	done < <(grep -oE '/[^ ]+' <<<"$libraries")
}

initramfs_pack() {
	(cd "$1" && find . -mindepth 1 -print0 | cpio -o0 -H newc -R 0:0 --quiet)
}

initramfs_base_make() {
	local series=$1 to=$2 root name image
	[ ! -e "$to" ] || return 0
	say "making the guest's base for Linux $series"
	root=$(cache_temporary base)
	initramfs_skeleton "$root"
	mkdir -p "$root"/{dev,proc,sys,run,etc,root,vm} "$root"/var/log
	mkdir -m 1777 "$root"/{tmp,out}
	for name in $(busybox --list-full); do
		mkdir -p "$root/$(dirname "$name")"
		ln -sf /usr/bin/busybox "$root/$name"
	done
	for name in busybox "${CT_GUEST_PROGRAMS[@]}"; do
		rm -f "$root/usr/bin/$name"
		initramfs_program "$root" "$(command -v "$name")"
	done
	# busybox's own sh would run its applets in place of the programs above.
	ln -sf bash "$root/usr/bin/sh"
	for name in modprobe insmod rmmod lsmod depmod modinfo; do
		rm -f "$root"/usr/{bin,sbin}/"$name"
		ln -s /usr/bin/kmod "$root/usr/sbin/$name"
	done
	cc -O1 -static -s -o "$root/vm/modprobe" "$CT_VM/guest/modprobe.c" ||
		die "cannot compile the guest's modprobe: run vm/setup"
	cat >"$root/etc/passwd" <<-END
		root:x:0:0:root:/root:/bin/bash
		nobody:x:65534:65534:nobody:/tmp:/bin/bash
	END
	cat >"$root/etc/group" <<-END
		root:x:0:
		nogroup:x:65534:
	END
	echo 'passwd: files' >"$root/etc/nsswitch.conf"
	echo guest >"$root/etc/hostname"
	ln -s /proc/mounts "$root/etc/mtab"
	image=$(kernel_part "$series" image)
	cp -r "$image/lib/modules" "$root/lib/"
	initramfs_pack "$root" >"$root.cpio"
	rm -rf "$root"
	find "$(dirname "$to")" -name 'base-*.cpio' -mtime +7 -delete
	mv "$root.cpio" "$to"
}

# initramfs_base SERIES: the file, made again when anything in it has changed.
initramfs_base() {
	local series=$1 key name image files=()
	image=$(kernel_part "$series" image)
	for name in busybox "${CT_GUEST_PROGRAMS[@]}"; do
		files+=("$(readlink -f "$(command -v "$name")")") ||
			die "the guest needs $name, which is not on this machine: run vm/setup"
	done
	key=$({
		cat "$CT_VM/lib/initramfs.sh" "$CT_VM/guest/modprobe.c"
		stat -L -c '%n %s %Y' "${files[@]}" "$image/vmlinux" \
			/lib/x86_64-linux-gnu/libc.so.6
	} | sha256sum | cut -c 1-16)
	mkdir -p "$CT_CACHE/guest"
	name=$(kernel_folder "$series")
	local to="$CT_CACHE/guest/base-${name##*/}-$key.cpio"
	[ -e "$to" ] || with_lock guest initramfs_base_make "$series" "$to"
	echo "$to"
}

# initramfs_modules ROOT SERIES MODULE...: install out-of-tree modules next to
# the kernel's, so that both insmod and modprobe find them.
initramfs_modules() {
	local root=$1 series=$2 release base file
	shift 2
	release=$(kernel_release "$series")
	base=$(kernel_part "$series" image)/lib/modules/$release
	mkdir -p "$root/lib/modules/$release"
	# depmod wants to see all modules; only its tables go into the overlay.
	cp -rs "$base/kernel" "$root/lib/modules/$release/kernel"
	cp "$base"/modules.{order,builtin,builtin.modinfo} "$root/lib/modules/$release/"
	for file in "$@"; do
		# What is for debuggers is most of it, and has to be unpacked and read each time.
		install -D -m 644 "$file" "$root/lib/modules/$release/extra/$(basename "$file")"
		strip --strip-debug "$root/lib/modules/$release/extra/$(basename "$file")" 2>/dev/null || :
		ln "$root/lib/modules/$release/extra/$(basename "$file")" "$root/lib/modules/"
	done
	echo 'search updates extra built-in' >"$root.depmod"
	depmod -C "$root.depmod" -b "$root" "$release"
	rm -r "$root.depmod" "$root/lib/modules/$release/kernel"
}
