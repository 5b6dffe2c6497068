# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Kernels of the user, of any distribution or self-built: NAME is the path of a
# kernel's build folder, or of a folder that packages were unpacked in. Nothing in it is
# changed; files that a guest needs are copied to the cache, next to Debian's kernels.
# Part of kernel.sh.

# What vm/guest/init and vm/monitor cannot do without, as modules or built in.
CT_GIVEN_OPTIONS='BINFMT_ELF BINFMT_SCRIPT BLK_DEV_INITRD DEVTMPFS PRINTK PROC_FS SERIAL_8250_CONSOLE
	SYSCTL SYSFS TMPFS VIRTIO_CONSOLE VIRTIO_PCI'

given_kernel_is() {
	[[ $1 = */* ]]
}

# given_kernel_first PATH...: the first of them that there is.
given_kernel_first() {
	local path
	for path in "$@"; do
		if [ -e "$path" ]; then
			echo "$path"
			return
		fi
	done
}

# given_kernel_build FOLDER: where its modules are built, if it has that.
given_kernel_build() {
	local path found=()
	for path in "$1" "$1"/usr/src/linux-headers-* "$1"/usr/src/kernels/* "$1"/lib/modules/*/build; do
		[ ! -e "$path/include/generated/utsrelease.h" ] || found+=("$(readlink -f -- "$path")")
	done
	[ ${#found[@]} -gt 0 ] || return 0
	mapfile -t found < <(printf '%s\n' "${found[@]}" | sort -u)
	[ ${#found[@]} -eq 1 ] ||
		die "there are several kernels in $1: name one of ${found[*]}, or a folder with one of them"
	echo "${found[0]}"
}

# given_kernel_release FOLDER BUILD
given_kernel_release() {
	local path found=()
	if [ -n "$2" ]; then
		# Not make kernelrelease: see vm/build.
		sed -n 's/^#define UTS_RELEASE "\(.*\)"$/\1/p' "$2/include/generated/utsrelease.h"
		return
	fi
	for path in "$1"/lib/modules/* "$1"/usr/lib/modules/*; do
		[ ! -e "$path/modules.order" ] || found+=("${path##*/}")
	done
	[ ${#found[@]} -gt 0 ] || return 0
	mapfile -t found < <(printf '%s\n' "${found[@]}" | sort -u)
	[ ${#found[@]} -eq 1 ] || die "there are several kernels in $1: ${found[*]}; name a folder with one of them"
	echo "${found[0]}"
}

# given_kernel_find NAME: sets GIVEN to where each part of it is, or to nothing.
given_kernel_find() {
	local folder release
	declare -gA GIVEN=()
	folder=$(readlink -f -- "$1") || folder=
	[ -d "$folder" ] ||
		die "there is no folder $1: name a kernel's build folder, or a folder that its packages were unpacked in"
	GIVEN[folder]=$folder
	GIVEN[build]=$(given_kernel_build "$folder")
	release=$(given_kernel_release "$folder" "${GIVEN[build]}")
	[ -n "$release" ] ||
		die "no kernel in $folder: there is no include/generated/utsrelease.h, as a configured build folder has, and no usr/src/linux-headers-RELEASE, usr/src/kernels/RELEASE or lib/modules/RELEASE, as unpacked packages have"
	GIVEN[release]=$release
	GIVEN[vmlinuz]=$(given_kernel_first "$folder/arch/x86/boot/bzImage" "$folder/boot/vmlinuz-$release" \
		"$folder"/{,usr/}lib/modules/"$release/vmlinuz" "$folder/vmlinuz" \
		"/boot/vmlinuz-$release" "/lib/modules/$release/vmlinuz")
	GIVEN[config]=$(given_kernel_first "${GIVEN[build]:-$folder}/.config" "$folder/boot/config-$release" \
		"$folder"/{,usr/}lib/modules/"$release/config" "/boot/config-$release")
	# Its build link alone is no modules.
	GIVEN[modules]=$(given_kernel_first "$folder"/{,usr/}lib/modules/"$release/modules.order" \
		"/lib/modules/$release/modules.order")
	GIVEN[modules]=${GIVEN[modules]%/modules.order}
}

# By its files' times: a rebuilt kernel is another one.
given_kernel_folder() {
	local key
	given_kernel_find "$1"
	key=$({
		printf '%s\n' "${GIVEN[folder]}" "${GIVEN[build]}" "${GIVEN[release]}"
		cat "$CT_VM/guest/modules.txt"
		stat -L -c '%n %s %Y' ${GIVEN[vmlinuz]:+"${GIVEN[vmlinuz]}"} ${GIVEN[config]:+"${GIVEN[config]}"} \
			${GIVEN[modules]:+"${GIVEN[modules]}/modules.order"}
	} 2>/dev/null | sha256sum | cut -c 1-12)
	echo "$CT_CACHE/kernels/given-$key"
}

# given_kernel_make NAME: those parts that it has.
given_kernel_make() {
	local name=$1 folder work
	folder=$(given_kernel_folder "$name")
	[ ! -d "$folder" ] || return 0
	given_kernel_find "$name"
	work=$(cache_temporary given-kernel)
	mkdir -p "$work"
	echo "${GIVEN[release]}" >"$work/release"
	if [ -n "${GIVEN[build]}" ]; then
		mkdir "$work/headers"
		ln -s "${GIVEN[build]}" "$work/headers/build"
	fi
	if [ -z "$(given_kernel_lacks)" ]; then
		say "copying Linux ${GIVEN[release]} from ${GIVEN[folder]}"
		given_kernel_image "$work/image"
	fi
	find "$CT_CACHE/kernels" -maxdepth 1 -name 'given-????????????' -mtime +7 -exec rm -rf {} +
	mkdir -p "$CT_CACHE/kernels"
	mv "$work" "$folder"
}

# given_kernel_lacks: what of GIVEN is missing for a guest, in words.
given_kernel_lacks() {
	local option options=''
	[ -n "${GIVEN[vmlinuz]}" ] ||
		echo "no image (arch/x86/boot/bzImage, boot/vmlinuz-${GIVEN[release]} or lib/modules/${GIVEN[release]}/vmlinuz)"
	[ -n "${GIVEN[modules]}" ] ||
		echo "no modules (lib/modules/${GIVEN[release]}, which in a build folder is made by make modules_install INSTALL_MOD_PATH=${GIVEN[folder]})"
	if [ -z "${GIVEN[config]}" ]; then
		echo "no configuration (.config or boot/config-${GIVEN[release]})"
		return
	fi
	for option in $CT_GIVEN_OPTIONS; do
		grep -qE "^CONFIG_$option=[ym]\$" "${GIVEN[config]}" || options+=" CONFIG_$option"
	done
	[ -z "$options" ] || echo "not configured for a guest:$options"
}

given_kernel_image() {
	local to=$1 all file
	mkdir -p "$to"
	cp -L "${GIVEN[vmlinuz]}" "$to/vmlinuz"
	cp -L "${GIVEN[config]}" "$to/config"
	if grep -qx CONFIG_PVH=y "$to/config"; then
		kernel_decompress "$to/vmlinuz" "$to/vmlinux"
	else
		cp "$to/vmlinuz" "$to/vmlinux"
	fi
	all=$(cache_temporary given-modules)
	mkdir -p "$all/lib/modules/${GIVEN[release]}"
	for file in "${GIVEN[modules]}"/*; do
		case $file in
		*/build | */source | */vmlinuz) ;;
		*) cp -rH "$file" "$all/lib/modules/${GIVEN[release]}/" ;;
		esac
	done
	kernel_select_modules "$all" "${GIVEN[release]}" "$to"
	rm -rf "$all"
}

# given_kernel_need NAME PART: it is there, or what to do.
given_kernel_need() {
	local folder
	folder=$(kernel_folder "$1")
	[ ! -e "$folder/$2" ] || return 0
	given_kernel_find "$1"
	case $2 in
	headers) die "${GIVEN[folder]} has no headers of ${GIVEN[release]}: unpack its headers package there as well, or name its build folder" ;;
	image) die "${GIVEN[release]} of ${GIVEN[folder]} cannot be booted: $(given_kernel_lacks | paste -sd ';' | sed 's/;/; /g')" ;;
	*) die "${GIVEN[folder]} has no $2: only a kernel of vm/kernels.txt has" ;;
	esac
}
