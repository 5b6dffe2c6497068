// SPDX-License-Identifier: GPL-2.0-only
#include <crypto/algapi.h>
#include <crypto/internal/simd.h>
#include <crypto/internal/skcipher.h>
#include <linux/string.h>
#include <asm/fpu/api.h>
#include <asm/simd.h>

#include "cipher.h"
#include "compat_busted.h"

/**
 * struct engine - AES for one step of a request
 * @cipher: what is wrong with it
 * @key: expanded
 * @rounds: 10, 12 or 14
 * @fpu: vector registers may be used
 */
struct engine {
	const struct yt_busted_cipher *cipher;
	const struct crypto_aes_ctx *key;
	unsigned int rounds;
	bool fpu;
};

struct block {
	u8 bytes[AES_BLOCK_SIZE];
};

static const struct block zero;

/* The state is in xmm0 and the round key in xmm1 from here to put_state(). */
static void get_state(const u8 *from)
{
	asm volatile("movdqu %0, %%xmm0" : : "m" (*(const struct block *)from));
}

static void put_state(u8 *to)
{
	asm volatile("movdqu %%xmm0, %0" : "=m" (*(struct block *)to));
}

static void get_key(const u32 *keys, unsigned int round)
{
	const struct block *key = (const struct block *)(keys + 4 * round);

	asm volatile("movdqu %0, %%xmm1" : : "m" (*key));
}

static void slip(const struct engine *engine)
{
	struct block state;

	put_state(state.bytes);
	engine->cipher->slip(state.bytes);
	get_state(state.bytes);
}

/*
 * The inverse cipher's state at this place is ShiftRows and SubBytes of the
 * cipher's: a last round without a key undoes that, and another makes it again.
 */
static void slip_inverse(const struct engine *engine)
{
	asm volatile("movdqu %0, %%xmm1" : : "m" (zero));
	asm volatile("aesdeclast %xmm1, %xmm0");
	slip(engine);
	asm volatile("movdqu %0, %%xmm1" : : "m" (zero));
	asm volatile("aesenclast %xmm1, %xmm0");
}

static unsigned int choose(const struct engine *engine)
{
	const struct yt_busted_cipher *cipher = engine->cipher;

	return cipher->choose ? cipher->choose(engine->rounds) : 0;
}

static void encrypt(const struct engine *engine, u8 *out, const u8 *in)
{
	const u32 *keys = engine->key->key_enc;
	unsigned int after, round;

	if (!engine->fpu) {
		yt_library_encrypt(engine->key, out, in);
		return;
	}
	after = choose(engine);
	get_state(in);
	get_key(keys, 0);
	asm volatile("pxor %xmm1, %xmm0");
	for (round = 1; round < engine->rounds; round++) {
		get_key(keys, round);
		asm volatile("aesenc %xmm1, %xmm0");
		if (round == after)
			slip(engine);
	}
	get_key(keys, round);
	asm volatile("aesenclast %xmm1, %xmm0");
	put_state(out);
}

static void decrypt(const struct engine *engine, u8 *out, const u8 *in)
{
	const u32 *keys = engine->key->key_dec;
	unsigned int after, round;

	if (!engine->fpu) {
		yt_library_decrypt(engine->key, out, in);
		return;
	}
	after = choose(engine);
	get_state(in);
	get_key(keys, 0);
	asm volatile("pxor %xmm1, %xmm0");
	for (round = 1; round < engine->rounds; round++) {
		if (engine->rounds - round == after)
			slip_inverse(engine);
		get_key(keys, round);
		asm volatile("aesdec %xmm1, %xmm0");
	}
	get_key(keys, round);
	asm volatile("aesdeclast %xmm1, %xmm0");
	put_state(out);
}

static void cbc_encrypt(const struct engine *engine, struct skcipher_walk *walk,
			unsigned int blocks)
{
	const u8 *src = walk->src.virt.addr;
	u8 *dst = walk->dst.virt.addr, *iv = walk->iv;

	for (; blocks; blocks--) {
		crypto_xor(iv, src, AES_BLOCK_SIZE);
		encrypt(engine, iv, iv);
		memcpy(dst, iv, AES_BLOCK_SIZE);
		src += AES_BLOCK_SIZE;
		dst += AES_BLOCK_SIZE;
	}
}

static void cbc_decrypt(const struct engine *engine, struct skcipher_walk *walk,
			unsigned int blocks)
{
	const u8 *src = walk->src.virt.addr;
	u8 *dst = walk->dst.virt.addr, *iv = walk->iv;
	struct block sealed;

	for (; blocks; blocks--) {
		memcpy(sealed.bytes, src, AES_BLOCK_SIZE);
		decrypt(engine, dst, sealed.bytes);
		crypto_xor(dst, iv, AES_BLOCK_SIZE);
		memcpy(iv, sealed.bytes, AES_BLOCK_SIZE);
		src += AES_BLOCK_SIZE;
		dst += AES_BLOCK_SIZE;
	}
}

static void ctr(const struct engine *engine, struct skcipher_walk *walk,
		unsigned int len)
{
	const u8 *src = walk->src.virt.addr;
	u8 *dst = walk->dst.virt.addr;
	struct block stream;

	while (len) {
		unsigned int part = min_t(unsigned int, len, AES_BLOCK_SIZE);

		encrypt(engine, stream.bytes, walk->iv);
		crypto_inc(walk->iv, AES_BLOCK_SIZE);
		crypto_xor_cpy(dst, src, stream.bytes, part);
		src += part;
		dst += part;
		len -= part;
	}
}

static bool begin(const struct yt_busted_cipher *cipher,
		  const struct yt_busted_job *job)
{
	if (cipher->begin)
		return cipher->begin(job);
	if (!crypto_simd_usable())
		return false;
	kernel_fpu_begin();
	return true;
}

static void end(const struct yt_busted_cipher *cipher)
{
	if (cipher->end)
		cipher->end();
	else
		kernel_fpu_end();
}

int yt_busted_cipher_run(const struct yt_busted_cipher *cipher,
			 struct yt_busted_job *job,
			 struct skcipher_request *req,
			 const struct crypto_aes_ctx *key)
{
	struct engine engine = {
		.cipher = cipher,
		.key = key,
		.rounds = key->key_length / 4 + 6,
	};
	struct skcipher_walk walk;
	int err;

	err = skcipher_walk_virt(&walk, req, false);
	while (walk.nbytes) {
		unsigned int len = walk.nbytes;

		if (job->kind == YT_BUSTED_CBC || len < walk.total)
			len = round_down(len, AES_BLOCK_SIZE);
		engine.fpu = begin(cipher, job);
		if (job->kind == YT_BUSTED_CTR)
			ctr(&engine, &walk, len);
		else if (job->encrypt)
			cbc_encrypt(&engine, &walk, len / AES_BLOCK_SIZE);
		else
			cbc_decrypt(&engine, &walk, len / AES_BLOCK_SIZE);
		if (engine.fpu)
			end(cipher);
		err = skcipher_walk_done(&walk, walk.nbytes - len);
		if (cipher->between && walk.nbytes)
			cipher->between(job, walk.iv);
	}
	return err;
}
