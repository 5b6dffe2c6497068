# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Small systems of other Debian releases, with the compiler of their kernels and
# DKMS, or with tshark or strongSwan: unpacked in the cache, nothing in them configured. Works without root.
# Needs cache.sh and apt.sh.

# What building modules by DKMS takes; apt adds what these depend on. It would add
# the rest of the essential packages only to a system that has some.
CT_CHROOT_PACKAGES=(base-files bash dash coreutils diffutils findutils grep gzip
	hostname libc-bin mawk perl-base sed tar util-linux bc kmod xz-utils zstd make patch dkms)

# What building whole kernels takes besides; see debug_kernel.sh.
CT_CHROOT_KERNEL_PACKAGES=(gcc libelf-dev flex bison)

# What reads captures; the package has no other use here.
CT_CHROOT_TSHARK_PACKAGES=(base-files bash dash coreutils libc-bin tshark)

# What negotiates SAs: see vm/tests/strongswan.sh, which takes what it needs into a guest.
CT_CHROOT_STRONGSWAN_PACKAGES=(base-files bash dash coreutils libc-bin sed strongswan-charon
	strongswan-swanctl libstrongswan-standard-plugins libstrongswan-extra-plugins)

# chroot_packages NAME: a release, or RELEASE-kernel, which has these as well, or
# RELEASE-tshark or RELEASE-strongswan, which have their own.
chroot_packages() {
	case $1 in
	bookworm-tshark | trixie-tshark)
		printf '%s\n' "${CT_CHROOT_TSHARK_PACKAGES[@]}"
		return
		;;
	bookworm-strongswan)
		printf '%s\n' "${CT_CHROOT_STRONGSWAN_PACKAGES[@]}"
		return
		;;
	esac
	printf '%s\n' "${CT_CHROOT_PACKAGES[@]}"
	[[ $1 != *-kernel ]] || printf '%s\n' "${CT_CHROOT_KERNEL_PACKAGES[@]}"
	[ "$1" != trixie-kernel ] || printf '%s\n' clang lld llvm
	case ${1%-kernel} in
	bullseye) printf '%s\n' gcc-10 libelf1 ;;
	bookworm) printf '%s\n' gcc-12 libelf1 ;;
	trixie) printf '%s\n' gcc-14 libelf1t64 ;;
	*) die "unknown chroot \"$1\": known are bullseye, bookworm and trixie" ;;
	esac
}

# chroot_folder RELEASE: where it is, made if need be.
chroot_folder() {
	local release=$1 key folder
	key=$(chroot_packages "$release" | sha256sum | cut -c 1-12)
	folder="$CT_CACHE/chroot/$release-$key"
	[ -d "$folder" ] || with_lock "chroot-$release" chroot_make "$release" "$folder"
	echo "$folder"
}

chroot_make() {
	local release=$1 folder=$2 work debs packages wanted name deb log="$CT_TEMPORARY/apt.log"
	[ ! -d "$folder" ] || return 0
	apt_release "${release%%-*}"
	apt_index
	say "making a chroot of Debian $release"
	work=$(cache_temporary chroot)
	wanted=$(chroot_packages "$release")
	# shellcheck disable=SC2086 # a list
	packages=$(apt_solve "$log" -o Dir::State::status=/dev/null $wanted) ||
		die "cannot resolve the packages that a chroot of $release needs: $(apt_unmet "$log"); if Debian has renamed one, see vm/lib/chroot.sh"
	debs=$(cache_temporary debs)
	# shellcheck disable=SC2086
	apt_download "$debs" $packages
	# A merged /usr for every release: no needed package depends on that.
	mkdir -p "$work"/root/{dev,proc,sys,tmp,root,run,etc,var/tmp,usr/{bin,sbin,lib,lib64}}
	for name in bin sbin lib lib64; do
		ln -s "usr/$name" "$work/root/$name"
	done
	for deb in "$debs"/*.deb; do
		dpkg --fsys-tarfile "$deb" | tar -x -C "$work/root" --keep-directory-symlink --no-same-owner \
			--exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*'
	done
	# What the packages would do once configured.
	ln -sf mawk "$work/root/usr/bin/awk"
	ln -sf dash "$work/root/usr/bin/sh"
	mkdir -p "$work/root"/{var/lib/dkms,lib/modules,usr/src}
	mkdir -p "$CT_CACHE/chroot"
	find "$CT_CACHE/chroot" -maxdepth 1 -name "$release-????????????" -mtime +7 -exec rm -rf {} +
	mv "$work/root" "$folder"
	rm -rf "$work" "$debs"
}

# chroot_run RELEASE FOLDERS COMMAND...: runs it in the chroot, in the working folder
# of the caller if that exists, else in /. FOLDERS, one a line, are bind-mounted;
# all other writes go to an overlay that is removed at the end of the
# script.
chroot_run() {
	local release=$1 folders=$2 root work status=0 unshare=(unshare --mount)
	shift 2
	root=$(chroot_folder "$release")
	[ "$(id -u)" -eq 0 ] || unshare+=(--map-root-user)
	work=$(mktemp -d "${TMPDIR:-/tmp}/cryptorture-chroot.XXXXXX")
	# shellcheck disable=SC2064 # what it is now
	trap "chroot_forget '$work'" EXIT
	mkdir "$work"/{upper,work,root}
	# shellcheck disable=SC2016 # of the inner shell
	"${unshare[@]}" bash -c '
		set -euo pipefail
		root=$1 work=$2 folders=$3 where=$PWD
		shift 3
		mount -t overlay overlay -o "lowerdir=$root,upperdir=$work/upper,workdir=$work/work" "$work/root"
		for folder in /dev /proc /sys; do
			mount --rbind "$folder" "$work/root$folder"
		done
		while IFS= read -r folder; do
			[ -n "$folder" ] || continue
			mkdir -p "$work/root$folder"
			mount --rbind "$folder" "$work/root$folder"
		done <<<"$folders"
		exec env TMPDIR=/tmp LC_ALL=C chroot "$work/root" /bin/bash -c "cd -- \"\$1\" 2>/dev/null || cd /; shift; exec \"\$@\"" bash "$where" "$@"
	' bash "$root" "$work" "$folders" "$@" || status=$?
	return "$status"
}

# overlayfs leaves a folder without permissions behind.
chroot_forget() {
	chmod -R u+rwx "$1/work" 2>/dev/null || :
	rm -rf --one-file-system "$1"
}
