// SPDX-License-Identifier: GPL-2.0-only
#include "reference/hmac.h"
#include "reference/seal.h"

static enum yt_sha_type sha_type(enum yt_hash hash)
{
	switch (hash) {
	case YT_HASH_SHA512:
		return YT_SHA512;
	case YT_HASH_SHA256:
		return YT_SHA256;
	case YT_HASH_SHA1:
	case YT_HASH_NONE:
		break;
	}
	return YT_SHA1;
}

int yt_seal_setkey(struct yt_seal_key *key, const struct yt_sa *sa)
{
	return yt_gcm_setkey(&key->gcm, sa->key, sa->key_len);
}

static void seal_gcm(const struct yt_vector *vector, const struct yt_sa *sa,
		     const struct yt_seal_key *key)
{
	unsigned int head_len = vector->head_len;
	u8 *text = vector->sealed + head_len;
	u8 tag[YT_GCM_MAX_TAG];
	u8 iv[YT_GCM_IV];

	memcpy(iv, sa->salt, 4);
	memcpy(iv + 4, vector->wire_iv, 8);
	/* RFC 4106, 5: the AAD is SPI and sequence number, not the IV. */
	yt_gcm_encrypt(&key->gcm, iv, vector->plain,
		       yt_esp_header_len(&vector->header), text,
		       vector->plain + head_len, vector->text_len, tag);
	memcpy(text + vector->text_len, tag, vector->icv_len);
}

void yt_seal_hmac(const struct yt_sa *sa, const u8 *head, unsigned int head_len,
		  const u8 *text, unsigned int text_len,
		  u8 mac[YT_SHA_MAX_DIGEST])
{
	unsigned int spi = sa->alg->esn_behind ? YT_ESP_SPI : 0;
	unsigned int high = sa->alg->esn_behind ? YT_ESP_HIGH : 0;
	struct yt_hmac hmac;

	/* RFC 4303, 2.8: over SPI, sequence number, IV and ciphertext. */
	yt_hmac_init(&hmac, sha_type(sa->alg->hash), sa->auth_key,
		     sa->auth_key_len);
	yt_hmac_update(&hmac, head, spi);
	yt_hmac_update(&hmac, head + spi + high, head_len - spi - high);
	yt_hmac_update(&hmac, text, text_len);
	yt_hmac_update(&hmac, head + spi, high);
	yt_hmac_final(&hmac, mac);
}

static void put_hmac(const struct yt_vector *vector, const struct yt_sa *sa,
		     u8 *sealed)
{
	u8 mac[YT_SHA_MAX_DIGEST];

	yt_seal_hmac(sa, sealed, vector->head_len, sealed + vector->head_len,
		     vector->text_len, mac);
	memcpy(sealed + yt_vector_plain_len(vector), mac, vector->icv_len);
}

void yt_seal(struct yt_vector *vector, const struct yt_sa *sa,
	     const struct yt_seal_key *key)
{
	const u8 *plain = vector->plain + vector->head_len;
	u8 *text = vector->sealed + vector->head_len;

	memcpy(vector->sealed, vector->plain, vector->head_len);
	memcpy(vector->iv_after, vector->request_iv, YT_MAX_IV);
	vector->iv_after_known = true;

	switch (sa->alg->form) {
	case YT_FORM_SEQIV:
		/* The request gets the IV that was made, or that of the packet. */
		vector->iv_after_known = false;
		fallthrough;
	case YT_FORM_RFC4106:
	case YT_FORM_GCM:
		seal_gcm(vector, sa, key);
		break;
	case YT_FORM_ECHAINIV:
		vector->iv_after_known = false;
		fallthrough;
	case YT_FORM_AUTHENC:
		yt_cbc_encrypt(&key->gcm.aes, vector->iv_after, text, plain,
			       vector->text_len);
		put_hmac(vector, sa, vector->sealed);
		break;
	case YT_FORM_CBC:
		yt_cbc_encrypt(&key->gcm.aes, vector->iv_after, text, plain,
			       vector->text_len);
		break;
	case YT_FORM_CTR:
		yt_ctr_crypt(&key->gcm.aes, vector->iv_after, text, plain,
			     vector->text_len);
		break;
	}
}

void yt_seal_chained(const struct yt_vector *vector, const struct yt_sa *sa,
		     const struct yt_seal_key *key,
		     const u8 derived_iv[YT_MAX_IV], u8 *sealed)
{
	unsigned int head_len = vector->head_len;
	u8 iv[YT_MAX_IV];

	memcpy(sealed, vector->plain, head_len);
	yt_aes_encrypt(&key->gcm.aes, iv, derived_iv);
	memcpy(sealed + head_len - YT_MAX_IV, iv, YT_MAX_IV);
	yt_cbc_encrypt(&key->gcm.aes, iv, sealed + head_len,
		       vector->plain + head_len, vector->text_len);
	put_hmac(vector, sa, sealed);
}
