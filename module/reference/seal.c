// SPDX-License-Identifier: GPL-2.0-only
#include "reference/hmac.h"
#include "reference/seal.h"

static enum ct_sha_type sha_type(enum ct_hash hash)
{
	switch (hash) {
	case CT_HASH_SHA512:
		return CT_SHA512;
	case CT_HASH_SHA256:
		return CT_SHA256;
	case CT_HASH_SHA1:
	case CT_HASH_NONE:
		break;
	}
	return CT_SHA1;
}

int ct_seal_setkey(struct ct_seal_key *key, const struct ct_sa *sa)
{
	return ct_gcm_setkey(&key->gcm, sa->key, sa->key_len);
}

static void seal_gcm(const struct ct_vector *vector, const struct ct_sa *sa,
		     const struct ct_seal_key *key)
{
	unsigned int head_len = vector->head_len;
	u8 *text = vector->sealed + head_len;
	u8 tag[CT_GCM_MAX_TAG];
	u8 iv[CT_GCM_IV];

	memcpy(iv, sa->salt, 4);
	memcpy(iv + 4, vector->wire_iv, 8);
	/* RFC 4106, 5: the AAD is SPI and sequence number, not the IV. */
	ct_gcm_encrypt(&key->gcm, iv, vector->plain,
		       ct_esp_header_len(&vector->header), text,
		       vector->plain + head_len, vector->text_len, tag);
	memcpy(text + vector->text_len, tag, vector->icv_len);
}

void ct_seal_hmac(const struct ct_sa *sa, const u8 *head, unsigned int head_len,
		  const u8 *text, unsigned int text_len,
		  u8 mac[CT_SHA_MAX_DIGEST])
{
	unsigned int spi = sa->alg->esn_behind ? CT_ESP_SPI : 0;
	unsigned int high = sa->alg->esn_behind ? CT_ESP_HIGH : 0;
	struct ct_hmac hmac;

	/* RFC 4303, 2.8: over SPI, sequence number, IV and ciphertext. */
	ct_hmac_init(&hmac, sha_type(sa->alg->hash), sa->auth_key,
		     sa->auth_key_len);
	ct_hmac_update(&hmac, head, spi);
	ct_hmac_update(&hmac, head + spi + high, head_len - spi - high);
	ct_hmac_update(&hmac, text, text_len);
	ct_hmac_update(&hmac, head + spi, high);
	ct_hmac_final(&hmac, mac);
}

static void put_hmac(const struct ct_vector *vector, const struct ct_sa *sa,
		     u8 *sealed)
{
	u8 mac[CT_SHA_MAX_DIGEST];

	ct_seal_hmac(sa, sealed, vector->head_len, sealed + vector->head_len,
		     vector->text_len, mac);
	memcpy(sealed + ct_vector_plain_len(vector), mac, vector->icv_len);
}

void ct_seal(struct ct_vector *vector, const struct ct_sa *sa,
	     const struct ct_seal_key *key)
{
	const u8 *plain = vector->plain + vector->head_len;
	u8 *text = vector->sealed + vector->head_len;

	memcpy(vector->sealed, vector->plain, vector->head_len);
	memcpy(vector->iv_after, vector->request_iv, CT_MAX_IV);
	vector->iv_after_known = true;

	switch (sa->alg->form) {
	case CT_FORM_SEQIV:
		/* The request gets the IV that was made, or that of the packet. */
		vector->iv_after_known = false;
		fallthrough;
	case CT_FORM_RFC4106:
	case CT_FORM_GCM:
		seal_gcm(vector, sa, key);
		break;
	case CT_FORM_ECHAINIV:
		vector->iv_after_known = false;
		fallthrough;
	case CT_FORM_AUTHENC:
		ct_cbc_encrypt(&key->gcm.aes, vector->iv_after, text, plain,
			       vector->text_len);
		put_hmac(vector, sa, vector->sealed);
		break;
	case CT_FORM_CBC:
		ct_cbc_encrypt(&key->gcm.aes, vector->iv_after, text, plain,
			       vector->text_len);
		break;
	case CT_FORM_CTR:
		ct_ctr_crypt(&key->gcm.aes, vector->iv_after, text, plain,
			     vector->text_len);
		break;
	}
}

void ct_seal_chained(const struct ct_vector *vector, const struct ct_sa *sa,
		     const struct ct_seal_key *key,
		     const u8 derived_iv[CT_MAX_IV], u8 *sealed)
{
	unsigned int head_len = vector->head_len;
	u8 iv[CT_MAX_IV];

	memcpy(sealed, vector->plain, head_len);
	ct_aes_encrypt(&key->gcm.aes, iv, derived_iv);
	memcpy(sealed + head_len - CT_MAX_IV, iv, CT_MAX_IV);
	ct_cbc_encrypt(&key->gcm.aes, iv, sealed + head_len,
		       vector->plain + head_len, vector->text_len);
	put_hmac(vector, sa, sealed);
}
