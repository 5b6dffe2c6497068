// SPDX-License-Identifier: GPL-2.0-only
#include "bytes.h"
#include "packets.h"
#include "reference/hmac.h"
#include "reference/seal.h"
#include "suites.h"
#include "vectors/esp.h"
#include "vectors/modes.h"

/* Of modes.h, what is of no use here: for the compiler asks with W=1. */
static const void *const not_here[] __maybe_unused = {
	cbc_vectors, gcm_refused,
};

#define PACKETS	(6 * YT_SA_VECTORS)	/* of each algorithm */

/* The packet under test and its keys. */
struct sealing {
	struct packet packet;
	struct yt_seal_key key;
	u8 other[YT_MAX_IMAGE + 1];
};

static struct sealing *new_sealing(struct kunit *test)
{
	struct sealing *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, s);
	return s;
}

static void make_sealed(struct kunit *test, struct sealing *s,
			unsigned int alg, unsigned int index)
{
	make_packet(&s->packet, &yt_algorithms[alg], 12, index);
	KUNIT_ASSERT_EQ(test, yt_seal_setkey(&s->key, &s->packet.sa), 0);
	yt_seal(&s->packet.vector, &s->packet.sa, &s->key);
}

/* An SA and a vector from the parts of a published packet. */
static void put_published(struct kunit *test, struct sealing *s,
			  const char *alg, const char *key, unsigned int icv)
{
	struct bytes bytes = from_hex(test, key);
	struct packet *p = &s->packet;
	int number = yt_algorithm_find(alg);

	KUNIT_ASSERT_GE(test, number, 0);
	memset(p, 0, sizeof(*p));
	p->sa.alg = &yt_algorithms[number];
	memcpy(p->sa.key, bytes.data, bytes.len);
	p->sa.key_len = bytes.len;
	p->sa.icv_len = icv;
	p->vector.icv_len = icv;
	p->vector.plain = p->plain;
	p->vector.sealed = p->sealed;
	KUNIT_ASSERT_EQ(test, yt_seal_setkey(&s->key, &p->sa), 0);
}

/* Frame it as the module does; @head holds the header and the IV. */
static void frame(struct packet *p, const u8 *head, unsigned int header_len,
		  const u8 *payload, unsigned int payload_len, u8 next_header)
{
	struct yt_vector *v = &p->vector;
	unsigned int iv = v->head_len - header_len;

	v->header.spi = get_unaligned_be32(head);
	v->header.esn = header_len == 12;
	v->header.seq = v->header.esn ? get_unaligned_be64(head + 4) :
			get_unaligned_be32(head + 4);
	v->payload_len = payload_len;
	v->text_len = yt_esp_text_len(payload_len, p->sa.alg->align);
	yt_esp_put_header(p->plain, &v->header);
	memcpy(p->plain + header_len, head + header_len, iv);
	memcpy(p->plain + v->head_len, payload, payload_len);
	yt_esp_put_trailer(p->plain + v->head_len, payload_len,
			   p->sa.alg->align, next_header);
}

static void published_cbc_packet(struct kunit *test, struct sealing *s,
				 const struct esp_vector *vector,
				 const char *alg)
{
	struct bytes payload = from_hex(test, vector->payload);
	struct bytes expected = from_hex(test, vector->packet);
	struct yt_vector *v = &s->packet.vector;
	bool aead;

	put_published(test, s, alg, vector->key, 0);
	aead = yt_algorithm_is_aead(s->packet.sa.alg);
	v->head_len = 24;
	frame(&s->packet, expected.data, 8, payload.data, payload.len,
	      vector->next_header);
	KUNIT_ASSERT_EQ_MSG(test, 24 + (size_t)v->text_len, expected.len, "%s",
			    vector->source);
	memcpy(v->request_iv, expected.data + 8, 16);
	if (!aead) {	/* the text alone is in the image */
		v->head_len = 0;
		v->plain = s->packet.plain + 24;
	}
	yt_seal(v, &s->packet.sa, &s->key);
	ASSERT_SAME(test, s->packet.sealed, expected.data + (aead ? 0 : 24),
		    v->head_len + v->text_len, "%s through %s", vector->source,
		    alg);
}

