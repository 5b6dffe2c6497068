# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# Debian's Xen, unpacked in the cache and never installed, with the chosen kernel as
# its PV dom0.
# Needs cache.sh and apt.sh.

CT_XEN="$CT_CACHE/xen"
CT_XEN_PACKAGE=xen-hypervisor-4.17-amd64
# Memory of Xen itself, in MiB.
CT_XEN_MEMORY=192

xen_fetch() {
	local work version image
	[ ! -e "$CT_XEN/xen" ] || return 0
	apt_index
	version=$(apt_newest "$CT_XEN_PACKAGE")
	[ -n "$version" ] ||
		die "there is no $CT_XEN_PACKAGE in the package lists of Debian $CT_SUITE: if it has another version of Xen now, name that in vm/lib/xen.sh"
	say "fetching Xen ($CT_XEN_PACKAGE $version)"
	work=$(cache_temporary xen)
	apt_unpack "$work" "$CT_XEN_PACKAGE=$version"
	image=$(find "$work/boot" -name 'xen-*.gz' | head -n 1)
	[ -n "$image" ] ||
		die "$CT_XEN_PACKAGE has no boot/xen-*.gz: the package layout has changed, see xen_fetch in vm/lib/xen.sh"
	gunzip -c "$image" >"$work/xen"
	rm -rf "${work:?}"/{boot,etc,usr}
	mv "$work" "$CT_XEN"
}

# QEMU's list of multiboot modules ends a name at a space or comma: hence files in the
# folder that QEMU is started in, and doubled commas.
#   xen_boot FOLDER KERNEL CPUS VCPUS MEMORY ARGUMENTS
# Puts files for QEMU next to FOLDER/initramfs, and sets XEN to options of QEMU.
# shellcheck disable=SC2034 # for the caller
xen_boot() {
	local folder=$1 kernel=$2 cpus=$3 vcpus=$4 memory=$5 arguments=$6 registers=''
	[ -e "$CT_XEN/xen" ] || with_lock xen xen_fetch
	ln -s "$CT_XEN/xen" "$folder/xen"
	ln -s "$kernel" "$folder/dom0"
	# An emulated CPU's SMAP stops Xen from building a PV dom0. Of more vCPUs than the
	# machine's tables list CPUs, newer kernels leave the rest (6.12 does): so there are as
	# many, and Xen takes the first of them only.
	# Where vCPUs share CPUs, an emulated CPU's XSAVE loses registers of user threads within
	# seconds (cryptorture reports it, and programs crash); FXSAVE, in its place, loses none.
	[ "$vcpus" -le "$cpus" ] || registers=' xsave=0'
	XEN=(-cpu "max,-smap" -m "$((memory + CT_XEN_MEMORY))"
		-smp "$((vcpus > cpus ? vcpus : cpus))" -kernel xen
		-append "com1=115200 console=com1 loglvl=warning maxcpus=$cpus dom0_mem=${memory}M,max:${memory}M dom0_max_vcpus=$vcpus$registers"
		-initrd "dom0 ${arguments//,/,,},initramfs")
}
