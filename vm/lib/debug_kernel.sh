# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Kernels of our own with the kernel's checkers in them, built from Debian's
# linux-source packages: debug-6.1, kcsan-6.12 and so on, each from the fragments
# in vm/debug. They lie in the cache beside Debian's and have the same parts.
# Part of kernel.sh.

CT_DEBUG_FRAGMENTS="${CT_DEBUG_FRAGMENTS:-$CT_VM/debug}"
CT_DEBUG_KINDS='debug kcsan'
CT_DEBUG_SERIES='6.1 6.12'

debug_kernel_is() {
	[[ $1 =~ ^([a-z]+)-([0-9.]+)$ ]] && [[ " $CT_DEBUG_KINDS " = *" ${BASH_REMATCH[1]} "* ]] &&
		[[ " $CT_DEBUG_SERIES " = *" ${BASH_REMATCH[2]} "* ]]
}

# debug_kernel_fragments NAME: its files, the later ones over the earlier ones.
debug_kernel_fragments() {
	local file
	for file in base "${1%%-*}" "$1"; do
		[ ! -e "$CT_DEBUG_FRAGMENTS/$file.config" ] || echo "$CT_DEBUG_FRAGMENTS/$file.config"
	done
}

# debug_kernel_source SERIES: the whole source, unpacked (1.4 GB).
debug_kernel_source() {
	local folder
	folder=$(kernel_folder "$1")/tree
	[ -d "$folder" ] || with_lock "tree-$1" debug_kernel_source_fetch "$1" "$folder"
	echo "$folder"
}

debug_kernel_source_fetch() {
	local series=$1 to=$2 debs work
	[ ! -d "$to" ] || return 0
	kernel_ready "$series"
	say "fetching and unpacking Linux $series (whole source)"
	debs=$(cache_temporary source)
	kernel_source_unpack "$series" "$debs"
	work=$(cache_temporary tree)
	tar -x -C "$work" --strip-components=1 -f "$debs/usr/src/linux-source-$series.tar.xz"
	rm -rf "$debs"
	mv "$work" "$to"
}

# debug_kernel_target NAME: what is booted. 6.1 cannot be entered by PVH: it is watched
# there before there is anything to do that with.
debug_kernel_target() {
	case $1 in
	*-6.1) echo arch/x86/boot/bzImage ;;
	*) echo vmlinux ;;
	esac
}

# By what it is made of: another version, configuration or form is another kernel.
debug_kernel_folder() {
	local key fragments of
	mapfile -t fragments < <(debug_kernel_fragments "$1")
	kernel_ready "${1#*-}"
	of=$(kernel_folder "${1#*-}")
	key=$({
		cat "$of/version" "${fragments[@]}"
		debug_kernel_target "$1"
	} | sha256sum | cut -c 1-12)
	echo "$CT_CACHE/kernels/$1-$key"
}

# What a fragment asks for and Kconfig leaves out would be a checker that is off.
debug_kernel_configure() {
	local name=$1 source=$2 build=$3 line option fragments
	mapfile -t fragments < <(debug_kernel_fragments "$name")
	cat "${fragments[@]}" >"$build/fragments"
	make -s -C "$source" O="$build" KCONFIG_ALLCONFIG="$build/fragments" allnoconfig >"$build/log" 2>&1 || {
		tail -n 20 "$build/log" >&2
		die "cannot configure $name: see above"
	}
	while IFS= read -r line; do
		option=${line%%=*}
		grep -qxF -- "$line" "$build/.config" ||
			die "$name cannot have $line: Kconfig makes it \"$(grep -E "^(# )?${option}[ =]" "$build/.config" || echo unknown)\"; see vm/debug/*.config"
	done < <(grep '^CONFIG_' "$build/fragments")
}

# What is needed to build modules for it; the rest of a build is 1 GB.
debug_kernel_prune() {
	find "$1" -name '*.o' -not -path '*/scripts/*' -delete
	find "$1" \( -name '*.a' -o -name '*.order' -o -name '*.mod' -o -name '*.mod.c' -o -name '*.ko' \
		-o -name 'vmlinux*' -o -name '.tmp_*' -o -name '.vmlinux*' \) -type f -delete
	find "$1" -name '.*.cmd' -not -path '*/scripts/*' -delete
}

# debug_kernel_make NAME: all its parts. Takes 5 to 15 minutes the first time; one
# that was interrupted goes on where it was.
debug_kernel_make() {
	local name=$1 series=${1#*-} folder source build work release target of
	folder=$(debug_kernel_folder "$name")
	[ ! -d "$folder" ] || return 0
	source=$(debug_kernel_source "$series")
	build="$CT_CACHE/tmp/build-$(basename -- "$folder")"
	mkdir -p "$build"
	debug_kernel_configure "$name" "$source" "$build"
	target=$(debug_kernel_target "$name")
	say "building Linux $name: this takes some minutes (log: $build/log)"
	make -s -C "$source" O="$build" -j"$(nproc)" "$(basename -- "$target")" modules >"$build/log" 2>&1 || {
		tail -n 40 "$build/log" >&2
		die "cannot build $name: see above and $build/log"
	}
	release=$(cat "$build/include/config/kernel.release")
	work=$(cache_temporary debug-kernel)
	mkdir -p "$work/image"
	make -s -C "$source" O="$build" INSTALL_MOD_PATH="$work/image" DEPMOD=true modules_install >"$build/log" 2>&1 || {
		tail -n 20 "$build/log" >&2
		die "cannot install the modules of $name: see above"
	}
	rm -f "$work/image/lib/modules/$release"/{build,source}
	depmod -b "$work/image" "$release"
	# Under that name whatever it is: QEMU tells them apart.
	cp "$build/$target" "$work/image/vmlinux"
	[ "$target" != vmlinux ] || strip --strip-debug "$work/image/vmlinux"
	cp "$build/.config" "$work/image/config"
	cp "$build/System.map" "$work/image/System.map"
	echo "$release" >"$work/release"
	of=$(kernel_folder "$series")
	cp "$of/version" "$work/version"
	ln -s "$(readlink -f "$source")" "$work/source"
	debug_kernel_prune "$build"
	mkdir "$work/headers"
	mv "$build" "$work/headers/build"
	# Of this kernel, and of versions of it before.
	mv "$work" "$folder"
	find "$CT_CACHE/kernels" -maxdepth 1 -name "$name-*" -not -path "$folder" -mtime +7 -exec rm -rf {} +
}

# debug_kernel_arguments NAME: what it is booted with, each after a space.
debug_kernel_arguments() {
	debug_kernel_is "$1" || return 0
	# The kernel's own tests of each driver would take minutes here. Merged caches
	# could not be told which of them is to fail.
	printf ' cryptomgr.notests=1 slab_nomerge'
	# padata nests locks of one class there, which is the kernel's own affair; but
	# lockdep would be switched off by the report.
	[[ $1 != debug-* ]] || printf ' module_blacklist=pcrypt'
	# Which allocations may fail can be said later there from 6.2 on.
	[[ $1 != debug-6.1 ]] || printf ' slub_debug=A,kmalloc-*,skbuff_*'
}