static void published_cbc_packets(struct kunit *test)
{
	struct sealing *s = new_sealing(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(esp_vectors); i++) {
		published_cbc_packet(test, s, &esp_vectors[i],
				     "authenc(hmac(sha1),cbc(aes))");
		published_cbc_packet(test, s, &esp_vectors[i],
				     "echainiv(authenc(hmac(sha512),cbc(aes)))");
		published_cbc_packet(test, s, &esp_vectors[i], "cbc(aes)");
	}
}

static void published_gcm_packet(struct kunit *test, struct sealing *s,
				 const struct gcm_vector *g, const char *alg,
				 unsigned int icv)
{
	struct bytes nonce = from_hex(test, g->iv), aad = from_hex(test, g->aad);
	struct bytes text = from_hex(test, g->plain);
	struct bytes cipher = from_hex(test, g->cipher);
	struct bytes tag = from_hex(test, g->tag);
	struct yt_vector *v = &s->packet.vector;
	unsigned int pad = text.data[text.len - 2];
	bool iv_in_head;
	u8 head[20];

	put_published(test, s, alg, g->key, icv);
	memcpy(s->packet.sa.salt, nonce.data, 4);
	memcpy(v->wire_iv, nonce.data + 4, 8);
	memcpy(head, aad.data, aad.len);
	memcpy(head + aad.len, v->wire_iv, 8);
	iv_in_head = s->packet.sa.alg->form != YT_FORM_GCM;
	v->head_len = aad.len + (iv_in_head ? 8 : 0);
	frame(&s->packet, head, aad.len, text.data, text.len - 2 - pad,
	      text.data[text.len - 1]);
	KUNIT_ASSERT_EQ_MSG(test, v->text_len, text.len, "%s", g->source);
	ASSERT_SAME(test, s->packet.plain + v->head_len, text.data, text.len,
		    "text of %s", g->source);
	yt_seal(v, &s->packet.sa, &s->key);
	ASSERT_SAME(test, s->packet.sealed, head, v->head_len, "head of %s",
		    g->source);
	ASSERT_SAME(test, s->packet.sealed + v->head_len, cipher.data,
		    cipher.len, "%s through %s", g->source, alg);
	ASSERT_SAME(test, s->packet.sealed + v->head_len + cipher.len, tag.data,
		    icv, "ICV of %s through %s", g->source, alg);
	KUNIT_ASSERT_EQ(test, s->packet.sealed[yt_vector_sealed_len(v)], 0);
}

/* The ESP packets of McGrew, with 32- and 64-bit sequence numbers. */
static void published_gcm_packets(struct kunit *test)
{
	static const char *const algs[] = {
		"rfc4106(gcm(aes))", "gcm(aes)", "seqiv(rfc4106(gcm(aes)))",
	};
	struct sealing *s = new_sealing(test);
	unsigned int i, n, icv, found = 0;

	for (i = 0; i < ARRAY_SIZE(gcm_vectors); i++) {
		if (!strstarts(gcm_vectors[i].source, "draft-mcgrew-gcm-test"))
			continue;
		found++;
		for (n = 0; n < ARRAY_SIZE(algs); n++)
			for (icv = 8; icv <= 16; icv += 4)
				published_gcm_packet(test, s, &gcm_vectors[i],
						     algs[n], icv);
	}
	KUNIT_ASSERT_EQ(test, found, 16U);
}

/* RFC 3686 has no whole packets, but counter blocks as ESP makes them. */
static void published_ctr_texts(struct kunit *test)
{
	struct sealing *s = new_sealing(test);
	struct yt_vector *v = &s->packet.vector;
	unsigned int i, found = 0;

	for (i = 0; i < ARRAY_SIZE(ctr_vectors); i++) {
		struct bytes iv = from_hex(test, ctr_vectors[i].iv);
		struct bytes plain = from_hex(test, ctr_vectors[i].plain);
		struct bytes cipher = from_hex(test, ctr_vectors[i].cipher);

		if (!strstarts(ctr_vectors[i].source, "RFC 3686"))
			continue;
		found++;
		put_published(test, s, "ctr(aes)", ctr_vectors[i].key, 0);
		memcpy(v->request_iv, iv.data, 16);
		memcpy(v->plain, plain.data, plain.len);
		v->text_len = plain.len;
		yt_seal(v, &s->packet.sa, &s->key);
		ASSERT_SAME(test, v->sealed, cipher.data, cipher.len, "%s",
			    ctr_vectors[i].source);
	}
	KUNIT_ASSERT_EQ(test, found, 9U);
}

