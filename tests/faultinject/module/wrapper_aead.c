// SPDX-License-Identifier: GPL-2.0-only
/* The AEADs of wrapper.h. */
#include <crypto/aes.h>
#include <crypto/internal/aead.h>
#include <linux/err.h>
#include <linux/module.h>
#include <linux/string.h>

#include "compat_busted.h"
#include "wrapper.h"

/**
 * struct context - of a transform
 * @inner: the real driver
 */
struct context {
	struct crypto_aead *inner;
};

/**
 * struct request - of a request
 * @job: what it is
 * @inner: the real driver's request; its context is behind it
 */
struct request {
	struct yt_busted_job job;
	struct aead_request inner;
};

static struct aead_alg algorithms[YT_BUSTED_KINDS];

static const char *driver_name(struct crypto_aead *tfm)
{
	return crypto_tfm_alg_driver_name(crypto_aead_tfm(tfm));
}

static enum yt_busted_kind kind_of(struct crypto_aead *tfm)
{
	return crypto_aead_alg(tfm) == &algorithms[YT_BUSTED_ESN] ?
	       YT_BUSTED_ESN : YT_BUSTED_GCM;
}

/* By driver name, or any of that algorithm other than this module's. */
static bool is_wanted(const char *driver, enum yt_busted_kind kind)
{
	const struct aead_alg *alg = &algorithms[kind];

	return !strcmp(driver, yt_busted_inner[kind]) ||
	       (!strcmp(yt_busted_inner[kind], alg->base.cra_name) &&
		strcmp(driver, alg->base.cra_driver_name));
}

static int init(struct crypto_aead *tfm)
{
	enum yt_busted_kind kind = kind_of(tfm);
	const char *name = yt_busted_inner[kind];
	struct context *context = crypto_aead_ctx(tfm);

	context->inner = crypto_alloc_aead(name, 0, 0);
	if (IS_ERR(context->inner))
		return PTR_ERR(context->inner);
	if (!is_wanted(driver_name(context->inner), kind)) {
		pr_err("asking for %s gives %s\n", name,
		       driver_name(context->inner));
		crypto_free_aead(context->inner);
		return -ENOENT;
	}
	crypto_aead_set_reqsize(tfm, sizeof(struct request) +
				crypto_aead_reqsize(context->inner));
	return 0;
}

static void leave(struct crypto_aead *tfm)
{
	struct context *context = crypto_aead_ctx(tfm);

	crypto_free_aead(context->inner);
}

static int set_key(struct crypto_aead *tfm, const u8 *key, unsigned int len)
{
	struct context *context = crypto_aead_ctx(tfm);

	return crypto_aead_setkey(context->inner, key, len);
}

static int set_icv_len(struct crypto_aead *tfm, unsigned int len)
{
	const struct yt_busted_wrap *wrap = yt_busted_wrapper_fault();
	struct context *context = crypto_aead_ctx(tfm);

	if (wrap && wrap->refuse_icv && wrap->refuse_icv == len)
		return -EINVAL;
	return crypto_aead_setauthsize(context->inner, len);
}

static YT_COMPLETION(inner_done)
{
	struct yt_busted_job *job = yt_completion_data();

	if (err != -EINPROGRESS)
		yt_busted_wrapper_after(job, err);
	yt_complete(job->request, err);
}

int yt_busted_aead_work(struct yt_busted_job *job)
{
	struct aead_request *outer =
		container_of(job->request, struct aead_request, base);
	struct context *context = crypto_aead_ctx(crypto_aead_reqtfm(outer));
	struct request *request = aead_request_ctx(outer);
	struct aead_request *inner = &request->inner;
	int err;

	yt_busted_wrapper_before(job);
	aead_request_set_tfm(inner, context->inner);
	aead_request_set_callback(inner, job->flags, inner_done, job);
	aead_request_set_ad(inner, job->assoc_len);
	aead_request_set_crypt(inner, job->src, job->dst, job->crypt_len,
			       job->iv);
	err = job->encrypt ? crypto_aead_encrypt(inner) :
			     crypto_aead_decrypt(inner);
	if (err != -EINPROGRESS && err != -EBUSY)
		err = yt_busted_wrapper_answer(job, err);
	return err;
}

static int take(struct aead_request *outer, bool encrypt)
{
	struct crypto_aead *tfm = crypto_aead_reqtfm(outer);
	struct request *request = aead_request_ctx(outer);
	struct yt_busted_job *job = &request->job;

	job->kind = kind_of(tfm);
	job->src = outer->src;
	job->dst = outer->dst;
	job->assoc_len = outer->assoclen;
	job->crypt_len = outer->cryptlen;
	job->icv_len = crypto_aead_authsize(tfm);
	job->iv = outer->iv;
	job->iv_len = crypto_aead_ivsize(tfm);
	job->encrypt = encrypt;
	job->flags = outer->base.flags;
	job->request = &outer->base;
	return yt_busted_wrapper_take(job);
}

static int encrypt(struct aead_request *outer)
{
	return take(outer, true);
}

static int decrypt(struct aead_request *outer)
{
	return take(outer, false);
}

static struct aead_alg algorithms[YT_BUSTED_KINDS] = {
	[YT_BUSTED_GCM] = {
		.base.cra_name		= "rfc4106(gcm(aes))",
		.base.cra_driver_name	= "busted-rfc4106-gcm",
		.base.cra_blocksize	= 1,
		.ivsize			= 8,
		.maxauthsize		= 16,
		.chunksize		= AES_BLOCK_SIZE,
	},
	[YT_BUSTED_ESN] = {
		.base.cra_name		= "authencesn(hmac(sha1),cbc(aes))",
		.base.cra_driver_name	= "busted-authencesn",
		.base.cra_blocksize	= AES_BLOCK_SIZE,
		.ivsize			= AES_BLOCK_SIZE,
		.maxauthsize		= 20,
		.chunksize		= AES_BLOCK_SIZE,
	},
};

int yt_busted_aead_register(enum yt_busted_kind kind, bool async)
{
	struct aead_alg *alg = &algorithms[kind];
	struct crypto_aead *tfm;
	int err;

	alg->base.cra_ctxsize = sizeof(struct context);
	alg->base.cra_module = THIS_MODULE;
	alg->init = init;
	alg->exit = leave;
	alg->setkey = set_key;
	alg->setauthsize = set_icv_len;
	alg->encrypt = encrypt;
	alg->decrypt = decrypt;
	/* What the inner driver is, so is this. */
	tfm = crypto_alloc_aead(yt_busted_inner[kind], 0, 0);
	if (IS_ERR(tfm))
		return PTR_ERR(tfm);
	alg->base.cra_flags = crypto_aead_tfm(tfm)->__crt_alg->cra_flags &
				   CRYPTO_ALG_ASYNC;
	crypto_free_aead(tfm);
	if (async)
		alg->base.cra_flags |= CRYPTO_ALG_ASYNC;
	alg->base.cra_priority = yt_busted_priority;
	err = crypto_register_aead(alg);
	if (err)
		return err;
	/* Waits for the kernel's self-test, and returns its result. */
	tfm = crypto_alloc_aead(alg->base.cra_driver_name, 0, 0);
	if (IS_ERR(tfm)) {
		crypto_unregister_aead(alg);
		return PTR_ERR(tfm);
	}
	crypto_free_aead(tfm);
	return 0;
}

void yt_busted_aead_unregister(enum yt_busted_kind kind)
{
	crypto_unregister_aead(&algorithms[kind]);
}
