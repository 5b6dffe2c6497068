// SPDX-License-Identifier: GPL-2.0-only
#include <crypto/authenc.h>
#include <linux/err.h>
#include <linux/rtnetlink.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "drivers/instance.h"
#include "vectors/transform.h"

/* Bytes of the key blob of authenc(): parameter, HMAC key, AES key. */
#define AUTHENC_BLOB_MAX	(RTA_SPACE(sizeof(struct crypto_authenc_key_param)) + \
				 YT_MAX_AUTH_KEY + YT_MAX_KEY)

static unsigned int put_authenc_key(u8 *blob, const struct yt_sa *sa)
{
	struct crypto_authenc_key_param *param;
	struct rtattr *rta = (struct rtattr *)blob;

	rta->rta_type = CRYPTO_AUTHENC_KEYA_PARAM;
	rta->rta_len = RTA_LENGTH(sizeof(*param));
	param = RTA_DATA(rta);
	param->enckeylen = cpu_to_be32(sa->key_len);
	blob += RTA_SPACE(sizeof(*param));
	memcpy(blob, sa->auth_key, sa->auth_key_len);
	memcpy(blob + sa->auth_key_len, sa->key, sa->key_len);
	return RTA_SPACE(sizeof(*param)) + sa->auth_key_len + sa->key_len;
}

static unsigned int put_key(u8 *blob, const struct yt_sa *sa)
{
	switch (sa->alg->form) {
	case YT_FORM_AUTHENC:
	case YT_FORM_ECHAINIV:
		return put_authenc_key(blob, sa);
	case YT_FORM_RFC4106:
	case YT_FORM_SEQIV:
		/* RFC 4106, 8.1: the salt is the end of the key material. */
		memcpy(blob, sa->key, sa->key_len);
		memcpy(blob + sa->key_len, sa->salt, 4);
		return sa->key_len + 4;
	case YT_FORM_GCM:
	case YT_FORM_CBC:
	case YT_FORM_CTR:
		break;
	}
	memcpy(blob, sa->key, sa->key_len);
	return sa->key_len;
}

static int set_keys(struct yt_transform *transform, const struct yt_sa *sa)
{
	u8 blob[AUTHENC_BLOB_MAX] __aligned(RTA_ALIGNTO);
	unsigned int len = put_key(blob, sa);
	int err;

	if (!transform->aead)
		return crypto_skcipher_setkey(transform->skcipher, blob, len);
	err = crypto_aead_setauthsize(transform->aead, sa->icv_len);
	transform->refused_icv = err;
	if (err)
		return err;
	return crypto_aead_setkey(transform->aead, blob, len);
}

static const char *driver_name(const struct yt_transform *transform)
{
	if (transform->aead)
		return crypto_tfm_alg_driver_name
			(crypto_aead_tfm(transform->aead));
	return crypto_tfm_alg_driver_name
		(crypto_skcipher_tfm(transform->skcipher));
}

void yt_transform_derived_iv(const struct yt_transform *transform,
			     const struct yt_vector *vector, u8 *iv)
{
	unsigned int i;

	/* crypto/echainiv.c: each half is the odd salt times the number. */
	for (i = 0; i < YT_MAX_IV; i += 8) {
		u64 half;

		memcpy(&half, transform->salt + i, sizeof(half));
		half = (half | 1) * (vector->header.seq | 1);
		memcpy(iv + i, &half, sizeof(half));
	}
}

void yt_transform_request_iv(const struct yt_transform *transform,
			     const struct yt_vector *vector, u8 *iv)
{
	unsigned int i;

	switch (transform->driver->alg->form) {
	case YT_FORM_SEQIV:
		/* crypto/seqiv.c: what goes out is input xor salt. */
		for (i = 0; i < 8; i++)
			iv[i] = vector->wire_iv[i] ^ transform->salt[i];
		break;
	case YT_FORM_ECHAINIV:
		memset(iv, 0, 8);
		put_unaligned_be64(vector->header.seq | 1, iv + 8);
		break;
	default:
		memcpy(iv, vector->request_iv, YT_MAX_IV);
		break;
	}
}

