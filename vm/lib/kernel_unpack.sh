# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What a cached kernel is made of, from Debian's packages.
# Part of kernel.sh.

# kernel_unpack FOLDER RELEASE DEBS WORK: image and headers side by side into WORK, which
# will be FOLDER.
kernel_unpack() {
	local folder=$1 release=$2 debs=$3 work=$4 image headers status=0
	mkdir "$work/image" "$work/headers" "$debs/headers"
	find "$debs" -maxdepth 1 \( -name 'linux-headers-*' -o -name 'linux-kbuild-*' \) -exec mv -t "$debs/headers" {} +
	kernel_unpack_headers "$folder" "$release" "$debs/headers" "$work/headers" &
	headers=$!
	kernel_unpack_image "$release" "$debs" "$work/image" &
	image=$!
	wait "$image" || status=$?
	wait "$headers" || status=$?
	[ "$status" -eq 0 ] ||
		die "cannot unpack Linux $release: see above; $CT_CACHE has room for $(df -Ph "$CT_CACHE" | awk 'NR == 2 { print $4 }'), and a kernel takes 600 MB"
}

kernel_unpack_image() {
	local release=$1 debs=$2 work=$3 all name
	all=$(cache_temporary image)
	# From 7.2 on an image is split up into several packages.
	apt_extract "$all" "$debs"/*.deb
	[ -d "$all/lib/modules" ] || ln -s usr/lib "$all/lib"
	for name in vmlinuz System.map config; do
		if [ -e "$all/boot/$name-$release" ]; then
			mv "$all/boot/$name-$release" "$work/$name"
		elif [ -e "$all/lib/modules/$release/$name" ]; then
			mv "$all/lib/modules/$release/$name" "$work/$name"
		else
			die "linux-image-$release has no $name: the package layout has changed, see vm/lib/kernel_unpack.sh"
		fi
	done
	kernel_decompress "$work/vmlinuz" "$work/vmlinux"
	kernel_select_modules "$all" "$release" "$work"
	rm -rf "$all"
}

# An emulated CPU takes 3 s to decompress a kernel. QEMU starts the bare one by
# its PVH entry: the very same code, only never moved by KASLR. One that is packed in
# another way (6.1-cloud) is booted as it is.
kernel_decompress() {
	local from=$1 to=$2 position
	while IFS=: read -r position _; do
		tail -c "+$((position + 1))" "$from" >"$to.part"
		xz -dc --single-stream "$to.part" >"$to" 2>/dev/null ||
			zstd -dcq "$to.part" >"$to" 2>/dev/null || :
		rm "$to.part"
		if [ "$(LC_ALL=C head -c 4 "$to" | tail -c 3)" = ELF ]; then
			return
		fi
	done < <(LC_ALL=C grep -aboP '\xFD7zXZ\x00|\x28\xB5\x2F\xFD' "$from" | LC_ALL=C tr -c '0-9:\n' _)
	cp "$from" "$to"
}

# A guest that unpacks 4000 modules boots slowly: take those of modules.txt
# and all that they depend on, uncompressed because the guest is slow at that.
kernel_select_modules() {
	local all=$1 release=$2 work=$3
	local from="$all/lib/modules/$release" to="$work/lib/modules/$release" name
	command -v depmod >/dev/null || die "there is no depmod on this machine: run vm/setup"
	depmod -b "$all" "$release"
	mkdir -p "$to"
	cp "$from"/modules.{order,builtin,builtin.modinfo} "$to/"
	awk -v patterns="$CT_VM/guest/modules.txt" '
		BEGIN {
			while ((getline line < patterns) > 0) {
				if (line ~ /^(#|$)/)
					continue
				gsub(/\./, "\\.", line)
				gsub(/\*/, ".*", line)
				expression = expression (expression ? "|" : "") line
			}
			expression = "^kernel/(" expression ")"
		}
		{
			sub(/:/, "", $1)
			if ($1 ~ expression)
				for (i = 1; i <= NF; i++)
					print $i
		}' "$from/modules.dep" | sort -u | (cd "$from" && cpio -pdm --quiet "$to")
	find "$to" -name '*.ko.xz' -exec xz -d -T1 {} +
	find "$to" -name '*.ko.zst' -exec zstd -q -d --rm {} +
	depmod -b "$work" "$release"
	for name in virtio_pci virtio_console; do
		grep -q "/$name\\.ko" "$to"/modules.{dep,builtin} ||
			die "Linux $release has no module $name: the package layout has changed, see vm/lib/kernel_unpack.sh"
	done
}

kernel_unpack_headers() {
	local folder=$1 release=$2 debs=$3 work=$4 build
	apt_extract "$work" "$debs"/*.deb
	build="$work/usr/src/linux-headers-$release"
	if [ ! -e "$build/Module.symvers" ] || [ ! -e "$build/include/config/auto.conf" ]; then
		die "linux-headers-$release has no Module.symvers or no configuration: the package layout has changed, see vm/lib/kernel_unpack.sh"
	fi
	# The package includes its other half by an absolute name.
	sed -i "s#/usr/src/#$folder/headers/usr/src/#" "$build/Makefile"
	# BTF for modules needs pahole and the matching vmlinux. Only
	# make may ignore it: struct module in C must not change.
	sed -i '/^CONFIG_DEBUG_INFO_BTF_MODULES=/d' "$build/include/config/auto.conf"
	ln -s "usr/src/linux-headers-$release" "$work/build"
}
