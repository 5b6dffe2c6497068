#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the module's probes find in headers, over excerpts of several kernels' headers:
# a feature is found where a distribution backported it, in any version; and headers
# that do not fit are refused in one line. And which compiler vm/build uses for a kernel
# that clang built. Needs neither VM nor kernel.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
top=$(readlink -f -- "$CT_TESTS/../..")
scratch probes
work=$CT_FOLDER
tables=("$top/module/probes.txt" "$top/tests/faultinject/module/probes.txt")

# unpack KERNEL: its excerpts as a tree of headers, $tree.
unpack() {
	tree="$work/tree"
	rm -rf "$tree"
	awk -v tree="$tree" '
		$1 == "==" {
			path = tree "/" $2
			folder = path
			sub(/\/[^\/]*$/, "", folder)
			system("mkdir -p " folder)
			next
		}
		path != "" { print >path }' "$CT_TESTS/headers/$1"
}

# folders ARCH: those that the compiler searches.
folders() {
	printf '%s\n' "$tree/arch/$1/include" "$tree/arch/$1/include/generated" "$tree/include" \
		"$tree/include/uapi" "$tree/include/generated/uapi"
}

# probe TABLE...: what the probes print of $tree.
probe() {
	local search
	mapfile -t search < <(folders x86)
	"${AWK:-awk}" -f "$top/module/probes.awk" KDIR "$top/module/compat.h" "$@" -- "${search[@]}"
}

# flags NAME...: as the probes print them.
flags() {
	local name
	printf '%s' -DYT_PROBED
	for name in "$@"; do
		printf ' -DYT_HAS_%s' "$name"
	done
}

# Every excerpt says in its line "flags:" what there is to find.
for file in "$CT_TESTS"/headers/*; do
	kernel=$(basename -- "$file")
	unpack "$kernel"
	read -ra expected < <(sed -n 's/^flags://p' "$file")
	asked=("${tables[@]}")
	[[ $kernel != *-um ]] || asked=("${tables[0]}")
	check "headers of $kernel: ${expected[*]}" same "$(probe "${asked[@]}")" "$(flags "${expected[@]}")"
done

# without NAME KERNEL HEADER SED...: with that change to that header of KERNEL the flag
# NAME goes, and no other.
turned=()
without() {
	local name=$1 kernel=$2 header="$work/tree/$3" before
	turned+=("$name")
	unpack "$kernel"
	before=$(probe "${tables[@]}")
	shift 3
	sed -i "$@" "$header"
	check "$name goes with its declaration" same "$(probe "${tables[@]}")" "${before/ -DYT_HAS_$name/}"
	check "$name was there" same "$(grep -c " -DYT_HAS_$name\\b" <<<"$before")" 1
}
without COMPLETION_DATA 7.3 include/linux/crypto.h 's/void \*req/struct crypto_async_request *req/'
without HRTIMER_SETUP 7.3 include/linux/hrtimer.h '/hrtimer_setup/,/;/c extern void hrtimer_init(struct hrtimer *timer, int clock);'
without RESV_START_OP 7.3 include/net/genetlink.h '/u8.*resv_start_op;/d'
without GENL_INFO_DUMP 7.3 include/net/genetlink.h 's/^genl_info_dump(/genl_info_of(/'
without FPSTATE 6.1 arch/x86/include/asm/fpu/types.h '1,/^};/d; s/struct fpstate.*/union fpregs_state state;/'
without THREAD_FPU 6.12 arch/x86/include/asm/processor.h 's/struct fpu.*/char pad; };\n#define x86_task_fpu(task) ((void *)((task) + 1))\nstruct more {/'
# shellcheck disable=SC2016 # sed's
without APIC_CALLS 7.3 arch/x86/include/asm/apic.h '/__apic_send_IPI_mask/,$d'
without AES_ENCKEY 7.3 include/crypto/aes.h '/aes_prepareenckey/c void aes_encrypt(const struct crypto_aes_ctx *ctx, u8 *out, const u8 *in);'
unpack 7.3
mv "$tree/include/linux/unaligned.h" "$tree/arch/x86/include/asm/"
turned+=(LINUX_UNALIGNED)
check "LINUX_UNALIGNED goes with its header" same "$(probe "${tables[@]}" | grep -c LINUX_UNALIGNED)" 0
check "every probe was tried so" same "$(printf '%s\n' "${turned[@]}" | sort)" \
	"$(sed -nE 's/^([A-Z_]+)\s.*/\1/p' "${tables[@]}" | sort)"

