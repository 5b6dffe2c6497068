# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Debian kernels, unpacked in the cache and never installed. Three parts, each
# fetched when first asked for: image (with modules), headers, source.
# Needs cache.sh and apt.sh.

kernel_folder() {
	echo "$CT_CACHE/kernels/$1"
}

kernel_check() {
	case $1 in
	6.1 | 6.12) ;;
	*) die "unknown kernel \"$1\": 6.1 and 6.12 can be had" ;;
	esac
}

# The newest release of that series in the package lists that has both an
# image and headers. Chosen once, so that image, headers and source agree.
kernel_choose() {
	local series=$1 folder candidate release='' version
	folder=$(kernel_folder "$series")
	[ ! -e "$folder/release" ] || return 0
	apt_index
	for candidate in $(apt_private apt-cache pkgnames "linux-image-$series." |
		sed -n "s/^linux-image-\\($series\\.[0-9].*-amd64\\)\$/\\1/p" |
		grep -vE -e '-(cloud|rt)-' | sort -rV); do
		version=$(apt_newest "linux-headers-$candidate")
		if [ -n "$version" ] && [ "$(apt_newest "linux-image-$candidate")" = "$version" ]; then
			release=$candidate
			break
		fi
	done
	[ -n "$release" ] ||
		die "no Debian kernel $series in the package lists: remove $CT_APT to renew them, and check that apt's configuration has $CT_SUITE-security"
	mkdir -p "$folder"
	echo "$version" >"$folder/version"
	echo "$release" >"$folder/release"
}

kernel_release() {
	with_lock "kernel-$1" kernel_choose "$1"
	cat "$(kernel_folder "$1")/release"
}

# kernel_part SERIES PART: the folder of one part, fetched if need be.
kernel_part() {
	local series=$1 part=$2 folder
	folder="$(kernel_folder "$series")/$part"
	if ! kernel_whole "$folder"; then
		with_lock "kernel-$series" kernel_fetch "$series" "$part"
	fi
	echo "$folder"
}

# A source of before the netlink contract was held against it lacks that part.
kernel_whole() {
	[ -d "$1" ] && { [ "${1##*/}" != source ] || [ -e "$1/.with-netlink" ]; }
}

kernel_fetch() {
	local series=$1 part=$2 folder release version work
	folder=$(kernel_folder "$series")
	! kernel_whole "$folder/$part" || return 0
	rm -rf "${folder:?}/$part"
	kernel_choose "$series"
	apt_index
	release=$(cat "$folder/release")
	version=$(cat "$folder/version")
	work=$(cache_temporary "$part")
	"kernel_fetch_$part" "$series" "$release" "$version" "$work"
	mv "$work" "$folder/$part"
}

kernel_fetch_image() {
	local series=$1 release=$2 version=$3 work=$4 all
	say "fetching Linux $release (image)"
	all=$(cache_temporary image-all)
	apt_unpack "$all" "linux-image-$release=$version"
	mv "$all/boot/vmlinuz-$release" "$work/vmlinuz"
	mv "$all/boot/System.map-$release" "$work/System.map"
	mv "$all/boot/config-$release" "$work/config"
	kernel_decompress "$work/vmlinuz" "$work/vmlinux"
	kernel_select_modules "$all" "$release" "$work"
	rm -rf "$all"
}

# An emulated CPU takes 3 s to decompress a kernel. QEMU starts the bare one by
# its PVH entry: the very same code, only never moved by KASLR.
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
	rm -f "$to"
	die "cannot decompress $from: neither xz nor zstd; see kernel_decompress in vm/lib/kernel.sh"
}

# A guest that unpacks 4000 modules boots slowly: take those of modules.txt
# and all that they depend on, uncompressed because the guest is slow at that.
kernel_select_modules() {
	local all=$1 release=$2 work=$3
	local from="$all/lib/modules/$release" to="$work/lib/modules/$release" name
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
			die "Linux $release has no module $name: the package layout has changed, see kernel_select_modules in vm/lib/kernel.sh"
	done
}

kernel_fetch_headers() {
	local series=$1 release=$2 version=$3 work=$4 common kbuild build final
	say "fetching Linux $release (headers)"
	common="linux-headers-${release%-amd64}-common"
	kbuild=$(apt_private apt-cache show "linux-headers-$release=$version" |
		sed -n 's/^Depends:.*\(linux-kbuild-[^ ,]*\).*/\1/p' | head -n 1)
	apt_unpack "$work" "linux-headers-$release=$version" "$common=$version" "$kbuild=$version"
	build="$work/usr/src/linux-headers-$release"
	# The package includes its other half by an absolute name.
	final="$(kernel_folder "$series")/headers"
	sed -i "s#/usr/src/#$final/usr/src/#" "$build/Makefile"
	# BTF for modules needs pahole and the vmlinux that belongs to it. Only
	# make may forget it: the C view of struct module must stay as it is.
	sed -i '/^CONFIG_DEBUG_INFO_BTF_MODULES=/d' "$build/include/config/auto.conf"
	[ -e "$build/Module.symvers" ] ||
		die "linux-headers-$release has no Module.symvers: the package layout has changed, see kernel_fetch_headers in vm/lib/kernel.sh"
	ln -s "usr/src/linux-headers-$release" "$work/build"
}

# The whole source is 1.4 GB and not needed: KUnit and checkpatch are, and from 6.3 on
# the client for netlink specifications with their schemas.
kernel_fetch_source() {
	local series=$1 version=$3 work=$4 debs netlink=()
	say "fetching Linux $series (source of KUnit, checkpatch and the netlink client)"
	case $series in
	5.* | 6.1) ;;
	*) netlink=('linux-source-*/tools/net/ynl' 'linux-source-*/Documentation/netlink/*.yaml') ;;
	esac
	debs=$(cache_temporary source)
	apt_unpack "$debs" "linux-source-$series=$version"
	tar -x -C "$work" --strip-components=1 --wildcards \
		-f "$debs/usr/src/linux-source-$series.tar.xz" \
		'linux-source-*/lib/kunit' 'linux-source-*/include/kunit' \
		'linux-source-*/tools/testing/kunit' \
		'linux-source-*/scripts/checkpatch.pl' \
		'linux-source-*/scripts/const_structs.checkpatch' \
		'linux-source-*/scripts/spelling.txt' \
		'linux-source-*/COPYING' 'linux-source-*/LICENSES' "${netlink[@]}"
	touch "$work/.with-netlink"
	rm -rf "$debs"
}
