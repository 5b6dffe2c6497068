// SPDX-License-Identifier: GPL-2.0-only
#include <crypto/aead.h>
#include <crypto/scatterwalk.h>
#include <crypto/skcipher.h>
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/delay.h>
#include <linux/hash.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "busted/aim.h"
#include "busted/leftover.h"

static void flip(struct ct_busted_job *job, unsigned int at)
{
	u8 byte;

	scatterwalk_map_and_copy(&byte, job->dst, at, 1, 0);
	byte ^= 0x04;
	scatterwalk_map_and_copy(&byte, job->dst, at, 1, 1);
	ct_busted_aim_done();
}

static void flip_head(struct ct_busted_job *job)
{
	if (job->due && job->assoc_len)
		flip(job, job->assoc_len - 1);
}

/* There is one in the destination only if that is the source. */
static void flip_icv(struct ct_busted_job *job)
{
	if (job->due && job->src == job->dst)
		flip(job, job->assoc_len + job->crypt_len - 1);
}

static void flip_text(struct ct_busted_job *job)
{
	if (job->due && job->crypt_len > job->icv_len)
		flip(job, job->assoc_len);
}

/* As authencesn did before CVE-2026-43033 was mended. */
static void write_esn(struct ct_busted_job *job)
{
	unsigned int end = job->assoc_len + job->crypt_len - job->icv_len;
	u8 high[4];

	if (!job->due || job->encrypt || job->src == job->dst ||
	    sg_nents_for_len(job->dst, end + sizeof(high)) < 0)
		return;
	scatterwalk_map_and_copy(high, job->src, 4, sizeof(high), 0);
	scatterwalk_map_and_copy(high, job->dst, end, sizeof(high), 1);
	ct_busted_aim_done();
}

static void flip_iv_gcm(struct ct_busted_job *job)
{
	if (!job->due)
		return;
	job->iv[0] ^= 0x04;
	ct_busted_aim_done();
}

static void flip_iv_ctr(struct ct_busted_job *job)
{
	if (!job->due || job->crypt_len % AES_BLOCK_SIZE == 0)
		return;
	job->iv[AES_BLOCK_SIZE - 1] ^= 0x01;
	ct_busted_aim_done();
}

const struct ct_busted_wrap ct_busted_refused_head = {
	.kinds = BIT(CT_BUSTED_GCM) | BIT(CT_BUSTED_ESN),
	.refused = flip_head,
};

const struct ct_busted_wrap ct_busted_refused_icv = {
	.kinds = BIT(CT_BUSTED_GCM) | BIT(CT_BUSTED_ESN),
	.refused = flip_icv,
};

const struct ct_busted_wrap ct_busted_refused_text = {
	.kinds = BIT(CT_BUSTED_GCM),
	.refused = flip_text,
};

const struct ct_busted_wrap ct_busted_esn_writeback = {
	.kinds = BIT(CT_BUSTED_ESN),
	.after = write_esn,
};

const struct ct_busted_wrap ct_busted_no_192 = {
	.kinds = BIT(CT_BUSTED_CBC) | BIT(CT_BUSTED_CTR) | BIT(CT_BUSTED_GCM),
	.refuse_len = AES_KEYSIZE_192,
	.refuse_icv = 12,
};

const struct ct_busted_wrap ct_busted_rekey = {
	.kinds = BIT(CT_BUSTED_CBC) | BIT(CT_BUSTED_CTR),
	.keep_key = true,
};

/* By transform, which of them are few. */
static u64 owners[4096];
static atomic64_t requests;

static void share_transform(struct ct_busted_job *job)
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
	ct_busted_aim_done();
}

const struct ct_busted_wrap ct_busted_shared = {
	.kinds = BIT(CT_BUSTED_GCM),
	.before = share_transform,
};

const struct ct_busted_wrap ct_busted_iv_gcm = {
	.kinds = BIT(CT_BUSTED_GCM),
	.after = flip_iv_gcm,
};

const struct ct_busted_wrap ct_busted_iv_ctr = {
	.kinds = BIT(CT_BUSTED_CTR),
	.after = flip_iv_ctr,
};
