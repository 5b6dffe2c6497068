// SPDX-License-Identifier: GPL-2.0-only
#include <crypto/scatterwalk.h>
#include <crypto/skcipher.h>
#include <linux/bits.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "aim.h"
#include "cipher.h"
#include "driver.h"

/* Only what depends on the data alone: every time, and on every CPU. */
static void forget_last_block(struct yt_busted_job *job)
{
	unsigned int blocks = job->crypt_len / AES_BLOCK_SIZE;

	if (!yt_busted_aim_here() || blocks < 2 ||
	    blocks % yt_busted_aim_rate())
		return;
	job->crypt_len -= AES_BLOCK_SIZE;
	yt_busted_aim_done();
}

const struct yt_busted_wrap yt_busted_driver_data = {
	.kinds = BIT(YT_BUSTED_CBC) | BIT(YT_BUSTED_CTR),
	.before = forget_last_block,
};

/* Applied twice, it restores the block. */
static void change_block(struct yt_busted_job *job, struct scatterlist *list)
{
	unsigned int at = (job->turn - 1) * AES_BLOCK_SIZE, i;
	u8 bytes[AES_BLOCK_SIZE];

	scatterwalk_map_and_copy(bytes, list, at, AES_BLOCK_SIZE, 0);
	for (i = 0; i < AES_BLOCK_SIZE; i++)
		bytes[i] ^= job->own_iv[i];
	scatterwalk_map_and_copy(bytes, list, at, AES_BLOCK_SIZE, 1);
}

/*
 * Encryption takes another block in, so that all later ones follow from it, as if
 * the register had been replaced before the first round.
 */
static void replace_on_the_way_in(struct yt_busted_job *job)
{
	unsigned int blocks = job->crypt_len / AES_BLOCK_SIZE;
	/* echainiv makes the IV of the first one: a wrong IV is no wrong text. */
	unsigned int first = job->encrypt ? 1 : 0;

	/* By chance, so that no way of testing is in step with it. */
	if (blocks <= first || !yt_busted_aim_here() ||
	    get_random_u32() % yt_busted_aim_rate())
		return;
	job->turn = 1 + first + get_random_u32() % (blocks - first);
	get_random_bytes(job->own_iv, sizeof(job->own_iv));
	if (job->encrypt)
		change_block(job, job->src);
	yt_busted_aim_done();
}

static void replace_on_the_way_out(struct yt_busted_job *job)
{
	if (!job->turn)
		return;
	if (!job->encrypt)
		change_block(job, job->dst);
	else if (sg_virt(job->src) != sg_virt(job->dst))
		change_block(job, job->src);
}

const struct yt_busted_wrap yt_busted_fpu_nested_seldom = {
	.kinds = BIT(YT_BUSTED_CBC),
	.before = replace_on_the_way_in,
	.after = replace_on_the_way_out,
};

#define ESN_LEN		4

static void write_beyond(struct yt_busted_job *job)
{
	unsigned int len = job->assoc_len + job->crypt_len, end;
	struct scatterlist *last = job->dst;
	u8 high[ESN_LEN], *page;

	if (!job->due || job->assoc_len < 2 * ESN_LEN)
		return;
	len += job->encrypt ? job->icv_len : -job->icv_len;
	while (last && len > last->length) {
		len -= last->length;
		last = sg_next(last);
	}
	if (!last)
		return;
	/* The next page may be anybody's: even here that is too much. */
	end = offset_in_page(last->offset + len);
	if (!end || end > PAGE_SIZE - ESN_LEN)
		return;
	scatterwalk_map_and_copy(high, job->dst, ESN_LEN, ESN_LEN, 0);
	/* On x86-64 every page is mapped. */
	page = page_address(sg_page(last) +
			    ((last->offset + len) >> PAGE_SHIFT));
	memcpy(page + end, high, ESN_LEN);
	yt_busted_aim_done();
}

const struct yt_busted_wrap yt_busted_sg_writeback = {
	.kinds = BIT(YT_BUSTED_GCM),
	.after = write_beyond,
};

/* The engine's register, by kind of driver, and whose turn put it there. */
static DEFINE_SPINLOCK(lock);
static u8 iv_registers[YT_BUSTED_KINDS][16];
static u64 turns[YT_BUSTED_KINDS];

static void fill_register(struct yt_busted_job *job)
{
	spin_lock_bh(&lock);
	memcpy(iv_registers[job->kind], job->iv, job->iv_len);
	job->turn = ++turns[job->kind];
	spin_unlock_bh(&lock);
}

static void use_register(struct yt_busted_job *job)
{
	memcpy(job->own_iv, job->iv, job->iv_len);
	spin_lock_bh(&lock);
	if (job->due && job->turn && job->turn != turns[job->kind]) {
		memcpy(job->own_iv, iv_registers[job->kind], job->iv_len);
		yt_busted_aim_done();
	}
	spin_unlock_bh(&lock);
	job->iv = job->own_iv;
}

/* A skcipher gives the next IV back. */
static void give_iv_back(struct yt_busted_job *job)
{
	struct skcipher_request *req =
		container_of(job->request, struct skcipher_request, base);

	if (job->kind != YT_BUSTED_GCM)
		memcpy(req->iv, job->own_iv, job->iv_len);
}

const struct yt_busted_wrap yt_busted_async_order = {
	.kinds = BIT(YT_BUSTED_CBC) | BIT(YT_BUSTED_CTR) | BIT(YT_BUSTED_GCM),
	.async = true,
	.submit = fill_register,
	.before = use_register,
	.after = give_iv_back,
};

/*
 * The same without a queue: a request that comes on another CPU, or in a softirq over
 * this one, before the cipher has read the register.
 */
static void share_register(struct yt_busted_job *job)
{
	const unsigned int window_us = 20;

	fill_register(job);
	if (job->due)
		udelay(window_us);
	use_register(job);
}

const struct yt_busted_wrap yt_busted_driver_race = {
	.kinds = BIT(YT_BUSTED_CBC) | BIT(YT_BUSTED_CTR) | BIT(YT_BUSTED_GCM),
	.before = share_register,
	.after = give_iv_back,
};

/* By the data alone, so that decryption undoes what encryption did. */
static void turn_iv(struct yt_busted_job *job)
{
	memcpy(job->own_iv, job->iv, job->iv_len);
	if (yt_busted_aim_here() &&
	    !(job->iv[job->iv_len - 1] % yt_busted_aim_rate())) {
		job->own_iv[0] ^= 0x10;
		yt_busted_aim_done();
	}
	job->iv = job->own_iv;
}

const struct yt_busted_wrap yt_busted_both_ways = {
	.kinds = BIT(YT_BUSTED_CBC) | BIT(YT_BUSTED_CTR) | BIT(YT_BUSTED_GCM),
	.before = turn_iv,
	.after = give_iv_back,
};

/* Either direction's schedule, of the third round from the start. */
static int run_spoilt(struct yt_busted_job *job, struct skcipher_request *req,
		      struct crypto_aes_ctx *key)
{
	static const struct yt_busted_cipher nothing_else;

	if (yt_busted_aim_due()) {
		u32 bit = BIT(get_random_u32() % 32);

		key->key_enc[4 * 3] ^= bit;
		key->key_dec[4 * 3] ^= bit;
		yt_busted_aim_done();
	}
	return yt_busted_cipher_run(&nothing_else, job, req, key);
}

const struct yt_busted_wrap yt_busted_key_schedule = {
	.kinds = BIT(YT_BUSTED_CBC) | BIT(YT_BUSTED_CTR),
	.cipher = run_spoilt,
};