/* Into @other: head and text of a receiver; false when he refuses. */
static bool opened(struct sealing *s, u8 *sealed)
{
	const struct yt_vector *v = &s->packet.vector;
	const struct yt_sa *sa = &s->packet.sa;
	u8 *text = sealed + v->head_len, *out = s->other + v->head_len;
	u8 iv[YT_MAX_IV];

	memcpy(s->other, sealed, v->head_len);
	switch (sa->alg->form) {
	case YT_FORM_RFC4106:
	case YT_FORM_SEQIV:
	case YT_FORM_GCM:
		memcpy(iv, sa->salt, 4);
		memcpy(iv + 4, sa->alg->form == YT_FORM_GCM ? v->wire_iv :
		       text - 8, 8);
		return !yt_gcm_decrypt(&s->key.gcm, iv, sealed,
				       v->header.esn ? 12 : 8, out, text,
				       v->text_len, text + v->text_len,
				       v->icv_len);
	case YT_FORM_AUTHENC:
	case YT_FORM_ECHAINIV:
		memcpy(iv, text - 16, 16);
		yt_cbc_decrypt(&s->key.gcm.aes, iv, out, text, v->text_len);
		return true;
	case YT_FORM_CBC:
		memcpy(iv, v->request_iv, 16);
		yt_cbc_decrypt(&s->key.gcm.aes, iv, out, text, v->text_len);
		return true;
	case YT_FORM_CTR:
		memcpy(iv, v->request_iv, 16);
		yt_ctr_crypt(&s->key.gcm.aes, iv, out, text, v->text_len);
		return true;
	}
	return false;
}

static void what_is_sealed_opens_again(struct kunit *test)
{
	struct sealing *s = new_sealing(test);
	const struct yt_vector *v = &s->packet.vector;
	unsigned int alg, index, end;

	for (alg = 0; alg < YT_ALGORITHMS; alg++)
		for (index = 0; index < PACKETS; index++) {
			make_sealed(test, s, alg, index);
			end = yt_vector_sealed_len(v);
			KUNIT_ASSERT_TRUE_MSG(test, opened(s, v->sealed),
					      "%s, packet %u",
					      yt_algorithms[alg].name, index);
			ASSERT_SAME(test, s->other, v->plain,
				    yt_vector_plain_len(v), "%s, packet %u",
				    yt_algorithms[alg].name, index);
			KUNIT_ASSERT_EQ(test, v->sealed[end], GUARD);
			KUNIT_ASSERT_EQ(test, v->plain[yt_vector_plain_len(v)],
					GUARD);
			/* and it was not left as it was */
			KUNIT_ASSERT_TRUE(test, v->text_len < 8 ||
					  memcmp(v->sealed + v->head_len,
						 v->plain + v->head_len,
						 v->text_len));
		}
}

static void tampered_gcm_packets_are_refused(struct kunit *test)
{
	struct sealing *s = new_sealing(test);
	struct yt_vector *v = &s->packet.vector;
	unsigned int alg, index;

	for (alg = 0; alg < YT_ALGORITHMS; alg++) {
		if (!yt_algorithms[alg].esn_in_aad)
			continue;
		for (index = 0; index < PACKETS; index++) {
			make_sealed(test, s, alg, index);
			v->sealed[v->tamper_offset] ^= v->tamper_mask;
			KUNIT_ASSERT_FALSE_MSG(test, opened(s, v->sealed),
					       "%s, packet %u",
					       yt_algorithms[alg].name, index);
		}
	}
}

static const struct {
	enum yt_sha_type type;
	unsigned int icv;
} hashes[] = {
	[YT_HASH_SHA1] = { YT_SHA1, 12 },
	[YT_HASH_SHA256] = { YT_SHA256, 16 },
	[YT_HASH_SHA512] = { YT_SHA512, 32 },
};

