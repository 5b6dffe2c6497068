// SPDX-License-Identifier: GPL-2.0-only
#include <crypto/aead.h>
#include <crypto/scatterwalk.h>
#include <crypto/skcipher.h>
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/mm.h>

#include "aim.h"
#include "leftover.h"

static void flip_in(struct scatterlist *list, unsigned int at)
{
	u8 byte;

	scatterwalk_map_and_copy(&byte, list, at, 1, 0);
	byte ^= 0x04;
	scatterwalk_map_and_copy(&byte, list, at, 1, 1);
	yt_busted_aim_done();
}

static void flip(struct yt_busted_job *job, unsigned int at)
{
	flip_in(job->dst, at);
}

static void flip_head(struct yt_busted_job *job)
{
	if (job->due && job->assoc_len)
		flip(job, job->assoc_len - 1);
}

/* There is one in the destination only if that is the source. */
static void flip_icv(struct yt_busted_job *job)
{
	if (job->due && job->src == job->dst)
		flip(job, job->assoc_len + job->crypt_len - 1);
}

static void flip_text(struct yt_busted_job *job)
{
	if (job->due && job->crypt_len > job->icv_len)
		flip(job, job->assoc_len);
}

/* Two lists may lie over the same memory. */
static void flip_source(struct yt_busted_job *job)
{
	if (job->due && sg_virt(job->src) != sg_virt(job->dst))
		flip_in(job->src, job->assoc_len);
}

static void flip_icv_made(struct yt_busted_job *job)
{
	if (job->due && job->encrypt)
		flip(job, job->assoc_len + job->crypt_len + job->icv_len - 1);
}

static void flip_icv_kept(struct yt_busted_job *job)
{
	if (!job->encrypt)
		flip_icv(job);
}

/* The byte behind a piece, where that is on the same page, which is the caller's. */
static void flip_behind(struct yt_busted_job *job, struct scatterlist *piece)
{
	if (!job->due || offset_in_page(piece->offset + piece->length) == 0)
		return;
	((u8 *)sg_virt(piece))[piece->length] ^= 0x04;
	yt_busted_aim_done();
}

/* Lists that are apart may be cut where the memory is not. */
static void flip_between(struct yt_busted_job *job)
{
	if (job->src == job->dst && !sg_is_last(job->dst))
		flip_behind(job, job->dst);
}

static void flip_beyond(struct yt_busted_job *job)
{
	struct scatterlist *last = job->dst;

	while (!sg_is_last(last))
		last = sg_next(last);
	flip_behind(job, last);
}

/* It reads behind its source, and does not use the byte. */
static void read_beyond(struct yt_busted_job *job)
{
	struct scatterlist *last = job->src;

	while (!sg_is_last(last))
		last = sg_next(last);
	if (!job->due)
		return;
	READ_ONCE(((u8 *)sg_virt(last))[last->length]);
	yt_busted_aim_done();
}

static void flip_iv(struct yt_busted_job *job, int at)
{
	if (!job->due)
		return;
	job->iv[at] ^= 0x04;
	yt_busted_aim_done();
}

static void flip_iv_start(struct yt_busted_job *job)
{
	flip_iv(job, 0);
}

static void flip_iv_end(struct yt_busted_job *job)
{
	flip_iv(job, job->iv_len - 1);
}

static void flip_before_iv(struct yt_busted_job *job)
{
	flip_iv(job, -1);
}

/* The caller's request says another length. */
static void change_request(struct yt_busted_job *job)
{
	if (!job->due)
		return;
	if (yt_busted_is_aead(job->kind))
		container_of(job->request, struct aead_request,
			     base)->cryptlen ^= 1;
	else
		container_of(job->request, struct skcipher_request,
			     base)->cryptlen ^= 1;
	yt_busted_aim_done();
}

/* As authencesn did before CVE-2026-43033 was fixed. */
static void write_esn(struct yt_busted_job *job)
{
	unsigned int end = job->assoc_len + job->crypt_len - job->icv_len;
	u8 high[4];

	if (!job->due || job->encrypt || job->src == job->dst ||
	    sg_nents_for_len(job->dst, end + sizeof(high)) < 0)
		return;
	scatterwalk_map_and_copy(high, job->src, 4, sizeof(high), 0);
	scatterwalk_map_and_copy(high, job->dst, end, sizeof(high), 1);
	yt_busted_aim_done();
}

static void flip_iv_ctr(struct yt_busted_job *job)
{
	if (!job->due || job->crypt_len % AES_BLOCK_SIZE == 0)
		return;
	job->iv[AES_BLOCK_SIZE - 1] ^= 0x01;
	yt_busted_aim_done();
}

#define LEFTOVER(name, when, what, which)				\
	const struct yt_busted_wrap yt_busted_##name = {		\
		.kinds = which,						\
		.when = what,						\
	}

#define CBC	BIT(YT_BUSTED_CBC)
#define CTR	BIT(YT_BUSTED_CTR)
#define GCM	BIT(YT_BUSTED_GCM)
#define ESN	BIT(YT_BUSTED_ESN)

LEFTOVER(good_head, after, flip_head, GCM | ESN);
LEFTOVER(good_icv, after, flip_icv_made, GCM | ESN);
LEFTOVER(good_icv_kept, after, flip_icv_kept, GCM);
LEFTOVER(between, after, flip_between, CBC | GCM);
LEFTOVER(source, after, flip_source, CBC | GCM | ESN);
LEFTOVER(over_read, before, read_beyond, CBC | GCM | ESN);
LEFTOVER(iv_cbc, after, flip_iv_end, CBC | ESN);
LEFTOVER(iv_gcm, after, flip_iv_start, GCM);
LEFTOVER(iv_ctr, after, flip_iv_ctr, CTR);
LEFTOVER(iv_beside, after, flip_before_iv, CBC | GCM);
LEFTOVER(request, after, change_request, CBC | GCM);
LEFTOVER(esn_writeback, after, write_esn, ESN);

LEFTOVER(refused_head, refused, flip_head, GCM | ESN);
LEFTOVER(refused_icv, refused, flip_icv, GCM | ESN);
LEFTOVER(refused_text, refused, flip_text, GCM);
LEFTOVER(refused_beyond, refused, flip_beyond, GCM | ESN);
LEFTOVER(refused_source, refused, flip_source, GCM | ESN);
LEFTOVER(refused_iv, refused, flip_iv_start, GCM);
LEFTOVER(refused_iv_beside, refused, flip_before_iv, GCM);
LEFTOVER(refused_request, refused, change_request, GCM);
