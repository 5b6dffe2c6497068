# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Debian kernels, unpacked in the cache and never installed: the image with its modules,
# the headers, and when first asked for the source, all of one release. Which there are
# is in kernels.txt; a NAME is one from there such as 6.1 or 6.12@trixie, or with a
# flavour behind the series: 6.1-rt, 6.12-cloud@trixie.
# Needs cache.sh and apt.sh; brings debug_kernel.sh, which has kernels of our own, and
# given_kernel.sh, for those that a person has.
# shellcheck source=debug_kernel.sh
. "$CT_VM/lib/debug_kernel.sh"
# shellcheck source=given_kernel.sh
. "$CT_VM/lib/given_kernel.sh"
# shellcheck source=kernel_unpack.sh
. "$CT_VM/lib/kernel_unpack.sh"

# kernel_folder NAME
kernel_folder() {
	if debug_kernel_is "$1"; then
		debug_kernel_folder "$1"
	elif given_kernel_is "$1"; then
		given_kernel_folder "$1"
	else
		echo "$CT_CACHE/kernels/$1"
	fi
}

# kernel_table: its lines without comments.
kernel_table() {
	grep -vE '^(#|$)' "$CT_VM/kernels.txt"
}

# kernel_exact NAME: the release that it names, if it is one.
kernel_exact() {
	[[ ! ${1%@*} =~ ^[0-9.]+[-+].*-amd64$ ]] || echo "${1%@*}"
}

# kernel_series NAME, kernel_flavour NAME: 6.12 and -rt of 6.12-rt@trixie.
kernel_series() {
	if [ -n "$(kernel_exact "$1")" ] && [[ $1 =~ ^[0-9]+\.[0-9]+ ]]; then
		echo "${BASH_REMATCH[0]}"
	else
		echo "${1%%[-@]*}"
	fi
}

kernel_flavour() {
	if [ -n "$(kernel_exact "$1")" ]; then
		[[ ! $1 =~ (-rt|-cloud)-amd64 ]] || echo "${BASH_REMATCH[1]}"
	else
		[[ ! $1 =~ ^[0-9.]+(-[a-z]+) ]] || echo "${BASH_REMATCH[1]}"
	fi
}

# kernel_column NAME N: that column of its line in the table.
kernel_column() {
	local series at=''
	series=$(kernel_series "$1")
	[[ $1 != *@* ]] || at="@${1##*@}"
	kernel_table | awk -v name="$series$at" -v column="$2" '$1 == name { print $column }'
}

# kernel_known NAME
kernel_known() {
	! debug_kernel_is "$1" && ! given_kernel_is "$1" || return 0
	[[ $1 =~ ^[0-9.]+(-rt|-cloud|[-+][0-9a-z.+-]*-amd64)?(@[a-z]+)?$ ]] && [ -n "$(kernel_column "$1" 1)" ]
}

# kernel_names: what can be had, in words.
kernel_names() {
	kernel_table | awk '{ names = names (NR > 1 ? ", " : "") $1 }
		END { printf "%s are available, each with -rt or -cloud behind the number as well, or one release of them as uname -r prints it", names }'
	echo "; built by us: ${CT_DEBUG_KERNELS[*]}; and any other by the path of its folder"
}

kernel_check() {
	kernel_known "$1" || die "unknown kernel \"$1\": $(kernel_names)"
}

# kernel_debian NAME: the release of Debian that has it, or its source.
kernel_debian() {
	if debug_kernel_is "$1"; then
		kernel_column "${1#*-}" 2
	else
		kernel_column "$1" 2
	fi
}