/* RFC 4303, 2.8 and 3.3.2.1: over everything in front of it; 2.2.1: with ESN in order. */
static void assert_hmac(struct kunit *test, struct sealing *s,
			const u8 *sealed)
{
	const struct yt_sa *sa = &s->packet.sa;
	unsigned int len = yt_vector_plain_len(&s->packet.vector);
	const u8 *sealed_in_order = sealed;
	u8 mac[YT_SHA_MAX_DIGEST];
	struct yt_hmac hmac;

	KUNIT_ASSERT_EQ(test, s->packet.vector.icv_len,
			hashes[sa->alg->hash].icv);
	yt_hmac_init(&hmac, hashes[sa->alg->hash].type, sa->auth_key,
		     yt_sha_digest_size(hashes[sa->alg->hash].type));
	if (sa->alg->esn_behind) {
		/* SPI, the lower half and what follows, the upper half */
		memmove(s->other, sealed, 4);
		memmove(s->other + 4, sealed + 8, len - 8);
		memmove(s->other + len - 4, sealed + 4, 4);
		sealed_in_order = s->other;
	}
	yt_hmac_update(&hmac, sealed_in_order, len);
	yt_hmac_final(&hmac, mac);
	ASSERT_SAME(test, sealed + len, mac, hashes[sa->alg->hash].icv,
		    "ICV of %s", sa->alg->name);
}

static void hmacs_cover_head_and_ciphertext(struct kunit *test)
{
	struct sealing *s = new_sealing(test);
	unsigned int alg, index;

	for (alg = 0; alg < YT_ALGORITHMS; alg++) {
		if (yt_algorithms[alg].hash == YT_HASH_NONE)
			continue;
		for (index = 0; index < PACKETS; index++) {
			make_sealed(test, s, alg, index);
			assert_hmac(test, s, s->packet.sealed);
		}
	}
}

static void short_icvs_are_beginnings(struct kunit *test)
{
	struct sealing *s = new_sealing(test);
	struct yt_vector *v = &s->packet.vector;
	unsigned int icv;

	make_sealed(test, s, yt_algorithm_find("rfc4106(gcm(aes))"), 0);
	v->icv_len = 16;
	yt_seal(v, &s->packet.sa, &s->key);
	memcpy(s->other, v->sealed, yt_vector_sealed_len(v));
	for (icv = 0; icv <= 16; icv++) {
		memset(v->sealed, GUARD, YT_MAX_IMAGE);
		v->icv_len = icv;
		yt_seal(v, &s->packet.sa, &s->key);
		ASSERT_SAME(test, v->sealed, s->other, yt_vector_sealed_len(v),
			    "ICV of %u bytes", icv);
		KUNIT_ASSERT_EQ_MSG(test, v->sealed[yt_vector_sealed_len(v)],
				    GUARD, "ICV of %u bytes", icv);
	}
}

/* The upper half of the sequence number is authenticated too. */
static void upper_sequence_number_counts(struct kunit *test)
{
	struct sealing *s = new_sealing(test);
	struct yt_vector *v = &s->packet.vector;
	unsigned int index = 0, bit;

	do {
		make_sealed(test, s, 0, index++);
	} while (!v->header.esn);
	for (bit = 0; bit < 96; bit++) {
		memcpy(s->other, v->sealed, yt_vector_sealed_len(v));
		v->plain[bit / 8] ^= BIT(bit % 8);
		yt_seal(v, &s->packet.sa, &s->key);
		v->plain[bit / 8] ^= BIT(bit % 8);
		ASSERT_SAME(test, v->sealed + v->head_len,
			    s->other + v->head_len, v->text_len,
			    "text, bit %u", bit);
		KUNIT_ASSERT_NE_MSG(test, memcmp(v->sealed +
						 yt_vector_plain_len(v),
						 s->other +
						 yt_vector_plain_len(v),
						 v->icv_len), 0, "bit %u", bit);
	}
}

static void add_blocks(u8 counter[YT_MAX_IV], unsigned int blocks)
{
	unsigned int i;

	for (i = YT_MAX_IV; i--; blocks >>= 8) {
		blocks += counter[i];
		counter[i] = blocks;
	}
}

