// SPDX-License-Identifier: GPL-2.0-only
#include "bytes.h"
#include "packets.h"
#include "suites.h"

static const u64 seeds[] = { 0, 1, 7, 0x5eed, ~0ULL };

#define SAS	64	/* of each algorithm, where every length must occur */

static void assert_same_packet(struct kunit *test, const struct packet *a,
			       const struct packet *b)
{
	const struct yt_vector *v = &a->vector, *w = &b->vector;

	ASSERT_SAME(test, &a->sa, &b->sa, sizeof(a->sa), "SA of %llu",
		    v->index);
	KUNIT_ASSERT_EQ(test, v->index, w->index);
	KUNIT_ASSERT_EQ(test, v->header.spi, w->header.spi);
	KUNIT_ASSERT_EQ(test, v->header.seq, w->header.seq);
	KUNIT_ASSERT_EQ(test, v->header.esn, w->header.esn);
	KUNIT_ASSERT_EQ(test, v->payload_len, w->payload_len);
	KUNIT_ASSERT_EQ(test, v->head_len, w->head_len);
	KUNIT_ASSERT_EQ(test, v->text_len, w->text_len);
	KUNIT_ASSERT_EQ(test, v->icv_len, w->icv_len);
	KUNIT_ASSERT_EQ(test, v->bare, w->bare);
	KUNIT_ASSERT_EQ(test, v->tamper_offset, w->tamper_offset);
	KUNIT_ASSERT_EQ(test, v->tamper_mask, w->tamper_mask);
	ASSERT_SAME(test, v->wire_iv, w->wire_iv, a->sa.alg->iv_len,
		    "IV of %llu", v->index);
	ASSERT_SAME(test, v->request_iv, w->request_iv, YT_MAX_IV,
		    "request's IV of %llu", v->index);
}

/* Independent of the contents of memory, and of packets made before. */
static void same_numbers_same_packet(struct kunit *test)
{
	struct packet *one = new_packet(test), *other = new_packet(test);
	unsigned int alg, index, len;

	for (alg = 0; alg < YT_ALGORITHMS; alg++)
		for (index = 0; index < 12 * YT_SA_VECTORS; index++) {
			make_packet(one, &yt_algorithms[alg], 42, index);
			make_packet(other, &yt_algorithms[alg], 43, index + 1);
			shape_packet(other, &yt_algorithms[alg], 42, index,
				     index);
			yt_vector_fill(&other->vector, &other->sa);
			assert_same_packet(test, one, other);
			len = yt_vector_plain_len(&one->vector);
			ASSERT_SAME(test, one->plain, other->plain, len,
				    "packet %u", index);
		}
}

#define KINDS	(YT_ALGORITHMS * 5 * 16)	/* algorithms, seeds, numbers */

static void assert_distinct(struct kunit *test, const u64 *values,
			    unsigned int count, const char *what)
{
	unsigned int i, n;

	for (i = 0; i < count; i++)
		for (n = 0; n < i; n++)
			KUNIT_ASSERT_NE_MSG(test, values[i], values[n],
					    "%s of %u and %u", what, i, n);
}

static void others_have_other_keys(struct kunit *test)
{
	u64 *keys = (u64 *)test_buffer(test, KINDS * sizeof(u64));
	u64 *auth_keys = (u64 *)test_buffer(test, KINDS * sizeof(u64));
	u64 *spis = (u64 *)test_buffer(test, KINDS * sizeof(u64));
	unsigned int i, hmacs = 0;
	struct yt_sa sa;

	for (i = 0; i < KINDS; i++) {
		yt_sa_make(&sa, &yt_algorithms[i / 80], seeds[i / 16 % 5],
			   i % 16);
		memcpy(&keys[i], sa.key, 8);
		spis[i] = sa.spi;
		/* RFC 4303, 2.1 */
		KUNIT_ASSERT_GT(test, sa.spi, 255U);
		if (sa.auth_key_len)
			memcpy(&auth_keys[hmacs++], sa.auth_key, 8);
	}
	assert_distinct(test, keys, KINDS, "AES keys");
	assert_distinct(test, auth_keys, hmacs, "HMAC keys");
	assert_distinct(test, spis, KINDS, "SPIs");
	KUNIT_ASSERT_GT(test, hmacs, 0U);
}

