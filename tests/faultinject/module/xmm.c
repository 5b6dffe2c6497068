// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "xmm.h"

static const u8 text[16] __aligned(16) = "BUSTED plaintext";
static const u8 key[16] __aligned(16) = "BUSTED round key";
static atomic_t tags;

void yt_xmm_work(void)
{
	unsigned int round;

	asm volatile("movdqa %0, %%xmm0" : : "m" (text));
	asm volatile("movdqa %0, %%xmm2" : : "m" (key));
	asm volatile("pxor %xmm2, %xmm0");
	for (round = 1; round < 10; round++)
		asm volatile("aesenc %xmm2, %xmm0");
	asm volatile("aesenclast %xmm2, %xmm0");
}

/* The magic of exerciser/pattern, little-endian, and inverted in odd epochs. */
#define PATTERN_MAGIC	0x58455443U	/* "CTEX" */

bool yt_xmm_are_pattern(void)
{
	unsigned int i, straight = 0, inverted = 0;
	struct yt_xmms all;
	u32 magic;

	yt_xmm_save(&all);
	for (i = 0; i < ARRAY_SIZE(all.xmm); i++) {
		memcpy(&magic, all.xmm[i].bytes, sizeof(magic));
		straight += magic == PATTERN_MAGIC;
		inverted += magic == ~PATTERN_MAGIC;
	}
	return straight == ARRAY_SIZE(all.xmm) ||
	       inverted == ARRAY_SIZE(all.xmm);
}

void yt_xmm_tag(void)
{
	struct yt_xmm tag = { .bytes = "BUSTED" };
	u16 cpu = raw_smp_processor_id();
	u64 count = atomic_inc_return(&tags);

	memcpy(tag.bytes + 6, &cpu, sizeof(cpu));
	memcpy(tag.bytes + 8, &count, sizeof(count));
	asm volatile("movdqu %0, %%xmm0" : : "m" (tag));
}

void yt_xmm_save(struct yt_xmms *to)
{
	asm volatile("movdqu %%xmm0, 0(%0)\n\t"
		     "movdqu %%xmm1, 16(%0)\n\t"
		     "movdqu %%xmm2, 32(%0)\n\t"
		     "movdqu %%xmm3, 48(%0)\n\t"
		     "movdqu %%xmm4, 64(%0)\n\t"
		     "movdqu %%xmm5, 80(%0)\n\t"
		     "movdqu %%xmm6, 96(%0)\n\t"
		     "movdqu %%xmm7, 112(%0)\n\t"
		     "movdqu %%xmm8, 128(%0)\n\t"
		     "movdqu %%xmm9, 144(%0)\n\t"
		     "movdqu %%xmm10, 160(%0)\n\t"
		     "movdqu %%xmm11, 176(%0)\n\t"
		     "movdqu %%xmm12, 192(%0)\n\t"
		     "movdqu %%xmm13, 208(%0)\n\t"
		     "movdqu %%xmm14, 224(%0)\n\t"
		     "movdqu %%xmm15, 240(%0)"
		     : : "r" (to) : "memory");
}

void yt_xmm_load(const struct yt_xmms *from)
{
	asm volatile("movdqu 0(%0), %%xmm0\n\t"
		     "movdqu 16(%0), %%xmm1\n\t"
		     "movdqu 32(%0), %%xmm2\n\t"
		     "movdqu 48(%0), %%xmm3\n\t"
		     "movdqu 64(%0), %%xmm4\n\t"
		     "movdqu 80(%0), %%xmm5\n\t"
		     "movdqu 96(%0), %%xmm6\n\t"
		     "movdqu 112(%0), %%xmm7\n\t"
		     "movdqu 128(%0), %%xmm8\n\t"
		     "movdqu 144(%0), %%xmm9\n\t"
		     "movdqu 160(%0), %%xmm10\n\t"
		     "movdqu 176(%0), %%xmm11\n\t"
		     "movdqu 192(%0), %%xmm12\n\t"
		     "movdqu 208(%0), %%xmm13\n\t"
		     "movdqu 224(%0), %%xmm14\n\t"
		     "movdqu 240(%0), %%xmm15"
		     : : "r" (from) : "memory");
}