/* What a driver has to leave in the request. */
static void ivs_afterwards(struct kunit *test)
{
	struct sealing *s = new_sealing(test);
	const struct yt_vector *v = &s->packet.vector;
	unsigned int alg, index;

	for (alg = 0; alg < YT_ALGORITHMS; alg++)
		for (index = 0; index < PACKETS; index++) {
			u8 expected[YT_MAX_IV];
			bool known = true;

			make_sealed(test, s, alg, index);
			memcpy(expected, v->request_iv, YT_MAX_IV);
			switch (yt_algorithms[alg].form) {
			case YT_FORM_CBC:
			case YT_FORM_AUTHENC:
				memcpy(expected, v->sealed + v->head_len +
				       v->text_len - 16, 16);
				break;
			case YT_FORM_CTR:
				/* a part of a block takes a counter, too */
				add_blocks(expected,
					   DIV_ROUND_UP(v->text_len, 16));
				break;
			case YT_FORM_RFC4106:
			case YT_FORM_GCM:
				break;
			default:
				known = false;
				break;
			}
			KUNIT_ASSERT_EQ_MSG(test, v->iv_after_known, known,
					    "%s", yt_algorithms[alg].name);
			if (known)
				ASSERT_SAME(test, v->iv_after, expected,
					    YT_MAX_IV, "%s, packet %u",
					    yt_algorithms[alg].name, index);
		}
}

static void assert_chained(struct kunit *test, struct sealing *s,
			   const u8 *derived)
{
	const struct yt_vector *v = &s->packet.vector;
	unsigned int end = yt_vector_sealed_len(v), iv_at = v->head_len - 16;
	u8 iv[YT_MAX_IV];

	memset(s->packet.sealed, GUARD, YT_MAX_IMAGE);
	yt_seal_chained(v, &s->packet.sa, &s->key, derived, v->sealed);
	ASSERT_SAME(test, v->sealed, v->plain, iv_at, "SPI and number");
	yt_aes_encrypt(&s->key.gcm.aes, iv, derived);
	ASSERT_SAME(test, v->sealed + iv_at, iv, YT_MAX_IV, "IV");
	assert_hmac(test, s, v->sealed);
	KUNIT_ASSERT_TRUE(test, opened(s, v->sealed));
	ASSERT_SAME(test, s->other + v->head_len, v->plain + v->head_len,
		    v->text_len, "text");
	KUNIT_ASSERT_EQ(test, v->sealed[end], GUARD);
}

static void chained_ivs_are_of_the_driver(struct kunit *test)
{
	struct sealing *s = new_sealing(test);
	struct yt_vector *v = &s->packet.vector;
	unsigned int alg, index;
	u8 derived[YT_MAX_IV];

	for (alg = 0; alg < YT_ALGORITHMS; alg++) {
		if (yt_algorithms[alg].form != YT_FORM_ECHAINIV)
			continue;
		for (index = 0; index < PACKETS; index++) {
			make_sealed(test, s, alg, index);
			memset(derived, index, sizeof(derived));
			assert_chained(test, s, derived);

			/* whatever becomes our own IV gives our own packet */
			yt_seal(v, &s->packet.sa, &s->key);
			memcpy(s->other, v->sealed, yt_vector_sealed_len(v));
			yt_aes_decrypt(&s->key.gcm.aes, derived, v->wire_iv);
			yt_seal_chained(v, &s->packet.sa, &s->key, derived,
					v->sealed);
			ASSERT_SAME(test, v->sealed, s->other,
				    yt_vector_sealed_len(v), "packet %u",
				    index);
		}
	}
}

static void impossible_keys_are_refused(struct kunit *test)
{
	struct sealing *s = new_sealing(test);
	unsigned int len;

	make_sealed(test, s, 0, 0);
	for (len = 0; len < 64; len++) {
		s->packet.sa.key_len = len;
		KUNIT_ASSERT_EQ_MSG(test,
				    yt_seal_setkey(&s->key, &s->packet.sa),
				    len == 16 || len == 24 || len == 32 ? 0 :
				    -EINVAL, "key of %u bytes", len);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(published_cbc_packets),
	KUNIT_CASE(published_gcm_packets),
	KUNIT_CASE(published_ctr_texts),
	KUNIT_CASE(what_is_sealed_opens_again),
	KUNIT_CASE(tampered_gcm_packets_are_refused),
	KUNIT_CASE(hmacs_cover_head_and_ciphertext),
	KUNIT_CASE(short_icvs_are_beginnings),
	KUNIT_CASE(upper_sequence_number_counts),
	KUNIT_CASE(ivs_afterwards),
	KUNIT_CASE(chained_ivs_are_of_the_driver),
	KUNIT_CASE(impossible_keys_are_refused),
	{}
};

struct kunit_suite reference_seal_suite = {
	.name = "reference_seal",
	.test_cases = cases,
};
