// SPDX-License-Identifier: GPL-2.0-only
#include <crypto/aes.h>
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/delay.h>
#include <linux/hash.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "aim.h"
#include "transform.h"

const struct yt_busted_wrap yt_busted_no_192 = {
	.kinds = BIT(YT_BUSTED_CBC) | BIT(YT_BUSTED_CTR) | BIT(YT_BUSTED_GCM),
	.refuse_len = AES_KEYSIZE_192,
	.refuse_icv = 12,
};

const struct yt_busted_wrap yt_busted_rekey = {
	.kinds = BIT(YT_BUSTED_CBC) | BIT(YT_BUSTED_CTR),
	.keep_key = true,
};

/* By transform, which of them are few. */
static u64 owners[4096];
static atomic64_t requests;

static void share_transform(struct yt_busted_job *job)
{
	u64 *owner = &owners[hash_ptr(job->request->tfm, 12)];
	u64 own = atomic64_inc_return(&requests);

	WRITE_ONCE(*owner, own);
	udelay(3);
	if (READ_ONCE(*owner) == own)
		return;
	memcpy(job->own_iv, job->iv, job->iv_len);
	job->own_iv[0] ^= 0x01;
	job->iv = job->own_iv;
	yt_busted_aim_done();
}

const struct yt_busted_wrap yt_busted_shared = {
	.kinds = BIT(YT_BUSTED_GCM),
	.before = share_transform,
};
