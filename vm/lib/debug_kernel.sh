# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Own builds of kernels, with the kernel's checkers or other options than
# Debian's, from Debian's linux-source packages: debug-6.1, cfi-7.3 and so on, each
# from the fragments in vm/debug. They lie in the cache next to Debian's and have the
# same parts. Part of kernel.sh.

CT_DEBUG_FRAGMENTS="${CT_DEBUG_FRAGMENTS:-$CT_VM/debug}"
CT_DEBUG_KERNELS=(debug-6.1 debug-6.12 debug-7.3 kcsan-6.1 kcsan-6.12 cfi-7.3 lazy-7.3)

debug_kernel_is() {
	[[ " ${CT_DEBUG_KERNELS[*]} " = *" $1 "* ]]
}

# debug_kernel_fragments NAME: its files, the later ones over the earlier ones.
debug_kernel_fragments() {
	local file
	for file in base "base-${1#*-}" "${1%%-*}" "$1"; do
		[ ! -e "$CT_DEBUG_FRAGMENTS/$file.config" ] || echo "$CT_DEBUG_FRAGMENTS/$file.config"
	done
}

# debug_kernel_source NAME: the whole source, unpacked (1.4 GB). Beside the kernels, for
# those that were built of it go on to need it when Debian has a newer one.
debug_kernel_source() {
	local series=$1 of version folder
	! debug_kernel_is "$1" || series=${1#*-}
	kernel_ready "$series"
	of=$(kernel_folder "$series")
	version=$(cat "$of/version")
	folder="$CT_CACHE/trees/$(kernel_series "$series")-$version"
	[ -d "$folder" ] || with_lock "tree-$series" debug_kernel_source_fetch "$series" "$folder"
	echo "$folder"
}

debug_kernel_source_fetch() {
	local name=$1 to=$2 debs work tree series
	[ ! -d "$to" ] || return 0
	series=$(kernel_series "$name")
	say "fetching and unpacking Linux $series (whole source)"
	debs=$(cache_temporary source)
	kernel_source_unpack "$name" "$debs"
	work=$(cache_temporary tree)
	tar -x -C "$work" --strip-components=1 -f "$debs/usr/src/linux-source-$series.tar.xz"
	rm -rf "$debs"
	touch "$work"
	cache_folder "$CT_CACHE/trees"
	for tree in "$CT_CACHE/trees/$series"-*; do
		[ ! -d "$tree" ] || [ -z "$(find "$tree" -maxdepth 0 -mtime +7)" ] ||
			[ -n "$(find "$CT_CACHE/kernels" -maxdepth 2 -name source -lname "$tree")" ] || rm -rf "$tree"
	done
	mv "$work" "$to"
}

# debug_kernel_chroot NAME: the chroot whose compiler it and its modules are built with;
# nothing where this machine's is the one.
debug_kernel_chroot() {
	local chroot
	chroot=$(kernel_chroot "${1#*-}")
	[ -z "$chroot" ] || echo "$chroot-kernel"
}

# debug_kernel_run NAME ARGUMENT...: make, with its compiler.
debug_kernel_run() {
	local name=$1 chroot make=(make)
	shift
	chroot=$(debug_kernel_chroot "$name")
	[ -z "$chroot" ] || make=("$CT_VM/chroot" "$chroot" make)
	[[ $name != cfi-* ]] || make+=(LLVM=1)
	"${make[@]}" "$@"
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
		cat "$of/version"
		debug_kernel_merge "${fragments[@]}"
		debug_kernel_target "$1"
		debug_kernel_chroot "$1"
	} | sha256sum | cut -c 1-12)
	echo "$CT_CACHE/kernels/$1-$key"
}

# debug_kernel_merge FRAGMENT...: what they ask for, each option once.
debug_kernel_merge() {
	awk '
		/^CONFIG_[A-Za-z0-9_]+=/ { last[substr($0, 1, index($0, "=") - 1)] = $0 }
		/^# CONFIG_[A-Za-z0-9_]+ is not set$/ { last[$2] = $0 }
		END {
			for (option in last)
				print last[option]
		}' "$@" | LC_ALL=C sort
}

# What a fragment asks for and Kconfig leaves out would be a checker that is off.
debug_kernel_configure() {
	local name=$1 source=$2 build=$3 line option now fragments
	mapfile -t fragments < <(debug_kernel_fragments "$name")
	debug_kernel_merge "${fragments[@]}" >"$build/fragments"
	debug_kernel_run "$name" -s -C "$source" O="$build" KCONFIG_ALLCONFIG="$build/fragments" allnoconfig >"$build/log" 2>&1 || {
		tail -n 20 "$build/log" >&2
		die "cannot configure $name: see above"
	}
	while IFS= read -r line; do
		option=${line#'# '}
		option=${option%%[ =]*}
		now=$(grep -E "^(# )?${option}[ =]" "$build/.config") || now=
		# One that is to be off may as well not be there.
		[ "$now" = "$line" ] || { [[ $line = '#'* ]] && [[ $now != CONFIG_* ]]; } ||
			die "$name cannot have \"$line\": Kconfig makes it \"${now:-unknown}\"; see vm/debug/*.config"
	done <"$build/fragments"
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
	debug_kernel_run "$name" -s -C "$source" O="$build" -j"$(nproc)" "$(basename -- "$target")" modules >"$build/log" 2>&1 || {
		tail -n 40 "$build/log" >&2
		die "cannot build $name: see above and $build/log"
	}
	release=$(cat "$build/include/config/kernel.release")
	work=$(cache_temporary debug-kernel)
	mkdir -p "$work/image"
	debug_kernel_run "$name" -s -C "$source" O="$build" INSTALL_MOD_PATH="$work/image" DEPMOD=true modules_install >"$build/log" 2>&1 || {
		tail -n 20 "$build/log" >&2
		die "cannot install the modules of $name: see above"
	}
	rm -f "$work/image/lib/modules/$release"/{build,source}
	depmod -b "$work/image" "$release"
	# Under that name for each format: QEMU detects it.
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
	# Newer kernels' says where it is, for ever.
	sed -i "s#^export KBUILD_OUTPUT = .*#export KBUILD_OUTPUT = $folder/headers/build#" "$work/headers/build/Makefile"
	# Of this kernel, and of versions of it before.
	mv "$work" "$folder"
	find "$CT_CACHE/kernels" -maxdepth 1 -name "$name-*" -not -path "$folder" -mtime +7 -exec rm -rf {} +
}

# debug_kernel_arguments NAME: what it is booted with, each after a space.
debug_kernel_arguments() {
	[[ $1 = debug-* || $1 = kcsan-* ]] || return 0
	# The kernel's self-tests of each driver would take minutes here. With merged caches
	# fault injection could not select one of them.
	printf ' cryptomgr.notests=1 slab_nomerge'
	# padata nests locks of one class there, which is the kernel's own affair; but
	# lockdep would be switched off by the report.
	[[ $1 != debug-* ]] || printf ' module_blacklist=pcrypt'
	# Which allocations may fail can be said later there from 6.2 on.
	[[ $1 != debug-6.1 ]] || printf ' slub_debug=A,kmalloc-*,skbuff_*'
}
