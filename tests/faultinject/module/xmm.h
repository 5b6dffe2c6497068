/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Vector registers, and what is saved with them, used without kernel_fpu_begin(): that is
 * what is wrong with this module, and on purpose. The compiler uses none of them in the
 * kernel, so what is not touched here stays as it was.
 */
#ifndef CRYPTORTURE_BUSTED_XMM_H
#define CRYPTORTURE_BUSTED_XMM_H

#include <linux/types.h>

struct yt_xmm {
	u8 bytes[16];
};

/* All of them, xmm0 to xmm15. */
struct yt_xmms {
	struct yt_xmm xmm[16];
};

/*
 * One AES block by AES-NI, its state in xmm0 and its round keys in xmm2 as in
 * the kernel's own aesni code; both are left with what was there last.
 */
void yt_xmm_work(void);

/*
 * Do all of them hold the pattern of an exerciser (ctl/registers/pattern.h)?
 * Then they hold no state of the program itself, so that it
 * survives any change to them.
 */
bool yt_xmm_are_pattern(void);

/* "BUSTED", the CPU and a count into xmm0. */
void yt_xmm_tag(void);

/* Upper halves of all YMM registers, ymm0 to ymm15, on CPUs with AVX. */
void yt_ymm_highs_save(struct yt_xmms *to);
void yt_ymm_highs_load(const struct yt_xmms *from);

void yt_xmm_save(struct yt_xmms *to);
void yt_xmm_load(const struct yt_xmms *from);

/* Single registers: xmm3 is what is changed. */
void yt_xmm3_zero(void);
void yt_xmm3_from_xmm7(void);
void yt_xmm5_save(struct yt_xmm *to);
void yt_xmm3_load(const struct yt_xmm *from);

/* Upper halves of YMM registers, on CPUs with AVX2. */
void yt_ymm5_high_save(struct yt_xmm *to);
void yt_ymm3_high_load(const struct yt_xmm *from);
void yt_ymm_high_zero(void);

/* Initial values of what is beside XMM and YMM; the last three on CPUs with AVX-512. */
void yt_mxcsr_initial(void);
void yt_x87_initial(void);
void yt_k3_zero(void);
void yt_zmm3_high_zero(void);
void yt_zmm17_zero(void);

#endif /* CRYPTORTURE_BUSTED_XMM_H */
