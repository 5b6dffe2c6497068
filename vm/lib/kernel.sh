# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Debian kernels, unpacked in the cache and never installed. Three parts, each
# fetched when first asked for: image (with modules), headers, source. Which there
# are is in kernels.txt; a NAME is a series such as 6.1, or 6.1-rt or 6.1-cloud.
# Needs cache.sh and apt.sh; brings debug_kernel.sh, which has kernels of our own.
# shellcheck source=debug_kernel.sh
. "$CT_VM/lib/debug_kernel.sh"

kernel_folder() {
	if debug_kernel_is "$1"; then
		debug_kernel_folder "$1"
	else
		echo "$CT_CACHE/kernels/$1"
	fi
}

# kernel_table: its lines without comments.
kernel_table() {
	grep -vE '^(#|$)' "$CT_VM/kernels.txt"
}

# kernel_known NAME
kernel_known() {
	! debug_kernel_is "$1" || return 0
	[[ $1 =~ ^([0-9.]+)(-rt|-cloud)?$ ]] && kernel_table | awk -v series="${BASH_REMATCH[1]}" \
		'$1 == series { found = 1 } END { exit !found }'
}

# kernel_names: what can be had, in words.
kernel_names() {
	kernel_table | awk '{ names = names (NR > 1 ? ", " : "") $1 }
		END { print names " can be had, each with -rt or -cloud behind it as well" }'
}

kernel_check() {
	kernel_known "$1" || die "unknown kernel \"$1\": $(kernel_names)"
}

# kernel_debian NAME: the release of Debian that has it.
kernel_debian() {
	kernel_table | awk -v series="${1%%-*}" '$1 == series { print $2 }'
}

# kernel_compiler NAME: a package of that release, or "host".
kernel_compiler() {
	kernel_table | awk -v series="${1%%-*}" '$1 == series { print $3 }'
}

# The newest release of that series in the package lists that has both an
# image and headers. Chosen once, so that image, headers and source agree.
kernel_choose() {
	if debug_kernel_is "$1"; then
		debug_kernel_make "$1"
		return
	fi
	local name=$1 series=${1%%-*} flavour folder candidate release='' version
	flavour=${name#"$series"}
	folder=$(kernel_folder "$name")
	[ ! -e "$folder/release" ] || return 0
	apt_release "$(kernel_debian "$name")"
	apt_index
	for candidate in $(apt_private apt-cache pkgnames "linux-image-$series." |
		sed -n "s/^linux-image-\\($series\\.[0-9][^-]*\\(-[0-9][^-]*\\)\\?$flavour-amd64\\)\$/\\1/p" |
		sort -rV); do
		version=$(apt_newest "linux-headers-$candidate")
		if [ -n "$version" ] && [ "$(apt_newest "linux-image-$candidate")" = "$version" ]; then
			release=$candidate
			break
		fi
	done
	[ -n "$release" ] ||
		die "no Debian kernel $name in the package lists: if $CT_SUITE still has it, remove $CT_APT to renew them and check that apt's configuration has a mirror of security updates; if it has a newer one instead, say so in vm/kernels.txt"
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

# A source of before the netlink contract was held against it lacks that part; the whole
# tree, which a link leads to, has it.
kernel_whole() {
	[ -d "$1" ] && { [ "${1##*/}" != source ] || [ -L "$1" ] || [ -e "$1/.with-netlink" ]; }
}

kernel_fetch() {
	local series=$1 part=$2 folder release version work
	folder=$(kernel_folder "$series")
	! kernel_whole "$folder/$part" || return 0
	rm -rf "${folder:?}/$part"
	kernel_choose "$series"
	! debug_kernel_is "$series" || return 0
	apt_release "$(kernel_debian "$series")"
	apt_index
	release=$(cat "$folder/release")
	version=$(cat "$folder/version")
	work=$(cache_temporary "$part")
	"kernel_fetch_$part" "$series" "$release" "$version" "$work"
	mv "$work" "$folder/$part"
}

# kernel_depends PACKAGE VERSION PATTERN: those of its dependencies that match.
kernel_depends() {
	apt_private apt-cache show "$1=$2" | sed -n 's/^Depends: //p' | head -n 1 |
		tr ',' '\n' | sed 's/^ *//; s/[ :].*//' | grep -xE "$3" || :
}

kernel_fetch_image() {
	local series=$1 release=$2 version=$3 work=$4 all name packages
	say "fetching Linux $release (image)"
	all=$(cache_temporary image-all)
	# From 7.2 on an image is split up into several packages.
	packages=("linux-image-$release=$version")
	while IFS= read -r name; do
		packages+=("$name=$version")
	done < <(kernel_depends "linux-image-$release" "$version" 'linux-(base|binary|modules)-.*-amd64')
	apt_unpack "$all" "${packages[@]}"
	[ -d "$all/lib/modules" ] || ln -s usr/lib "$all/lib"
	for name in vmlinuz System.map config; do
		if [ -e "$all/boot/$name-$release" ]; then
			mv "$all/boot/$name-$release" "$work/$name"
		elif [ -e "$all/lib/modules/$release/$name" ]; then
			mv "$all/lib/modules/$release/$name" "$work/$name"
		else
			die "linux-image-$release has no $name: the package layout has changed, see kernel_fetch_image in vm/lib/kernel.sh"
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
	local series=$1 release=$2 version=$3 work=$4 name packages build final
	say "fetching Linux $release (headers)"
	packages=("linux-headers-$release=$version")
	while IFS= read -r name; do
		packages+=("$name=$version")
	done < <(kernel_depends "linux-headers-$release" "$version" 'linux-(headers|kbuild)-.*')
	apt_unpack "$work" "${packages[@]}"
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
	local series=${1%%-*} version=$3 work=$4 debs netlink=()
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
