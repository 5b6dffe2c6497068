// SPDX-License-Identifier: GPL-2.0-only
/* The skciphers of wrapper.h. */
#include <crypto/internal/skcipher.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/string.h>

#include "aim.h"
#include "compat_busted.h"
#include "wrapper.h"

/**
 * struct context - of a transform
 * @inner: the real driver
 * @key: the same key, for a fault that does the work itself
 * @keyed: it has one
 */
struct context {
	struct crypto_skcipher *inner;
	struct crypto_aes_ctx key;
	bool keyed;
};

/**
 * struct request - of a request
 * @job: what it is
 * @inner: the real driver's request; its context is behind it
 */
struct request {
	struct yt_busted_job job;
	struct skcipher_request inner;
};

static enum yt_busted_kind kind_of(struct crypto_skcipher *tfm);

static int init(struct crypto_skcipher *tfm)
{
	const char *name = yt_busted_inner[kind_of(tfm)];
	struct context *context = crypto_skcipher_ctx(tfm);

	context->inner = crypto_alloc_skcipher(name, 0, 0);
	if (IS_ERR(context->inner))
		return PTR_ERR(context->inner);
	if (strcmp(crypto_skcipher_driver_name(context->inner), name)) {
		pr_err("asking for %s gives %s\n", name,
		       crypto_skcipher_driver_name(context->inner));
		crypto_free_skcipher(context->inner);
		return -ENOENT;
	}
	crypto_skcipher_set_reqsize(tfm, sizeof(struct request) +
				    crypto_skcipher_reqsize(context->inner));
	return 0;
}

static void leave(struct crypto_skcipher *tfm)
{
	struct context *context = crypto_skcipher_ctx(tfm);

	crypto_free_skcipher(context->inner);
}

static int set_key(struct crypto_skcipher *tfm, const u8 *key, unsigned int len)
{
	struct context *context = crypto_skcipher_ctx(tfm);
	const struct yt_busted_wrap *wrap = yt_busted_wrapper_fault();
	int err;

	if (wrap && wrap->refuse_len && wrap->refuse_len == len)
		return -EINVAL;
	if (wrap && wrap->keep_key && context->keyed) {
		yt_busted_aim_done();
		return 0;
	}
	err = aes_expandkey(&context->key, key, len);
	if (!err)
		err = crypto_skcipher_setkey(context->inner, key, len);
	context->keyed = !err;
	return err;
}

/* -EINPROGRESS only says that it has left a backlog. */
static YT_COMPLETION(inner_done)
{
	struct yt_busted_job *job = yt_completion_data();

	if (err != -EINPROGRESS)
		yt_busted_wrapper_after(job, err);
	yt_complete(job->request, err);
}

int yt_busted_skcipher_work(struct yt_busted_job *job)
{
	struct skcipher_request *outer =
		container_of(job->request, struct skcipher_request, base);
	struct context *context =
		crypto_skcipher_ctx(crypto_skcipher_reqtfm(outer));
	struct request *request = skcipher_request_ctx(outer);
	const struct yt_busted_wrap *wrap = yt_busted_wrapper_fault();
	struct skcipher_request *inner = &request->inner;
	int err;

	if (wrap && wrap->cipher)
		return wrap->cipher(job, outer, &context->key);
	yt_busted_wrapper_before(job);
	skcipher_request_set_tfm(inner, context->inner);
	skcipher_request_set_callback(inner, job->flags, inner_done, job);
	skcipher_request_set_crypt(inner, job->src, job->dst, job->crypt_len,
				   job->iv);
	err = job->encrypt ? crypto_skcipher_encrypt(inner) :
			     crypto_skcipher_decrypt(inner);
	if (err != -EINPROGRESS && err != -EBUSY)
		err = yt_busted_wrapper_answer(job, err);
	return err;
}

static int take(struct skcipher_request *outer, bool encrypt)
{
	struct crypto_skcipher *tfm = crypto_skcipher_reqtfm(outer);
	struct request *request = skcipher_request_ctx(outer);
	struct yt_busted_job *job = &request->job;

	job->kind = kind_of(tfm);
	job->src = outer->src;
	job->dst = outer->dst;
	job->assoc_len = 0;
	job->crypt_len = outer->cryptlen;
	job->icv_len = 0;
	job->iv = outer->iv;
	job->iv_len = crypto_skcipher_ivsize(tfm);
	job->encrypt = encrypt;
	job->flags = outer->base.flags;
	job->request = &outer->base;
	return yt_busted_wrapper_take(job);
}

static int encrypt(struct skcipher_request *outer)
{
	return take(outer, true);
}

static int decrypt(struct skcipher_request *outer)
{
	return take(outer, false);
}

static struct skcipher_alg algorithms[] = {
	[YT_BUSTED_CBC] = {
		.base = {
			.cra_name		= "cbc(aes)",
			.cra_driver_name	= "busted-cbc-aes",
			.cra_blocksize		= AES_BLOCK_SIZE,
			.cra_ctxsize		= sizeof(struct context),
			.cra_module		= THIS_MODULE,
		},
		.init		= init,
		.exit		= leave,
		.setkey		= set_key,
		.encrypt	= encrypt,
		.decrypt	= decrypt,
		.min_keysize	= AES_MIN_KEY_SIZE,
		.max_keysize	= AES_MAX_KEY_SIZE,
		.ivsize		= AES_BLOCK_SIZE,
		.chunksize	= AES_BLOCK_SIZE,
	},
	[YT_BUSTED_CTR] = {
		.base = {
			.cra_name		= "ctr(aes)",
			.cra_driver_name	= "busted-ctr-aes",
			.cra_blocksize		= 1,
			.cra_ctxsize		= sizeof(struct context),
			.cra_module		= THIS_MODULE,
		},
		.init		= init,
		.exit		= leave,
		.setkey		= set_key,
		.encrypt	= encrypt,
		.decrypt	= decrypt,
		.min_keysize	= AES_MIN_KEY_SIZE,
		.max_keysize	= AES_MAX_KEY_SIZE,
		.ivsize		= AES_BLOCK_SIZE,
		.chunksize	= AES_BLOCK_SIZE,
	},
};

static enum yt_busted_kind kind_of(struct crypto_skcipher *tfm)
{
	return crypto_skcipher_alg(tfm) == &algorithms[YT_BUSTED_CBC] ?
	       YT_BUSTED_CBC : YT_BUSTED_CTR;
}

int yt_busted_skcipher_register(enum yt_busted_kind kind, bool async)
{
	struct skcipher_alg *alg = &algorithms[kind];
	struct crypto_skcipher *tfm;
	int err;

	/* What the inner driver is, so is this. */
	tfm = crypto_alloc_skcipher(yt_busted_inner[kind], 0, 0);
	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	alg->base.cra_flags = crypto_skcipher_tfm(tfm)->__crt_alg->cra_flags &
			      CRYPTO_ALG_ASYNC;
	crypto_free_skcipher(tfm);
	if (async)
		alg->base.cra_flags |= CRYPTO_ALG_ASYNC;
	alg->base.cra_priority = yt_busted_priority;
	err = crypto_register_skcipher(alg);
	if (err)
		return err;
	/* Waits for the kernel's self-test, and returns its result. */
	tfm = crypto_alloc_skcipher(alg->base.cra_driver_name, 0, 0);
	if (IS_ERR(tfm)) {
		crypto_unregister_skcipher(alg);
		return PTR_ERR(tfm);
	}
	crypto_free_skcipher(tfm);
	return 0;
}

void yt_busted_skcipher_unregister(enum yt_busted_kind kind)
{
	crypto_unregister_skcipher(&algorithms[kind]);
}