void yt_request_set(union yt_request *request,
		    const struct yt_transform *transform,
		    const struct yt_request_args *args)
{
	if (transform->aead) {
		aead_request_set_tfm(&request->aead, transform->aead);
		aead_request_set_callback(&request->aead, args->flags,
					  args->complete, args->data);
		aead_request_set_crypt(&request->aead, args->source,
				       args->destination, args->crypt_len,
				       args->iv);
		aead_request_set_ad(&request->aead, args->assoc_len);
		return;
	}
	skcipher_request_set_tfm(&request->skcipher, transform->skcipher);
	skcipher_request_set_callback(&request->skcipher, args->flags,
				      args->complete, args->data);
	skcipher_request_set_crypt(&request->skcipher, args->source,
				   args->destination, args->crypt_len,
				   args->iv);
}

static bool base_intact(const struct crypto_async_request *base,
			const struct crypto_tfm *tfm,
			const struct yt_transform *transform,
			const struct yt_request_args *args)
{
	/* cryptd of older kernels leaves its own callback there. */
	bool own = transform->driver->deferred;

	return (own || (base->tfm == tfm && base->complete == args->complete)) &&
	       base->data == args->data && base->flags == args->flags;
}

bool yt_request_intact(const union yt_request *request,
		       const struct yt_transform *transform,
		       const struct yt_request_args *args)
{
	if (transform->aead) {
		const struct aead_request *aead = &request->aead;

		return aead->src == args->source &&
		       aead->dst == args->destination &&
		       aead->cryptlen == args->crypt_len &&
		       aead->assoclen == args->assoc_len &&
		       aead->iv == args->iv &&
		       base_intact(&aead->base,
				   crypto_aead_tfm(transform->aead), transform,
				   args);
	}
	return request->skcipher.src == args->source &&
	       request->skcipher.dst == args->destination &&
	       request->skcipher.cryptlen == args->crypt_len &&
	       request->skcipher.iv == args->iv &&
	       base_intact(&request->skcipher.base,
			   crypto_skcipher_tfm(transform->skcipher), transform,
			   args);
}

/* Encrypt one packet with this IV input; returns the IV that the driver put into it. */
static int ask_iv(const struct yt_transform *transform, const u8 *input,
		  u8 *output)
{
	const struct yt_algorithm *alg = transform->driver->alg;
	unsigned int header_len = 8, text_len = 16;
	struct yt_request_args args = { };
	union yt_request *request;
	DECLARE_CRYPTO_WAIT(wait);
	struct scatterlist sg;
	u8 *image, *iv;
	int err = -ENOMEM;

	request = kzalloc(transform->request_size, GFP_KERNEL);
	image = kzalloc(YT_MAX_HEAD + text_len + YT_MAX_ICV, GFP_KERNEL);
	iv = kmemdup(input, YT_MAX_IV, GFP_KERNEL);
	if (!request || !image || !iv)
		goto free;
	sg_init_one(&sg, image, YT_MAX_HEAD + text_len + YT_MAX_ICV);
	args.source = &sg;
	args.destination = &sg;
	args.assoc_len = header_len;
	args.crypt_len = alg->iv_len + text_len;
	args.iv = iv;
	args.flags = CRYPTO_TFM_REQ_MAY_BACKLOG | CRYPTO_TFM_REQ_MAY_SLEEP;
	args.complete = crypto_req_done;
	args.data = &wait;
	yt_request_set(request, transform, &args);
	err = crypto_wait_req(yt_request_submit(request, transform, true),
			      &wait);
	memcpy(output, image + header_len, alg->iv_len);
free:
	kfree(iv);
	kfree(image);
	kfree(request);
	return err;
}

/* A generator's salt is random: learn it, and verify that. */
static int learn_seqiv(struct yt_transform *transform)
{
	u8 input[YT_MAX_IV] = { }, output[YT_MAX_IV];
	unsigned int i;
	int err;

	err = ask_iv(transform, input, transform->salt);
	if (err)
		return err;
	memset(input, 0x5a, 8);
	err = ask_iv(transform, input, output);
	if (err)
		return err;
	for (i = 0; i < 8; i++)
		if (output[i] != (transform->salt[i] ^ 0x5a))
			return -EPROTO;
	return 0;
}