# kernel_chroot NAME: the chroot that its modules are built in, named by the release; nothing
# if this machine is of that release, and so has the compiler, or if the kernel is none of
# Debian's.
kernel_chroot() {
	local debian here
	! given_kernel_is "$1" || return 0
	if debug_kernel_is "$1"; then
		debug_kernel_chroot "$1"
		return
	fi
	debian=$(kernel_debian "$1")
	# shellcheck source=/dev/null # of the machine
	here=$(. /etc/os-release 2>/dev/null && [ "$ID" = debian ] && echo "$VERSION_CODENAME") || :
	[ "$here" = "$debian" ] || echo "$debian"
}

# kernel_candidates NAME: the releases of which the lists have an image, newest first.
kernel_candidates() {
	local series flavour exact
	exact=$(kernel_exact "$1")
	if [ -n "$exact" ]; then
		apt_cache pkgnames "linux-image-$exact" | sed -n "s/^linux-image-\\(${exact//./\\.}\\)\$/\\1/p"
		return
	fi
	series=$(kernel_series "$1")
	flavour=$(kernel_flavour "$1")
	apt_cache pkgnames "linux-image-$series." |
		sed -n "s/^linux-image-\\($series\\.[0-9][^-]*\\(-[0-9][^-]*\\)\\?$flavour-amd64\\)\$/\\1/p" |
		sort -rV
}

# kernel_solve LOG RELEASE: the packages, PACKAGE=VERSION a line, that apt would choose for
# its image and its headers. What is in backports may need more from there.
kernel_solve() {
	local log=$1 wanted=("linux-image-$2" "linux-headers-$2") packages
	packages=$(apt_solve "$log" -o Dir::State::status=/dev/null "${wanted[@]}") ||
		packages=$(apt_solve "$log.backports" -o Dir::State::status=/dev/null \
			-t "$CT_SUITE-backports" "${wanted[@]}") || return 1
	grep -E '^linux-((image|base|binary|modules)-.*-amd64|(headers|kbuild)-.*)=' <<<"$packages"
}

# kernel_complete NAME: a download that broke off is no kernel.
kernel_complete() {
	local folder
	folder=$(kernel_folder "$1")
	[ -s "$folder/release" ] && [ -s "$folder/version" ] && [ -s "$folder/image/vmlinux" ] &&
		[ -e "$folder/headers/build/Makefile" ]
}

