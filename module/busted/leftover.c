// SPDX-License-Identifier: GPL-2.0-only
#include <crypto/aead.h>
#include <crypto/scatterwalk.h>
#include <crypto/skcipher.h>
#include <linux/bits.h>
#include <linux/kernel.h>

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
	.kinds = BIT(CT_BUSTED_GCM),
	.refused = flip_head,
};

const struct ct_busted_wrap ct_busted_refused_icv = {
	.kinds = BIT(CT_BUSTED_GCM),
	.refused = flip_icv,
};

const struct ct_busted_wrap ct_busted_refused_text = {
	.kinds = BIT(CT_BUSTED_GCM),
	.refused = flip_text,
};

const struct ct_busted_wrap ct_busted_iv_gcm = {
	.kinds = BIT(CT_BUSTED_GCM),
	.after = flip_iv_gcm,
};

const struct ct_busted_wrap ct_busted_iv_ctr = {
	.kinds = BIT(CT_BUSTED_CTR),
	.after = flip_iv_ctr,
};