static void others_have_other_packets(struct kunit *test)
{
	u64 *ivs = (u64 *)test_buffer(test, KINDS * sizeof(u64));
	u64 *sequences = (u64 *)test_buffer(test, KINDS * sizeof(u64));
	u64 *texts = (u64 *)test_buffer(test, KINDS * sizeof(u64));
	struct packet *packet = new_packet(test);
	unsigned int i, count = 0;

	for (i = 0; i < KINDS; i++) {
		const u8 *text;

		make_packet(packet, &yt_algorithms[i / 80], seeds[i / 16 % 5],
			    i % 16);
		memcpy(&ivs[i], packet->vector.wire_iv, 8);
		sequences[i] = packet->vector.header.seq;
		text = packet->plain + packet->vector.head_len;
		/* not the three patterns, which are alike on purpose */
		if (packet->vector.payload_len < 9 ||
		    !memcmp(text, "aaaaaaaa", 8) ||
		    !memcmp(text, "\0\0\0\0\0\0\0\0", 8) ||
		    !memcmp(text, "\0\1\2\3\4\5\6\7", 8))
			continue;
		memcpy(&texts[count++], text, 8);
	}
	assert_distinct(test, ivs, KINDS, "IVs");
	assert_distinct(test, sequences, KINDS, "sequence numbers");
	assert_distinct(test, texts, count, "payloads");
	KUNIT_ASSERT_GT(test, count, KINDS * 3U / 4);
}

static unsigned int expected_head(const struct yt_algorithm *alg, bool esn)
{
	switch (alg->form) {
	case YT_FORM_RFC4106:
	case YT_FORM_SEQIV:
		return esn ? 20 : 16;
	case YT_FORM_GCM:
		return esn ? 12 : 8;
	case YT_FORM_AUTHENC:
	case YT_FORM_ECHAINIV:
		return esn ? 28 : 24;
	default:
		return 0;
	}
}

static void assert_sizes(struct kunit *test, const struct yt_vector *vector,
			 const struct yt_algorithm *alg)
{
	unsigned int text = vector->bare ? vector->payload_len :
			    yt_esp_text_len(vector->payload_len, alg->align);

	KUNIT_ASSERT_GE(test, vector->payload_len, 1);
	KUNIT_ASSERT_LE(test, vector->payload_len, YT_MAX_PAYLOAD);
	KUNIT_ASSERT_EQ(test, vector->text_len, text);
	KUNIT_ASSERT_EQ(test, vector->head_len,
			expected_head(alg, vector->header.esn));
	KUNIT_ASSERT_LE(test, vector->head_len, YT_MAX_HEAD);
	KUNIT_ASSERT_EQ(test, yt_vector_plain_len(vector),
			vector->head_len + text);
	KUNIT_ASSERT_EQ(test, yt_vector_sealed_len(vector),
			vector->head_len + text + vector->icv_len);
	KUNIT_ASSERT_LE(test, yt_vector_sealed_len(vector), YT_MAX_IMAGE);
	/* only where it can be: CBC needs whole blocks, HMAC has it behind or not at all */
	KUNIT_ASSERT_TRUE(test, !vector->bare || alg->align == 4);
	KUNIT_ASSERT_TRUE(test, !vector->header.esn || alg->esn_in_aad ||
			  alg->esn_behind);
	KUNIT_ASSERT_TRUE(test, vector->header.esn || !alg->esn_behind);
}

static void sizes_are_within_bounds(struct kunit *test)
{
	struct packet *packet = new_packet(test);
	unsigned int alg, s, index;

	for (alg = 0; alg < YT_ALGORITHMS; alg++)
		for (s = 0; s < ARRAY_SIZE(seeds); s++)
			for (index = 0; index < 1000; index++) {
				shape_packet(packet, &yt_algorithms[alg],
					     seeds[s], index, GUARD);
				assert_sizes(test, &packet->vector,
					     &yt_algorithms[alg]);
				KUNIT_ASSERT_EQ(test, packet->vector.icv_len,
						packet->sa.icv_len);
				KUNIT_ASSERT_EQ(test, packet->vector.header.spi,
						packet->sa.spi);
			}
}

static void every_residue_occurs(struct kunit *test)
{
	struct packet *packet = new_packet(test);
	unsigned int alg, s, index;

	for (alg = 0; alg < YT_ALGORITHMS; alg++)
		for (s = 0; s < ARRAY_SIZE(seeds); s++) {
			u32 payloads = 0, texts = 0;

			for (index = 0; index < SAS * YT_SA_VECTORS; index++) {
				shape_packet(packet, &yt_algorithms[alg],
					     seeds[s], index, GUARD);
				payloads |= BIT(packet->vector.payload_len % 16);
				texts |= BIT(packet->vector.text_len % 16);
			}
			KUNIT_ASSERT_EQ_MSG(test, payloads, 0xffffU, "%s",
					    yt_algorithms[alg].name);
			KUNIT_ASSERT_EQ_MSG(test, texts,
					    yt_algorithms[alg].align == 16 ?
					    1U : 0xffffU, "%s",
					    yt_algorithms[alg].name);
		}
}