# kernel_search NAME DEBS [VERSION]: the newest release whose packages can be solved and
# are there, into KERNEL_RELEASE and KERNEL_VERSION, and the packages into DEBS; of VERSION,
# nothing is fetched. Status 1 if there is none, and KERNEL_REASONS and KERNEL_ADVICE say why.
kernel_search() {
	local name=$1 debs=$2 version=${3-} log="$CT_TEMPORARY/apt.log" renewed='' again release releases packages
	while :; do
		KERNEL_REASONS='' KERNEL_ADVICE='' again=''
		releases=$(kernel_candidates "$name") || return 1
		for release in $releases; do
			packages=$(kernel_solve "$log" "$release") || {
				KERNEL_REASONS+="; $release: $(apt_unmet "$log")"
				continue
			}
			KERNEL_RELEASE=$release
			KERNEL_VERSION=$(sed -n "s/^linux-image-$release=//p" <<<"$packages")
			[ "$KERNEL_VERSION" != "$version" ] || return 0
			say "fetching Linux $release"
			! kernel_fetch "$log" "$debs" "$packages" || return 0
			rm -f "$debs"/*
			KERNEL_REASONS+="; $release: $(apt_missing "$log")"
			KERNEL_ADVICE=$(apt_advice "$log")
			# No older release helps against a network that is not there.
			apt_is_gone "$log" || return 1
			if [ -z "$renewed" ]; then
				say "the archive no longer has Linux $release as its lists say: renewing them"
				apt_renew || return 1
				renewed=1 again=1
				break
			fi
		done
		[ -n "$again" ] || return 1
	done
}

# kernel_fetch LOG DEBS PACKAGES: what is small comes first, should one of them be gone.
kernel_fetch() {
	local headers image
	headers=$(grep -E '^linux-(headers|kbuild)-' <<<"$3")
	image=$(grep -vE '^linux-(headers|kbuild)-' <<<"$3")
	# shellcheck disable=SC2086 # lists
	apt_fetch "$1" "$2" $headers && apt_fetch "$1" "$2" $image
}

# kernel_place NAME DEBS: what kernel_search found, into the cache, in place of what is
# there, when all of it is there.
kernel_place() {
	local folder debs=$2 work
	folder=$(kernel_folder "$1")
	work=$(cache_temporary kernel)
	kernel_unpack "$folder" "$KERNEL_RELEASE" "$debs" "$work"
	echo "$KERNEL_VERSION" >"$work/version"
	echo "$KERNEL_RELEASE" >"$work/release"
	cache_folder "$CT_CACHE/kernels"
	[ ! -e "$folder" ] || mv "$folder" "$CT_TEMPORARY/former"
	mv "$work" "$folder"
}

# kernel_missing NAME: why kernel_search found none.
kernel_missing() {
	if [ -n "$KERNEL_REASONS" ]; then
		echo "no Debian kernel $1 is available from $CT_SUITE: ${KERNEL_REASONS#; }; ${KERNEL_ADVICE:-see apt-cache policy of the packages that are named}"
	elif [ -n "$(kernel_exact "$1")" ]; then
		echo "no Debian kernel $1 is available from $CT_SUITE: the lists have no linux-image-$(kernel_exact "$1"), which the archive may have had once; there are: $(kernel_candidates "$(kernel_series "$1")$(kernel_flavour "$1")" | head -n 8 | paste -s -d ' ')"
	else
		echo "no Debian kernel $1 is available from $CT_SUITE: the lists have no linux-image-$(kernel_series "$1").*$(kernel_flavour "$1")-amd64; newer series than those of vm/kernels.txt may be there, and a kernel can come from apt's security archive alone: check that apt's configuration has that"
	fi
}

# What was chosen once is kept, so that image, headers and source agree.
kernel_choose() {
	if debug_kernel_is "$1"; then
		debug_kernel_make "$1"
	elif given_kernel_is "$1"; then
		given_kernel_make "$1"
	elif ! kernel_complete "$1"; then
		local debs
		kernel_lists "$1"
		debs=$(cache_temporary debs)
		kernel_search "$1" "$debs" || die "$(kernel_missing "$1")"
		kernel_place "$1" "$debs"
	fi
}

# kernel_lists NAME: those of the release that has it, of today.
kernel_lists() {
	local debian
	debian=$(kernel_debian "$1")
	apt_release "$debian"
	apt_index
}

# kernel_renew NAME: the newest that can be had; one in the cache stays if there is none.
kernel_renew() {
	local debs debian folder version
	if ! kernel_complete "$1"; then
		kernel_choose "$1"
		return
	fi
	folder=$(kernel_folder "$1")
	version=$(cat "$folder/version")
	debian=$(kernel_debian "$1")
	apt_release "$debian"
	debs=$(cache_temporary debs)
	if ! apt_renew || ! kernel_search "$1" "$debs" "$version"; then
		say "keeping Linux $(cat "$folder/release"), which is whole in the cache${KERNEL_REASONS:+: $(kernel_missing "$1")}"
	elif [ "$KERNEL_VERSION" = "$version" ]; then
		say "keeping Linux $(cat "$folder/release"), the newest that the lists have"
	else
		kernel_place "$1" "$debs"
	fi
}

kernel_ready() {
	if debug_kernel_is "$1" || given_kernel_is "$1" || ! kernel_complete "$1"; then
		with_lock "kernel-${1//\//_}" kernel_choose "$1"
	fi
}

kernel_release() {
	local folder
	kernel_ready "$1"
	folder=$(kernel_folder "$1")
	cat "$folder/release"
}

# kernel_part NAME PART: the folder of one part.
kernel_part() {
	local folder
	kernel_ready "$1"
	folder=$(kernel_folder "$1")
	! given_kernel_is "$1" || given_kernel_need "$1" "$2"
	if [ "$2" = source ] && ! kernel_source_whole "$folder/source"; then
		with_lock "kernel-$1" kernel_source_fetch "$1" "$folder/source"
	fi
	echo "$folder/$2"
}

# kernel_parts NAME: which there are, or can be fetched.
kernel_parts() {
	local folder part
	if ! given_kernel_is "$1"; then
		printf '%s\n' image headers
		return
	fi
	kernel_ready "$1"
	folder=$(kernel_folder "$1")
	for part in image headers; do
		[ ! -d "$folder/$part" ] || echo "$part"
	done
}

# A source of before the netlink contract was held against it lacks that part; the whole
# tree, which a link leads to, has it.
kernel_source_whole() {
	[ -d "$1" ] && { [ -L "$1" ] || [ -e "$1/.with-netlink" ]; }
}

# kernel_source_package NAME: that of the kernel's own version, or of the nearest that is
# there. An archive keeps no source for as long as its binaries are in a cache.
kernel_source_package() {
	local package folder version versions nearest
	package="linux-source-$(kernel_series "$1")"
	folder=$(kernel_folder "$1")
	version=$(cat "$folder/version")
	versions=$(apt_versions "$package")
	nearest=$(version_nearest "$version" "$versions")
	[ -n "$nearest" ] ||
		die "the source of Linux $(kernel_series "$1") is not available: there is no $package in the lists of Debian $CT_SUITE; if Debian has dropped that kernel, use another one"
	[ "$nearest" = "$version" ] || say "$package $version is no longer available: using $nearest, the nearest to it"
	echo "$package=$nearest"
}

# version_nearest VERSION VERSIONS: the same, else the next newer one, else the next older.
version_nearest() {
	local version=$1 one newer='' older=''
	for one in $2; do
		if [ "$one" = "$version" ]; then
			echo "$one"
			return
		elif dpkg --compare-versions "$one" gt "$version"; then
			if [ -z "$newer" ] || dpkg --compare-versions "$one" lt "$newer"; then
				newer=$one
			fi
		elif [ -z "$older" ] || dpkg --compare-versions "$one" gt "$older"; then
			older=$one
		fi
	done
	echo "${newer:-$older}"
}

# kernel_source_unpack NAME WORK: the package's content, tar ball and all.
kernel_source_unpack() {
	local package
	kernel_lists "$1"
	package=$(kernel_source_package "$1")
	apt_unpack "$2" "$package"
}

# The whole source is 1.4 GB and not needed: KUnit and checkpatch are, and from 6.3 on
# the client for netlink specifications with their schemas.
kernel_source_fetch() {
	local name=$1 to=$2 series work debs netlink=()
	! kernel_source_whole "$to" || return 0
	series=$(kernel_series "$name")
	say "fetching Linux $series (source of KUnit, checkpatch and the netlink client)"
	case $series in
	5.* | 6.1) ;;
	*) netlink=('linux-source-*/tools/net/ynl' 'linux-source-*/Documentation/netlink/*.yaml') ;;
	esac
	debs=$(cache_temporary debs)
	work=$(cache_temporary source)
	kernel_source_unpack "$name" "$debs"
	tar -x -C "$work" --strip-components=1 --wildcards \
		-f "$debs/usr/src/linux-source-$series.tar.xz" \
		'linux-source-*/lib/kunit' 'linux-source-*/include/kunit' \
		'linux-source-*/tools/testing/kunit' \
		'linux-source-*/scripts/checkpatch.pl' \
		'linux-source-*/scripts/const_structs.checkpatch' \
		'linux-source-*/scripts/spelling.txt' \
		'linux-source-*/COPYING' 'linux-source-*/LICENSES' "${netlink[@]}"
	touch "$work/.with-netlink"
	rm -rf "$to"
	mv "$work" "$to"
}
