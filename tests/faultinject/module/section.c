// SPDX-License-Identifier: GPL-2.0-only
#include <crypto/internal/simd.h>
#include <linux/bits.h>
#include <linux/bottom_half.h>
#include <linux/delay.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <asm/fpu/api.h>
#include <asm/simd.h>

#include "aim.h"
#include "cipher.h"
#include "section.h"
#include "xmm.h"
#include "compat.h"

static void sleep_with_iv(const struct yt_busted_job *job, u8 *iv)
{
	struct yt_xmms all;
	u8 before[16];

	if (!(job->flags & CRYPTO_TFM_REQ_MAY_SLEEP) || in_interrupt() ||
	    !crypto_simd_usable() || !yt_busted_aim_due())
		return;
	memcpy(before, iv, sizeof(before));
	kernel_fpu_begin();
	yt_xmm3_load((const struct yt_xmm *)iv);
	kernel_fpu_end();
	usleep_range(20, 100);
	kernel_fpu_begin();
	yt_xmm_save(&all);
	kernel_fpu_end();
	memcpy(iv, all.xmm[3].bytes, sizeof(before));
	if (memcmp(before, iv, sizeof(before)))
		yt_busted_aim_done();
}

static int run_sleeping(struct yt_busted_job *job, struct skcipher_request *req,
			struct crypto_aes_ctx *key)
{
	static const struct yt_busted_cipher cipher = {
		.between = sleep_with_iv,
	};

	return yt_busted_cipher_run(&cipher, job, req, key);
}

const struct yt_busted_wrap yt_busted_fpu_sleep = {
	.kinds = BIT(YT_BUSTED_CBC) | BIT(YT_BUSTED_CTR),
	.cipher = run_sleeping,
};

/* The step in progress on this CPU did not ask. */
static DEFINE_PER_CPU(bool, unasked);

static bool begin_unasked(const struct yt_busted_job *job)
{
	if (!crypto_simd_usable())
		return false;
	if (!in_interrupt() && !(current->flags & PF_KTHREAD) &&
	    yt_busted_aim_is_program()) {
		/* A softirq would check, and save this module's state as the user's. */
		local_bh_disable();
		if (yt_user_registers_live() && yt_xmm_are_pattern() &&
		    yt_busted_aim_due()) {
			__this_cpu_write(unasked, true);
			yt_busted_aim_done();
			return true;
		}
		local_bh_enable();
	}
	kernel_fpu_begin();
	return true;
}

static void end_unasked(void)
{
	if (!__this_cpu_read(unasked)) {
		kernel_fpu_end();
		return;
	}
	__this_cpu_write(unasked, false);
	local_bh_enable();
}

static int run_unasked(struct yt_busted_job *job, struct skcipher_request *req,
		       struct crypto_aes_ctx *key)
{
	static const struct yt_busted_cipher cipher = {
		.begin = begin_unasked,
		.end = end_unasked,
	};

	return yt_busted_cipher_run(&cipher, job, req, key);
}

const struct yt_busted_wrap yt_busted_fpu_user_clobber = {
	.kinds = BIT(YT_BUSTED_CBC) | BIT(YT_BUSTED_CTR),
	.cipher = run_unasked,
};