/* Mostly what ESP carries, but the short and the long ones too. */
static void lengths_are_weighted(struct kunit *test)
{
	struct packet *packet = new_packet(test);
	unsigned int alg, index, count = 2000;

	for (alg = 0; alg < YT_ALGORITHMS; alg++) {
		unsigned int usual = 0, tiny = 0, large = 0, jumbo = 0;

		for (index = 0; index < count; index++) {
			unsigned int len;

			shape_packet(packet, &yt_algorithms[alg], 1, index,
				     GUARD);
			len = packet->vector.payload_len;
			usual += len >= 40 && len <= 1500;
			tiny += len < 16;
			large += len > 1500;
			jumbo += len > 4096;
		}
		KUNIT_ASSERT_GE(test, usual, count * 60 / 100);
		KUNIT_ASSERT_GT(test, tiny, count / 100);
		KUNIT_ASSERT_GT(test, large, count / 20);
		KUNIT_ASSERT_GT(test, jumbo, count / 100);
	}
}

/* Keys go with ICVs in every pair within nine SAs, and soon with each alone. */
static void every_kind_of_sa_occurs(struct kunit *test)
{
	unsigned int alg, number;
	struct yt_sa sa;

	for (alg = 0; alg < YT_ALGORITHMS; alg++) {
		const struct yt_algorithm *a = &yt_algorithms[alg];
		u32 keys = 0, icvs = 0, pairs = 0, kinds = 0;
		unsigned int icv = 0;

		for (number = 0; number < 9; number++) {
			yt_sa_make(&sa, a, 3, number);
			KUNIT_ASSERT_TRUE(test, sa.key_len == 16 ||
					  sa.key_len == 24 ||
					  sa.key_len == 32);
			for (icv = 0; a->icv_lens[icv]; icv++)
				if (a->icv_lens[icv] == sa.icv_len)
					break;
			KUNIT_ASSERT_EQ(test, a->icv_lens[icv], sa.icv_len);
			pairs |= BIT((sa.key_len / 8 - 2) * 3 + icv);
			if (number < 4) {
				keys |= BIT(sa.key_len / 8 - 2);
				icvs |= BIT(icv);
			}
		}
		kinds = a->icv_lens[1] ? 7 : 1;
		KUNIT_ASSERT_EQ_MSG(test, keys, 7U, "%s", a->name);
		KUNIT_ASSERT_EQ_MSG(test, icvs, kinds, "%s", a->name);
		KUNIT_ASSERT_EQ_MSG(test, pairs, kinds * 0x49, "%s", a->name);
	}
}

static void hmac_keys_are_as_long_as_digests(struct kunit *test)
{
	static const u8 lens[] = {
		[YT_HASH_NONE] = 0, [YT_HASH_SHA1] = 20,
		[YT_HASH_SHA256] = 32, [YT_HASH_SHA512] = 64,
	};
	unsigned int alg;
	struct yt_sa sa;

	for (alg = 0; alg < YT_ALGORITHMS; alg++) {
		yt_sa_make(&sa, &yt_algorithms[alg], 3, 0);
		KUNIT_EXPECT_EQ(test, sa.auth_key_len,
				lens[yt_algorithms[alg].hash]);
		KUNIT_EXPECT_LE(test, sa.auth_key_len, YT_MAX_AUTH_KEY);
		/* no byte of room is left over from before */
		KUNIT_EXPECT_TRUE(test, !memchr_inv(sa.auth_key +
						    sa.auth_key_len, 0,
						    YT_MAX_AUTH_KEY -
						    sa.auth_key_len));
	}
}

/* Within the four SAs that a pool begins with. */
static void esn_and_bare_texts_occur(struct kunit *test)
{
	struct packet *packet = new_packet(test);
	unsigned int alg, s, index;

	for (alg = 0; alg < YT_ALGORITHMS; alg++) {
		const struct yt_algorithm *a = &yt_algorithms[alg];

		for (s = 0; s < ARRAY_SIZE(seeds); s++) {
			u32 esn = 0, bare = 0;

			for (index = 0; index < 4 * YT_SA_VECTORS; index++) {
				shape_packet(packet, a, seeds[s], index, GUARD);
				esn |= BIT(packet->vector.header.esn);
				bare |= BIT(packet->vector.bare);
			}
			KUNIT_ASSERT_EQ_MSG(test, esn, a->esn_behind ? 2U :
					    a->esn_in_aad ? 3U : 1U, "%s",
					    a->name);
			KUNIT_ASSERT_EQ_MSG(test, bare, a->align == 4 ? 3U : 1U,
					    "%s", a->name);
		}
	}
}

