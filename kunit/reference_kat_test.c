// SPDX-License-Identifier: GPL-2.0-only
/*
 * The known-answer tests pass, and they detect a broken reference: kat.c is
 * compiled here once more, over functions that can be made to fail, and
 * over a twin of aes.c whose tables can be reached.
 */
#include "bytes.h"
#include "reference/aes.h"
#include "reference/hmac.h"
#include "reference/kat.h"
#include "reference/modes.h"
#include "reference/sha.h"
#include "suites.h"
#include "twin.h"

/* ---- the twin of aes.c: its tables are within reach here ---- */
#define yt_aes_init_tables	twin_init_tables
#define yt_aes_setkey		twin_setkey
#define yt_aes_encrypt		twin_encrypt
#define yt_aes_decrypt		twin_decrypt

#include "reference/aes.c"

#undef yt_aes_init_tables
#undef yt_aes_setkey
#undef yt_aes_encrypt
#undef yt_aes_decrypt

/* ---- what goes wrong ---- */
enum fault {
	NO_FAULT,
	WRONG_CBC_ENCRYPT,
	WRONG_CBC_DECRYPT,
	WRONG_CBC_IV,
	WRONG_CTR,
	WRONG_COUNTER,
	WRONG_GCM_TEXT,
	WRONG_GCM_TAG,
	GCM_DECRYPT_WRONG_TEXT,
	GCM_DECRYPT_ACCEPTS_ALL,
	GCM_DECRYPT_REFUSES_ALL,
	WRONG_SHA1,
	WRONG_SHA256,
	WRONG_SHA512,
	WRONG_HMAC,
	HMAC_FORGETS_THE_KEY,
	NUMBER_OF_FAULTS
};

static enum fault fault;

/* A bit to be flipped in a table of the twin, and by how much. */
static u8 *corrupt;
static u8 corrupt_by;

static void faulty_init_tables(void)
{
	twin_init_tables();
	yt_aes_init_tables();
	if (corrupt)
		*corrupt ^= corrupt_by;
}

static void faulty_cbc_encrypt(const struct yt_aes *aes, u8 *iv, u8 *out,
			       const u8 *in, size_t len)
{
	yt_cbc_encrypt(aes, iv, out, in, len);
	out[len - 1] ^= fault == WRONG_CBC_ENCRYPT;
	iv[0] ^= fault == WRONG_CBC_IV;
}

static void faulty_cbc_decrypt(const struct yt_aes *aes, u8 *iv, u8 *out,
			       const u8 *in, size_t len)
{
	yt_cbc_decrypt(aes, iv, out, in, len);
	out[len - 1] ^= fault == WRONG_CBC_DECRYPT;
}

static void faulty_ctr_crypt(const struct yt_aes *aes, u8 *ctr, u8 *out,
			     const u8 *in, size_t len)
{
	yt_ctr_crypt(aes, ctr, out, in, len);
	out[len - 1] ^= fault == WRONG_CTR;
	ctr[15] ^= fault == WRONG_COUNTER;
}

static void faulty_gcm_encrypt(const struct yt_gcm *gcm, const u8 *iv,
			       const u8 *aad, size_t aad_len, u8 *out,
			       const u8 *in, size_t len, u8 *tag)
{
	yt_gcm_encrypt(gcm, iv, aad, aad_len, out, in, len, tag);
	if (len)
		out[len - 1] ^= fault == WRONG_GCM_TEXT;
	tag[15] ^= fault == WRONG_GCM_TAG;
}

static int faulty_gcm_decrypt(const struct yt_gcm *gcm, const u8 *iv,
			      const u8 *aad, size_t aad_len, u8 *out,
			      const u8 *in, size_t len, const u8 *tag,
			      unsigned int tag_len)
{
	int ret = yt_gcm_decrypt(gcm, iv, aad, aad_len, out, in, len, tag,
				 tag_len);

	if (len)
		out[len - 1] ^= fault == GCM_DECRYPT_WRONG_TEXT;
	if (fault == GCM_DECRYPT_ACCEPTS_ALL)
		return 0;
	if (fault == GCM_DECRYPT_REFUSES_ALL)
		return -EBADMSG;
	return ret;
}

static void faulty_sha_final(struct yt_sha *sha, u8 *digest)
{
	unsigned int last = yt_sha_digest_size(sha->type) - 1;
	enum yt_sha_type type = sha->type;

	yt_sha_final(sha, digest);
	digest[last] ^= (fault == WRONG_SHA1 && type == YT_SHA1) ||
			(fault == WRONG_SHA256 && type == YT_SHA256) ||
			(fault == WRONG_SHA512 && type == YT_SHA512);
}

static void faulty_hmac_init(struct yt_hmac *hmac, enum yt_sha_type type,
			     const u8 *key, size_t key_len)
{
	if (fault == HMAC_FORGETS_THE_KEY)
		key_len = 0;
	yt_hmac_init(hmac, type, key, key_len);
}

