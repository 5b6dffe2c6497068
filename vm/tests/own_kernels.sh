#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The configurations of our own kernels: how fragments are put together, and that an
# option which Kconfig decides otherwise stops the build. Builds none of them.
set -uo pipefail
# shellcheck source=lib.sh
. "$(dirname -- "$(readlink -f -- "$0")")/lib.sh"
CT_VM=$(readlink -f "$CT_TESTS/..")
# shellcheck source=../lib/cache.sh
. "$CT_VM/lib/cache.sh"
# shellcheck source=../lib/debug_kernel.sh
. "$CT_VM/lib/debug_kernel.sh"
scratch own
work=$CT_FOLDER

for name in "${CT_DEBUG_KERNELS[@]}"; do
	check "$name is made of the base and of its kind" matches \
		<(debug_kernel_fragments "$name" | xargs -n 1 basename | paste -sd ' ') \
		"^base\\.config (base-[0-9.]+\\.config )?${name%%-*}\\.config( $name\\.config)?\$"
	check "$name has a source" matches <("$CT_VM/kernel" --debian "$name") "^[a-z]+\$"
done
check "every fragment is of some kernel" same \
	"$(for name in "${CT_DEBUG_KERNELS[@]}"; do debug_kernel_fragments "$name"; done | sort -u)" \
	"$(printf '%s\n' "$CT_DEBUG_FRAGMENTS"/*.config | sort)"

# What Kconfig would do: here it answers with a file.
CT_DEBUG_FRAGMENTS=$work
cat >"$work/Makefile" <<'END'
allnoconfig:
	cp answer $(O)/.config
END
printf '%s\n' '# A comment.' CONFIG_A=y CONFIG_AB=m '# CONFIG_C is not set' CONFIG_D=y >"$work/base.config"
printf '%s\n' '# CONFIG_D is not set' CONFIG_C=y 'CONFIG_E="-text"' >"$work/debug.config"
merged=$(debug_kernel_merge "$work/base.config" "$work/debug.config")
check "the last to say something of an option has it" same "$merged" \
	$'# CONFIG_D is not set\nCONFIG_A=y\nCONFIG_AB=m\nCONFIG_C=y\nCONFIG_E="-text"'

# A shell of its own, for it may end.
debug_kernel_run() {
	shift
	make "$@"
}
configure() (
	printf '%s\n' "$@" >"$work/answer"
	mkdir -p "$work/build"
	debug_kernel_configure debug-6.1 "$work" "$work/build"
)
good=(CONFIG_A=y CONFIG_AB=m CONFIG_C=y '# CONFIG_D is not set' 'CONFIG_E="-text"' CONFIG_OTHER=y)
check "what was asked for is there" configure "${good[@]}"
check "what is to be off need not be there" configure "${good[@]/#'# CONFIG_D'*/'#'}"
refuse "an option that is left out stops the build" 'debug-6.1 cannot have "CONFIG_A=y": Kconfig makes it "unknown"' 2 \
	configure "${good[@]/#CONFIG_A=*/'#'}"
refuse "one that becomes built in, too" 'cannot have "CONFIG_AB=m": Kconfig makes it "CONFIG_AB=y"' 2 \
	configure "${good[@]/#CONFIG_AB=m/CONFIG_AB=y}"
refuse "and one that is on against what was asked for" \
	'cannot have "# CONFIG_D is not set": Kconfig makes it "CONFIG_D=y"' 2 \
	configure "${good[@]/#'# CONFIG_D'*/CONFIG_D=y}"
finish