# What only looks like a declaration.
unpack 5.10
sed -i '1i /* u8 resv_start_op; */\n/*\n u8 resv_start_op;\n */\n// u8 resv_start_op;\nstruct other { u8 resv_start_op;\t/* a comment */ };' \
	"$tree/include/net/genetlink.h"
sed -i '1,3!d; s/struct other {//' "$tree/include/linux/crypto.h"
check "a declaration in a row of others is seen, whatever the white space" same "$(probe "${tables[@]}")" \
	"$(flags RESV_START_OP THREAD_FPU)"
sed -i '/struct other/d' "$tree/include/net/genetlink.h"
check "what comments say counts for nothing" same "$(probe "${tables[@]}")" "$(flags THREAD_FPU)"
echo 'int my_genl_info_dump(struct netlink_callback *cb);' >>"$tree/include/net/genetlink.h"
check "longer names are other names" same "$(probe "${tables[@]}")" "$(flags THREAD_FPU)"

# refused NAME PATTERN: the probes print one line of that kind, and no flag.
refused() {
	local said
	said=$(probe "${tables[@]}")
	if [ "$(wc -l <<<"$said")" -ne 1 ] || ! grep -qE -- "$2" <<<"$said" || grep -q -- -D <<<"$said"; then
		not_ok "$1" "it says: $said"
	else
		ok "$1"
	fi
}
for header in include/net/genetlink.h include/linux/hrtimer.h arch/x86/include/asm/apic.h; do
	unpack 6.12
	rm "$tree/$header"
	refused "headers without $header" "^KDIR has no ${header//./\\.}: install the headers of that kernel"
done
unpack 6.12
rm "$tree/include/linux/unaligned.h"
refused "a header that may be in two places is in none" \
	'^KDIR has no include/linux/unaligned\.h or arch/x86/include/asm/unaligned\.h: install'
unpack 6.12
rm "$tree/include/generated/uapi/linux/version.h"
refused "a folder that was never configured" '^KDIR is no configured kernel build folder: '
unpack 7.3
sed -i 's/hrtimer_setup/hrtimer_prepare/' "$tree/include/linux/hrtimer.h"
refused "a declaration of neither form" \
	'^the headers of KDIR have neither "void hrtimer_setup\(.*" nor "void hrtimer_init\(.*" in include/linux/hrtimer\.h: .*newer cryptorture'
for version in 329984:5.9.0:'needs Linux 5\.10 or later' 459776:7.4.0:'is tested up to Linux 7\.3'; do
	IFS=: read -r code number sentence <<<"$version"
	unpack 7.3
	sed -i "s/\(LINUX_VERSION_CODE\) .*/\1 $code/" "$tree/include/generated/uapi/linux/version.h"
	refused "Linux $number, in compat.h's words" "^cryptorture $sentence: .*\\(KDIR is Linux ${number//./\\.}\\)\$"
done

# kbuild WORDS...: what make makes of the tree's Kbuild, as kbuild calls it, with
# these variables of a kernel's build; its flags, or its error.
kbuild() {
	local search
	mapfile -t search < <(folders x86)
	make --no-print-directory -s -f - "$@" "LINUXINCLUDE=${search[*]/#/-I} -include kconfig.h" <<-END 2>&1
		objtree := $tree
		src := $top
		cc-option = \$(1)
		CONFIG_CC_VERSION_TEXT ?= "gcc (Debian), 12"
		CONFIG_X86_64 ?= y
		CONFIG_NET ?= y
		CONFIG_CRYPTO ?= y
		CONFIG_CRYPTO_AEAD ?= m
		CONFIG_CRYPTO_HASH ?= m
		CONFIG_CRYPTO_SKCIPHER ?= m
		all:
		include $top/Kbuild
		all:; @echo \$(filter -DYT_HAS_% -DYT_PROBED,\$(ccflags-y))
	END
}
unpack 6.1
check "Kbuild gives the compiler the flags" same "$(kbuild)" "$(flags RESV_START_OP)"
check "and with CT_BUSTED those of the broken module" same "$(kbuild CT_BUSTED=1)" "$(flags RESV_START_OP FPSTATE THREAD_FPU)"
check "make clean, which knows no configuration, probes nothing" same "$(kbuild CONFIG_CC_VERSION_TEXT=)" ""
check "a configuration without AEADs is told in one line" same "$(kbuild CONFIG_CRYPTO_AEAD= | sed 's/.*\*\*\* //; s/ *Stop\.$//')" \
	"cryptorture: $tree is configured without CONFIG_CRYPTO_AEAD, which it needs: take another kernel, or configure this one with it."
