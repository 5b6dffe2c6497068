# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# A small Debian archive over file://, with kernels that have all files of a real one
# and nothing in them. For vm/tests/fetch.sh, which sets $work and $archive.
: "${work:?}" "${archive:?}"

# archive_deb SUITE NAME VERSION DEPENDS [ROOT]: a package, with what is in ROOT.
archive_deb() {
	local suite=$1 name=$2 version=$3 depends=$4 root=${5-} made=
	if [ -z "$root" ]; then
		root=$(mktemp -d "$work/root.XXXXXX")
		made=$root
	fi
	mkdir -p "$root/DEBIAN" "$archive/pool/$suite"
	{
		printf 'Package: %s\nVersion: %s\nArchitecture: amd64\n' "$name" "$version"
		[ -z "$depends" ] || printf 'Depends: %s\n' "$depends"
		printf 'Maintainer: Nobody <nobody@localhost>\nDescription: for a test\n'
	} >"$root/DEBIAN/control"
	dpkg-deb -Znone --root-owner-group --build "$root" "$archive/pool/$suite/${name}_$version.deb" >/dev/null
	rm -rf "$made"
}

# archive_image SUITE RELEASE VERSION [DEPENDS]
archive_image() {
	local suite=$1 release=$2 version=$3 depends=${4-} root name
	root=$(mktemp -d "$work/root.XXXXXX")
	mkdir -p "$root/boot" "$root/lib/modules/$release"
	for name in vmlinuz System.map config; do
		echo "$name of $release $version" >"$root/boot/$name-$release"
	done
	archive_modules "$root/lib/modules/$release"
	archive_deb "$suite" "linux-image-$release" "$version" "$depends" "$root"
	rm -rf "$root"
}

archive_modules() {
	printf 'kernel/drivers/virtio/%s.ko\n' virtio_pci virtio_console >"$1/modules.builtin"
	: >"$1/modules.order"
	: >"$1/modules.builtin.modinfo"
}

# archive_headers SUITE RELEASE VERSION DEPENDS
archive_headers() {
	local suite=$1 release=$2 version=$3 depends=$4 root build
	root=$(mktemp -d "$work/root.XXXXXX")
	build="$root/usr/src/linux-headers-$release"
	mkdir -p "$build/include/config"
	echo "include /usr/src/linux-headers-common/Makefile" >"$build/Makefile"
	echo "CONFIG_DEBUG_INFO_BTF_MODULES=y" >"$build/include/config/auto.conf"
	: >"$build/Module.symvers"
	archive_deb "$suite" "linux-headers-$release" "$version" "$depends" "$root"
	rm -rf "$root"
}

# archive_kernel SUITE RELEASE VERSION: image, headers, and the kbuild that they need.
archive_kernel() {
	archive_image "$1" "$2" "$3"
	archive_headers "$1" "$2" "$3" "linux-kbuild-${2%%.0-*} (>= $3)"
	archive_deb "$1" "linux-kbuild-${2%%.0-*}" "$3" ''
}

# archive_source SUITE SERIES VERSION
archive_source() {
	local root tree name
	root=$(mktemp -d "$work/root.XXXXXX")
	tree="$root/linux-source-$2"
	mkdir -p "$tree"/{lib/kunit,include/kunit,tools/testing/kunit,scripts,LICENSES} "$root/usr/src"
	for name in checkpatch.pl const_structs.checkpatch spelling.txt; do
		echo "$name of $3" >"$tree/scripts/$name"
	done
	: >"$tree/COPYING"
	tar -cJf "$root/usr/src/linux-source-$2.tar.xz" -C "$root" "linux-source-$2"
	rm -rf "$tree"
	archive_deb "$1" "linux-source-$2" "$3" '' "$root"
	rm -rf "$root"
}

# archive_index: the lists, as the pool is now, a minute younger than those before: apt takes
# lists of the same second for the same.
archive_index() {
	local suite file deb
	archive_time=$((${archive_time:-$(date +%s) - 24 * 60 * 60} + 60))
	for suite in bookworm bookworm-backports bookworm-security trixie trixie-backports trixie-security; do
		mkdir -p "$archive/dists/$suite/main/binary-amd64" "$archive/pool/$suite"
		file="$archive/dists/$suite/main/binary-amd64/Packages"
		for deb in "$archive/pool/$suite"/*.deb; do
			[ -e "$deb" ] || continue
			dpkg-deb -f "$deb"
			printf 'Filename: %s\nSize: %s\nSHA256: %s\n\n' "pool/$suite/$(basename -- "$deb")" \
				"$(stat -c %s "$deb")" "$(sha256sum <"$deb" | cut -d ' ' -f 1)"
		done >"$file"
		{
			printf 'Suite: %s\nCodename: %s\nArchitectures: amd64\nComponents: main\nDate: %s\n' \
				"$suite" "$suite" "$(LC_ALL=C date -u -d "@$archive_time" '+%a, %d %b %Y %H:%M:%S UTC')"
			[[ $suite != *-backports ]] || printf 'NotAutomatic: yes\nButAutomaticUpgrades: yes\n'
			printf 'SHA256:\n %s %s main/binary-amd64/Packages\n' \
				"$(sha256sum <"$file" | cut -d ' ' -f 1)" "$(stat -c %s "$file")"
		} >"$archive/dists/$suite/Release"
		touch -d "@$archive_time" "$file" "$archive/dists/$suite/Release"
	done
}

# archive_new: an empty one, a machine whose apt is configured for it, and an empty cache.
archive_new() {
	rm -rf "$archive" "$work/cache" "$work/machine"
	mkdir -p "$archive" "$work/machine"
	printf 'deb %s bookworm main\ndeb %s bookworm-security main\n' "${1:-file:$archive}" "${1:-file:$archive}" \
		>"$work/machine/sources.list"
	# Without this machine's own apt configuration, which is read after this file.
	cat >"$work/machine/apt.conf" <<-CONF
		Dir::Etc::main "/dev/null";
		Dir::Etc::parts "/dev/null";
		Dir::Etc::sourcelist "$work/machine/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Acquire::AllowInsecureRepositories "true";
		APT::Get::AllowUnauthenticated "true";
	CONF
}