enum { COUNTER_ONE, COUNTER_32_FULL, COUNTER_96_FULL };

/* RFC 3686, 4, or a counter that is about to carry. */
static unsigned int ctr_kind(struct kunit *test, const struct packet *packet)
{
	const u8 *iv = packet->vector.request_iv;
	u8 expected[YT_MAX_IV] = { [15] = 1 };

	memcpy(expected, packet->sa.salt, 4);
	memcpy(expected + 4, packet->vector.wire_iv, 8);
	if (!memcmp(iv, expected, YT_MAX_IV))
		return COUNTER_ONE;
	KUNIT_ASSERT_GE(test, iv[15], 0xf0);
	KUNIT_ASSERT_TRUE(test, !memchr_inv(iv + 12, 0xff, 3));
	ASSERT_SAME(test, iv, expected, 4, "salt");
	if (!memchr_inv(iv + 4, 0xff, 8))
		return COUNTER_96_FULL;
	ASSERT_SAME(test, iv, expected, 12, "salt and IV");
	return COUNTER_32_FULL;
}

static void request_ivs_of_each_form(struct kunit *test)
{
	struct packet *packet = new_packet(test);
	unsigned int alg, index;
	u32 ctr_kinds = 0;

	for (alg = 0; alg < YT_ALGORITHMS; alg++)
		for (index = 0; index < 100; index++) {
			u8 expected[YT_MAX_IV] = { };

			shape_packet(packet, &yt_algorithms[alg], 4, index,
				     GUARD);
			switch (yt_algorithms[alg].form) {
			case YT_FORM_CTR:
				ctr_kinds |= BIT(ctr_kind(test, packet));
				continue;
			case YT_FORM_GCM:
				memcpy(expected, packet->sa.salt, 4);
				memcpy(expected + 4, packet->vector.wire_iv, 8);
				break;
			default:
				memcpy(expected, packet->vector.wire_iv,
				       yt_algorithms[alg].iv_len);
				break;
			}
			ASSERT_SAME(test, packet->vector.request_iv, expected,
				    YT_MAX_IV, "%s", yt_algorithms[alg].name);
		}
	KUNIT_ASSERT_EQ(test, ctr_kinds, 7U);
}

/* The head, the trailer, and not a byte more; payload_patterns has the rest. */
static void images_are_framed(struct kunit *test)
{
	struct packet *packet = new_packet(test);
	const struct yt_vector *v = &packet->vector;
	u8 *trailer = test_buffer(test, YT_MAX_IMAGE);
	unsigned int alg, index;
	u8 head[YT_MAX_HEAD];

	for (alg = 0; alg < YT_ALGORITHMS; alg++)
		for (index = 0; index < 100; index++) {
			unsigned int header_len, end;

			make_packet(packet, &yt_algorithms[alg], 8, index);
			header_len = yt_esp_header_len(&v->header);
			yt_esp_put_header(head, &v->header);
			memcpy(head + header_len, v->wire_iv, YT_MAX_IV);
			ASSERT_SAME(test, packet->plain, head, v->head_len,
				    "head of %s", yt_algorithms[alg].name);
			end = v->head_len + v->text_len;
			KUNIT_ASSERT_EQ(test, packet->plain[end], GUARD);
			KUNIT_ASSERT_TRUE(test, !memchr_inv(packet->sealed,
							    GUARD,
							    YT_MAX_IMAGE));
			if (v->bare)
				continue;
			yt_esp_put_trailer(trailer, v->payload_len,
					   yt_algorithms[alg].align, 4);
			ASSERT_SAME(test, packet->plain + v->head_len +
				    v->payload_len, trailer + v->payload_len,
				    v->text_len - v->payload_len,
				    "trailer of %s", yt_algorithms[alg].name);
		}
}

enum { PATTERN_ZEROS, PATTERN_LETTERS, PATTERN_RISING, PATTERN_RANDOM };

static unsigned int pattern(const u8 *payload, unsigned int len)
{
	unsigned int i;

	if (!memchr_inv(payload, 0, len))
		return PATTERN_ZEROS;
	if (!memchr_inv(payload, 'a', len))
		return PATTERN_LETTERS;
	for (i = 0; i < len; i++)
		if (payload[i] != (u8)i)
			return PATTERN_RANDOM;
	return PATTERN_RISING;
}