check "and so is one for another architecture" same "$(kbuild CONFIG_X86_64= | grep -c 'without CONFIG_X86_64')" 1
rm "$tree/include/net/genetlink.h"
check "what the probes refuse ends make in one line" same "$(kbuild | sed 's/.*\*\*\* //; s/: install.*//')" \
	"cryptorture: $tree has no include/net/genetlink.h"
check "a missing awk, too" same "$(kbuild AWK=no-such-awk | grep -c '\*\*\* cryptorture: .*no-such-awk')" 1

# A kernel build folder that only prints its arguments.
kdir="$work/kdir"
mkdir -p "$kdir/include/config" "$kdir/include/generated" "$work/tools"
echo '#define UTS_RELEASE "6.99.0-probe"' >"$kdir/include/generated/utsrelease.h"
# shellcheck disable=SC2016 # make's
printf '%s\n' 'CC = gcc-default' 'LD = ld-default' 'modules:; @echo $(CC) $(LD) $(AR) $(LLVM_IAS) $(LLVM)' >"$kdir/Makefile"
# configure OPTION...: as CONFIG_OPTION.
configure() {
	printf 'CONFIG_%s\n' "$@" >"$kdir/include/config/auto.conf"
}
# tools NAME...: only these are in PATH, and those that the scripts need.
tools() {
	local name
	rm -f "$work/tools"/*
	for name in bash grep sed; do
		ln -s "$(command -v "$name")" "$work/tools/"
	done
	for name in "$@"; do
		ln -s /bin/true "$work/tools/$name"
	done
}
compiler() {
	PATH="$work/tools" "$top/vm/compiler" "$kdir" | tr '\n' ' '
	return "${PIPESTATUS[0]}"
}
build() {
	PATH="$work/tools:$PATH" "$top/vm/build" --into "$work/into" "$kdir" "$@"
}
configure CC_IS_GCC=y GCC_VERSION=120200 CLANG_VERSION=0
tools clang-19 ld.lld-19
refuse "a kernel of GCC, and there is none" 'is built by gcc, which is not installed: install it \(Debian: gcc\)' 2 compiler
# shellcheck disable=SC2016 # make's
echo 'CC = $(if $(DEBIAN_KERNEL_USE_CCACHE),$(CCACHE)) $(CROSS_COMPILE)gcc-97' >"$kdir/.kernelvariables"
tools gcc
refuse "headers that name their GCC, and it is not there" 'built by gcc-97, which is not installed: install it \(Debian: gcc-97\)' 2 compiler
refuse "vm/build says so, too" 'built by gcc-97' 2 build
tools gcc-97
check "headers that name their GCC, and it is there" compiler
rm "$kdir/.kernelvariables"
tools gcc
check "a kernel of GCC: nothing has to be said" same "$(compiler)" ""
check "vm/build leaves it to the kernel" same "$(build)" "gcc-default ld-default ar"
configure CC_IS_CLANG=y CLANG_VERSION=190107 LD_IS_LLD=y AS_IS_LLVM=y
tools clang clang-19 ld.lld-19 ld.lld llvm-ar llvm-nm-19
check "a kernel of clang 19: tools of that version before others" same "$(compiler)" \
	"CC=clang-19 LD=ld.lld-19 LLVM_IAS=1 AR=llvm-ar NM=llvm-nm-19 "
check "vm/build calls clang" same "$(build)" "clang-19 ld.lld-19 llvm-ar 1"
check "vm/build W=1 does, too" same "$(build W=1)" "clang-19 ld.lld-19 llvm-ar 1"
check "vm/build CC=... does not" same "$(build CC=own)" "own ld-default ar"
check "vm/build LLVM=1 does not" same "$(build LLVM=1)" "gcc-default ld-default ar 1"
tools clang ld.lld
check "without these, those of no version" same "$(compiler)" "CC=clang LD=ld.lld LLVM_IAS=1 "
tools clang-19
refuse "without the linker: which one it is, and what to install" 'built by clang 19, .*ld\.lld is not installed: install lld \(Debian: lld-19\)' 2 compiler
configure CC_IS_CLANG=y CLANG_VERSION=190107
check "a kernel that GNU ld linked needs no other" same "$(compiler)" "CC=clang-19 "
configure CC_IS_CLANG=y CLANG_VERSION=190107 LTO_CLANG=y
refuse "bitcode needs LLVM's tools" 'llvm-ar is not installed: install llvm' 2 compiler
tools
refuse "without clang" 'clang is not installed: install clang \(Debian: clang-19\)' 2 compiler
rm "$kdir/include/config/auto.conf"
refuse "a folder without a configuration" 'no configured kernel build folder' 2 compiler
finish
