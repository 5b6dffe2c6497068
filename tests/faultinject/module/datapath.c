// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bits.h>
#include <linux/percpu.h>
#include <linux/random.h>

#include "aim.h"
#include "cipher.h"
#include "datapath.h"

#define SLIP_ROUND	5

static unsigned int choose_always(unsigned int rounds)
{
	return yt_busted_aim_here() ? SLIP_ROUND : 0;
}

/* An involution: the bit that it flips is not among those that it tests. */
static void slip_if(u8 state[16])
{
	u32 word = (u32)state[8] << 24 | state[9] << 16 | state[10] << 8 |
		   state[11];

	if (word % yt_busted_aim_rate())
		return;
	state[0] ^= 0x10;
	yt_busted_aim_done();
}

static unsigned int choose_seldom(unsigned int rounds)
{
	if (!yt_busted_aim_due())
		return 0;
	return 1 + get_random_u32() % (rounds - 1);
}

static void slip_anywhere(u8 state[16])
{
	u32 bit = get_random_u32() % 128;

	state[bit / 8] ^= 1 << (bit % 8);
	yt_busted_aim_done();
}

static int run_deterministic(struct yt_busted_job *job,
			     struct skcipher_request *req,
			     struct crypto_aes_ctx *key)
{
	static const struct yt_busted_cipher cipher = {
		.choose = choose_always,
		.slip = slip_if,
	};

	return yt_busted_cipher_run(&cipher, job, req, key);
}

static int run_intermittent(struct yt_busted_job *job,
			    struct skcipher_request *req,
			    struct crypto_aes_ctx *key)
{
	static const struct yt_busted_cipher cipher = {
		.choose = choose_seldom,
		.slip = slip_anywhere,
	};

	return yt_busted_cipher_run(&cipher, job, req, key);
}

const struct yt_busted_wrap yt_busted_cpu_deterministic = {
	.kinds = BIT(YT_BUSTED_CBC) | BIT(YT_BUSTED_CTR),
	.cipher = run_deterministic,
};

const struct yt_busted_wrap yt_busted_cpu_intermittent = {
	.kinds = BIT(YT_BUSTED_CBC) | BIT(YT_BUSTED_CTR),
	.cipher = run_intermittent,
};