static int learn_echainiv(struct yt_transform *transform,
			  const struct yt_seal_key *key)
{
	u8 input[YT_MAX_IV] = { }, output[YT_MAX_IV], derived[YT_MAX_IV];
	struct yt_vector probe = { .header.seq = 0x123456789abcdef1ULL };
	int err;

	/* Number 1 returns the encrypted salt itself. */
	input[15] = 1;
	err = ask_iv(transform, input, output);
	if (err)
		return err;
	yt_aes_decrypt(&key->gcm.aes, transform->salt, output);
	yt_transform_request_iv(transform, &probe, input);
	err = ask_iv(transform, input, output);
	if (err)
		return err;
	yt_transform_derived_iv(transform, &probe, derived);
	yt_aes_encrypt(&key->gcm.aes, derived, derived);
	return memcmp(derived, output, YT_MAX_IV) ? -EPROTO : 0;
}

static int learn(struct yt_transform *transform, const struct yt_seal_key *key)
{
	switch (transform->driver->alg->form) {
	case YT_FORM_SEQIV:
		return learn_seqiv(transform);
	case YT_FORM_ECHAINIV:
		return learn_echainiv(transform, key);
	default:
		return 0;
	}
}

static int allocate(struct yt_transform *transform)
{
	const struct yt_driver *driver = transform->driver;
	u32 internal = driver->internal ? CRYPTO_ALG_INTERNAL : 0;
	int err;

	if (yt_algorithm_is_aead(driver->alg)) {
		struct crypto_aead *aead;

		aead = crypto_alloc_aead(driver->name, internal, internal);
		err = PTR_ERR_OR_ZERO(aead);
		if (err)
			return err;
		transform->aead = aead;
		transform->request_size = sizeof(struct aead_request) +
					  crypto_aead_reqsize(aead);
		transform->memory =
			sizeof(*aead) +
			crypto_aead_tfm(aead)->__crt_alg->cra_ctxsize;
	} else {
		struct crypto_skcipher *skcipher;

		skcipher = crypto_alloc_skcipher(driver->name, internal,
						 internal);
		err = PTR_ERR_OR_ZERO(skcipher);
		if (err)
			return err;
		transform->skcipher = skcipher;
		transform->request_size = sizeof(struct skcipher_request) +
					  crypto_skcipher_reqsize(skcipher);
		transform->memory =
			sizeof(*skcipher) +
			crypto_skcipher_tfm(skcipher)->__crt_alg->cra_ctxsize;
	}
	return 0;
}

/*
 * An instance that was removed by others is not made again here, but by the next
 * search, which handles the defaults first. If it vanishes just now, the
 * scope lowers the priority of the new one.
 */
static int allocate_instance(struct yt_transform *transform)
{
	const char *driver = transform->driver->name;
	struct yt_instance_scope scope;
	int err = -ENODEV;

	yt_instance_begin(&scope, driver);
	if (yt_instance_exists(driver))
		err = allocate(transform);
	yt_instance_end(&scope);
	return err;
}

int yt_transform_rekey(struct yt_transform *transform, const struct yt_sa *sa,
		       const struct yt_seal_key *key)
{
	int err = set_keys(transform, sa);

	if (err) {
		transform->refused = err == -ENOMEM ? 0 : err;
		return err;
	}
	return learn(transform, key);
}

int yt_transform_make(struct yt_transform *transform,
		      const struct yt_driver *driver, const struct yt_sa *sa,
		      const struct yt_seal_key *key)
{
	int err;

	memset(transform, 0, sizeof(*transform));
	transform->driver = driver;
	if (yt_instance_is_name(driver->name))
		err = allocate_instance(transform);
	else
		err = allocate(transform);
	if (err)
		return err;
	err = -ENODEV;
	if (strcmp(driver_name(transform), driver->name))
		goto free;
	err = yt_transform_rekey(transform, sa, key);
	if (err)
		goto free;
	return 0;
free:
	yt_transform_free(transform);
	return err;
}

void yt_transform_free(struct yt_transform *transform)
{
	crypto_free_aead(transform->aead);
	crypto_free_skcipher(transform->skcipher);
	transform->aead = NULL;
	transform->skcipher = NULL;
}