static void faulty_hmac_final(struct yt_hmac *hmac, u8 *mac)
{
	unsigned int last = yt_sha_digest_size(hmac->inner.type) - 1;

	yt_hmac_final(hmac, mac);
	mac[last] ^= fault == WRONG_HMAC;
}

/* ---- kat.c over them ---- */
#define yt_reference_check	faulty_reference_check
#define yt_aes_init_tables	faulty_init_tables
#define yt_aes_setkey		twin_setkey
#define yt_aes_encrypt		twin_encrypt
#define yt_aes_decrypt		twin_decrypt
#define yt_cbc_encrypt		faulty_cbc_encrypt
#define yt_cbc_decrypt		faulty_cbc_decrypt
#define yt_ctr_crypt		faulty_ctr_crypt
#define yt_gcm_encrypt		faulty_gcm_encrypt
#define yt_gcm_decrypt		faulty_gcm_decrypt
#define yt_sha_final		faulty_sha_final
#define yt_hmac_init		faulty_hmac_init
#define yt_hmac_final		faulty_hmac_final

#include "reference/kat.c"

#undef yt_reference_check

static void reference_passes(struct kunit *test)
{
	const char *failed = "unset";

	KUNIT_ASSERT_EQ(test, yt_reference_check(&failed), 0);
	KUNIT_ASSERT_PTR_EQ_MSG(test, failed, (const char *)NULL,
				"failed: %s", failed);
	/* again: nothing in it is used up */
	KUNIT_ASSERT_EQ(test, yt_reference_check(&failed), 0);

	/* and so does the twin, or the other tests would prove nothing */
	fault = NO_FAULT;
	corrupt = NULL;
	KUNIT_ASSERT_EQ(test, faulty_reference_check(&failed), 0);
	KUNIT_ASSERT_PTR_EQ(test, failed, (const char *)NULL);
}

static void wrong_results_are_noticed(struct kunit *test)
{
	/* how the name of the failed test begins */
	static const char *const begins[NUMBER_OF_FAULTS] = {
		[WRONG_CBC_ENCRYPT] = "AES-128-CBC",
		[WRONG_CBC_DECRYPT] = "AES-128-CBC",
		[WRONG_CBC_IV] = "AES-128-CBC",
		[WRONG_CTR] = "AES-128-CTR",
		[WRONG_COUNTER] = "AES-128-CTR",
		[WRONG_GCM_TEXT] = "AES-128-GCM",
		[WRONG_GCM_TAG] = "AES-128-GCM",
		[GCM_DECRYPT_WRONG_TEXT] = "AES-128-GCM",
		[GCM_DECRYPT_ACCEPTS_ALL] = "AES-128-GCM",
		[GCM_DECRYPT_REFUSES_ALL] = "AES-128-GCM",
		[WRONG_SHA1] = "SHA-1,",
		[WRONG_SHA256] = "SHA-256,",
		[WRONG_SHA512] = "SHA-512,",
		[WRONG_HMAC] = "HMAC-SHA-1,",
		[HMAC_FORGETS_THE_KEY] = "HMAC-SHA-1,",
	};
	unsigned int i;

	corrupt = NULL;
	for (i = NO_FAULT + 1; i < NUMBER_OF_FAULTS; i++) {
		const char *failed = NULL;

		fault = i;
		KUNIT_ASSERT_EQ_MSG(test, faulty_reference_check(&failed),
				    -EBADMSG, "fault %u", i);
		fault = NO_FAULT;
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, failed);
		KUNIT_ASSERT_EQ_MSG(test, strncmp(failed, begins[i],
						  strlen(begins[i])), 0,
				    "fault %u was called %s", i, failed);
	}
}

static void corrupt_table(struct kunit *test, void *table, size_t size,
			  const char *name)
{
	unsigned int missed = 0, misnamed = 0;
	size_t at;

	fault = NO_FAULT;
	for (at = 0; at < size; at++) {
		const char *failed = NULL;

		corrupt = (u8 *)table + at;
		corrupt_by = 1 << at % 8;
		missed += faulty_reference_check(&failed) != -EBADMSG;
		misnamed += !failed || strncmp(failed, "AES-", 4);
	}
	corrupt = NULL;
	KUNIT_ASSERT_EQ_MSG(test, missed, 0U, "in %s", name);
	KUNIT_ASSERT_EQ_MSG(test, misnamed, 0U, "in %s", name);
}

/* One wrong bit in any byte of any table. */
static void corrupt_tables_are_noticed(struct kunit *test)
{
	corrupt_table(test, sbox, sizeof(sbox), "S-box");
	corrupt_table(test, inv_sbox, sizeof(inv_sbox), "inverse S-box");
	corrupt_table(test, enc_table, sizeof(enc_table), "encryption table");
	corrupt_table(test, dec_table, sizeof(dec_table), "decryption table");
}

static struct kunit_case cases[] = {
	KUNIT_CASE(reference_passes),
	KUNIT_CASE(wrong_results_are_noticed),
	KUNIT_CASE(corrupt_tables_are_noticed),
	{}
};

struct kunit_suite reference_kat_suite = {
	.name = "reference_kat",
	.test_cases = cases,
};