void yt_ymm_highs_save(struct yt_xmms *to)
{
	asm volatile("vextractf128 $1, %%ymm0, 0(%0)\n\t"
		     "vextractf128 $1, %%ymm1, 16(%0)\n\t"
		     "vextractf128 $1, %%ymm2, 32(%0)\n\t"
		     "vextractf128 $1, %%ymm3, 48(%0)\n\t"
		     "vextractf128 $1, %%ymm4, 64(%0)\n\t"
		     "vextractf128 $1, %%ymm5, 80(%0)\n\t"
		     "vextractf128 $1, %%ymm6, 96(%0)\n\t"
		     "vextractf128 $1, %%ymm7, 112(%0)\n\t"
		     "vextractf128 $1, %%ymm8, 128(%0)\n\t"
		     "vextractf128 $1, %%ymm9, 144(%0)\n\t"
		     "vextractf128 $1, %%ymm10, 160(%0)\n\t"
		     "vextractf128 $1, %%ymm11, 176(%0)\n\t"
		     "vextractf128 $1, %%ymm12, 192(%0)\n\t"
		     "vextractf128 $1, %%ymm13, 208(%0)\n\t"
		     "vextractf128 $1, %%ymm14, 224(%0)\n\t"
		     "vextractf128 $1, %%ymm15, 240(%0)"
		     : : "r" (to) : "memory");
}

void yt_ymm_highs_load(const struct yt_xmms *from)
{
	asm volatile("vinsertf128 $1, 0(%0), %%ymm0, %%ymm0\n\t"
		     "vinsertf128 $1, 16(%0), %%ymm1, %%ymm1\n\t"
		     "vinsertf128 $1, 32(%0), %%ymm2, %%ymm2\n\t"
		     "vinsertf128 $1, 48(%0), %%ymm3, %%ymm3\n\t"
		     "vinsertf128 $1, 64(%0), %%ymm4, %%ymm4\n\t"
		     "vinsertf128 $1, 80(%0), %%ymm5, %%ymm5\n\t"
		     "vinsertf128 $1, 96(%0), %%ymm6, %%ymm6\n\t"
		     "vinsertf128 $1, 112(%0), %%ymm7, %%ymm7\n\t"
		     "vinsertf128 $1, 128(%0), %%ymm8, %%ymm8\n\t"
		     "vinsertf128 $1, 144(%0), %%ymm9, %%ymm9\n\t"
		     "vinsertf128 $1, 160(%0), %%ymm10, %%ymm10\n\t"
		     "vinsertf128 $1, 176(%0), %%ymm11, %%ymm11\n\t"
		     "vinsertf128 $1, 192(%0), %%ymm12, %%ymm12\n\t"
		     "vinsertf128 $1, 208(%0), %%ymm13, %%ymm13\n\t"
		     "vinsertf128 $1, 224(%0), %%ymm14, %%ymm14\n\t"
		     "vinsertf128 $1, 240(%0), %%ymm15, %%ymm15"
		     : : "r" (from) : "memory");
}

void yt_xmm3_zero(void)
{
	asm volatile("pxor %xmm3, %xmm3");
}

void yt_xmm3_from_xmm7(void)
{
	asm volatile("movdqa %xmm7, %xmm3");
}

void yt_xmm5_save(struct yt_xmm *to)
{
	asm volatile("movdqu %%xmm5, %0" : "=m" (*to));
}

void yt_xmm3_load(const struct yt_xmm *from)
{
	asm volatile("movdqu %0, %%xmm3" : : "m" (*from));
}

void yt_ymm5_high_save(struct yt_xmm *to)
{
	asm volatile("vextracti128 $1, %%ymm5, %0" : "=m" (*to));
}

void yt_ymm3_high_load(const struct yt_xmm *from)
{
	asm volatile("vinserti128 $1, %0, %%ymm3, %%ymm3" : : "m" (*from));
}

void yt_ymm_high_zero(void)
{
	asm volatile("vzeroupper");
}

void yt_mxcsr_initial(void)
{
	static const u32 initial = 0x1f80;

	asm volatile("ldmxcsr %0" : : "m" (initial));
}

void yt_x87_initial(void)
{
	asm volatile("fninit");
}

void yt_k3_zero(void)
{
	asm volatile("kxorw %k3, %k3, %k3");
}

/* A VEX instruction clears what is above the YMM register that it writes. */
void yt_zmm3_high_zero(void)
{
	asm volatile("vmovdqa %ymm3, %ymm3");
}

void yt_zmm17_zero(void)
{
	asm volatile("vpxorq %zmm17, %zmm17, %zmm17");
}