/* How many bytes of 256 values: random ones have nearly all. */
static unsigned int values(const u8 *payload, unsigned int len)
{
	DECLARE_BITMAP(seen, 256) = { };
	unsigned int i;

	for (i = 0; i < len; i++)
		__set_bit(payload[i], seen);
	return bitmap_weight(seen, 256);
}

static void payload_patterns(struct kunit *test)
{
	struct packet *packet = new_packet(test);
	unsigned int index, counts[4] = { };

	for (index = 0; index < 2400; index++) {
		const u8 *payload;
		unsigned int len, kind;

		shape_packet(packet, &yt_algorithms[YT_ALGORITHMS - 1], 9,
			     index, GUARD);
		payload = packet->plain + packet->vector.head_len;
		yt_vector_fill(&packet->vector, &packet->sa);
		len = packet->vector.payload_len;
		if (len < 40)
			continue;
		kind = pattern(payload, len);
		counts[kind]++;
		if (kind == PATTERN_RANDOM && len > 2000)
			KUNIT_ASSERT_GT(test, values(payload, len), 240U);
	}
	KUNIT_ASSERT_GT(test, counts[PATTERN_ZEROS], 50U);
	KUNIT_ASSERT_GT(test, counts[PATTERN_LETTERS], 50U);
	KUNIT_ASSERT_GT(test, counts[PATTERN_RISING], 50U);
	KUNIT_ASSERT_GT(test, counts[PATTERN_RANDOM], 1500U);
}

/* Head, text and ICV are each tampered with, by every bit of a byte. */
static void tampering_reaches_everything(struct kunit *test)
{
	struct packet *packet = new_packet(test);
	const struct yt_vector *v = &packet->vector;
	unsigned int alg, index;

	for (alg = 0; alg < YT_ALGORITHMS; alg++) {
		u32 parts = 0, masks = 0;

		for (index = 0; index < 1000; index++) {
			shape_packet(packet, &yt_algorithms[alg], 10, index,
				     GUARD);
			KUNIT_ASSERT_LT(test, v->tamper_offset,
					yt_vector_sealed_len(v));
			KUNIT_ASSERT_EQ(test, hweight8(v->tamper_mask), 1);
			masks |= v->tamper_mask;
			if (v->tamper_offset < v->head_len)
				parts |= BIT(0);
			else if (v->tamper_offset < yt_vector_plain_len(v))
				parts |= BIT(1);
			else
				parts |= BIT(2);
		}
		KUNIT_ASSERT_EQ(test, masks, 0xffU);
		KUNIT_ASSERT_EQ_MSG(test, parts,
				    yt_algorithm_is_aead(&yt_algorithms[alg]) ?
				    7U : 2U, "%s", yt_algorithms[alg].name);
	}
}

static void sized_packets_have_their_size(struct kunit *test)
{
	struct packet *packet = new_packet(test), *other = new_packet(test);
	unsigned int alg, len;

	for (alg = 0; alg < YT_ALGORITHMS; alg++) {
		const struct yt_algorithm *a = &yt_algorithms[alg];

		shape_packet(packet, a, 11, 3, GUARD);
		shape_packet(other, a, 11, 3, GUARD);
		for (len = 1; len <= YT_MAX_PAYLOAD; len++) {
			struct yt_vector *v = &packet->vector;

			yt_vector_shape_sized(v, &packet->sa, 3, len);
			KUNIT_ASSERT_EQ(test, v->payload_len, len);
			assert_sizes(test, v, a);
			KUNIT_ASSERT_LT(test, v->tamper_offset,
					yt_vector_sealed_len(v));
			/* and is otherwise the packet of that number */
			KUNIT_ASSERT_EQ(test, v->header.seq,
					other->vector.header.seq);
			ASSERT_SAME(test, v->wire_iv, other->vector.wire_iv,
				    a->iv_len, "IV for %u bytes", len);
		}
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(same_numbers_same_packet),
	KUNIT_CASE(others_have_other_keys),
	KUNIT_CASE(others_have_other_packets),
	KUNIT_CASE(sizes_are_within_bounds),
	KUNIT_CASE(every_residue_occurs),
	KUNIT_CASE(lengths_are_weighted),
	KUNIT_CASE(every_kind_of_sa_occurs),
	KUNIT_CASE(hmac_keys_are_as_long_as_digests),
	KUNIT_CASE(esn_and_bare_texts_occur),
	KUNIT_CASE(request_ivs_of_each_form),
	KUNIT_CASE(images_are_framed),
	KUNIT_CASE(payload_patterns),
	KUNIT_CASE(tampering_reaches_everything),
	KUNIT_CASE(sized_packets_have_their_size),
	{}
};

struct kunit_suite packet_vector_suite = {
	.name = "packet_vector",
	.test_cases = cases,
};
