// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bits.h>
#include <asm/cpufeature.h>

#include "compat.h"
#include "drivers/feature.h"
#include "packet/algorithm.h"

u32 yt_features_missing(u32 needs)
{
	u32 has = 0;

	if (boot_cpu_has(X86_FEATURE_AES))
		has |= BIT(YT_FEATURE_AES);
	if (boot_cpu_has(X86_FEATURE_PCLMULQDQ))
		has |= BIT(YT_FEATURE_PCLMUL);
	if (boot_cpu_has(X86_FEATURE_SSSE3))
		has |= BIT(YT_FEATURE_SSSE3);
	if (boot_cpu_has(X86_FEATURE_AVX))
		has |= BIT(YT_FEATURE_AVX);
	if (boot_cpu_has(X86_FEATURE_AVX2))
		has |= BIT(YT_FEATURE_AVX2);
	if (boot_cpu_has(X86_FEATURE_VAES))
		has |= BIT(YT_FEATURE_VAES);
	if (boot_cpu_has(X86_FEATURE_VPCLMULQDQ))
		has |= BIT(YT_FEATURE_VPCLMUL);
	if (boot_cpu_has(X86_FEATURE_AVX512VL))
		has |= BIT(YT_FEATURE_AVX512);
	if (boot_cpu_has(X86_FEATURE_SHA_NI))
		has |= BIT(YT_FEATURE_SHA_NI);
	return needs & ~has;
}

bool yt_cpu_does_aes(void)
{
	return cpuid_ecx(1) & BIT(25);
}
