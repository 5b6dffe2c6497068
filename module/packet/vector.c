// SPDX-License-Identifier: GPL-2.0-only
#include "packet/vector.h"

/* Streams of random numbers, apart for what must not depend on each other. */
enum {
	STREAM_SA,
	STREAM_SHAPE,
	STREAM_PAYLOAD,
	STREAMS,
};

static void start(struct yt_random *random, const struct yt_algorithm *alg,
		  u64 seed, unsigned int stream, u64 index)
{
	u64 number = (u64)(alg - yt_algorithms);

	yt_random_init(random, seed, number * STREAMS + stream, index);
}

static unsigned int auth_key_len(enum yt_hash hash)
{
	switch (hash) {
	case YT_HASH_SHA1:
		return 20;
	case YT_HASH_SHA256:
		return 32;
	case YT_HASH_SHA512:
		return 64;
	case YT_HASH_NONE:
		break;
	}
	return 0;
}

void yt_sa_make(struct yt_sa *sa, const struct yt_algorithm *alg, u64 seed,
		u64 number)
{
	static const u8 key_lens[] = { 16, 24, 32 };
	unsigned int icvs = 0;
	struct yt_random random;

	start(&random, alg, seed, STREAM_SA, number);
	memset(sa, 0, sizeof(*sa));
	sa->alg = alg;
	sa->seed = seed;
	sa->number = number;

	/* Neighbours differ in both, so a small pool has every length. */
	sa->key_len = key_lens[number % ARRAY_SIZE(key_lens)];
	while (icvs < ARRAY_SIZE(alg->icv_lens) && alg->icv_lens[icvs])
		icvs++;
	if (icvs)
		sa->icv_len = alg->icv_lens[(number + number / 3) % icvs];

	yt_random_bytes(&random, sa->key, sa->key_len);
	yt_random_bytes(&random, sa->salt, alg->salt_len);
	sa->auth_key_len = (u8)auth_key_len(alg->hash);
	yt_random_bytes(&random, sa->auth_key, sa->auth_key_len);
	/* RFC 4303, 2.1: SPIs up to 255 are reserved. */
	sa->spi = 256 + yt_random_below(&random, 0xffffffff - 256);
}

/* Weighted to what ESP carries, with every length from 1 to the maximum. */
static unsigned int choose_payload_len(struct yt_random *random)
{
	u32 dice = yt_random_below(random, 100);

	if (dice < 40)
		return 40 + yt_random_below(random, 1461);
	if (dice < 55)
		return 1380 + yt_random_below(random, 121);
	if (dice < 70)
		return 40 + yt_random_below(random, 60);
	if (dice < 85)
		return 1 + yt_random_below(random, 64);
	if (dice < 95)
		return 65 + yt_random_below(random, 2048);
	return 1 + yt_random_below(random, YT_MAX_PAYLOAD);
}

static void put_request_iv(struct yt_vector *vector, const struct yt_sa *sa)
{
	switch (sa->alg->form) {
	case YT_FORM_RFC4106:
	case YT_FORM_SEQIV:
		memcpy(vector->request_iv, vector->wire_iv, 8);
		break;
	case YT_FORM_GCM:
		memcpy(vector->request_iv, sa->salt, 4);
		memcpy(vector->request_iv + 4, vector->wire_iv, 8);
		break;
	case YT_FORM_CTR:
		/* RFC 3686, 4: nonce, IV, block counter from 1. */
		memcpy(vector->request_iv, sa->salt, 4);
		memcpy(vector->request_iv + 4, vector->wire_iv, 8);
		put_unaligned_be32(1, vector->request_iv + 12);
		break;
	case YT_FORM_AUTHENC:
	case YT_FORM_ECHAINIV:
	case YT_FORM_CBC:
		memcpy(vector->request_iv, vector->wire_iv, 16);
		break;
	}
}

static void shape(struct yt_vector *vector, const struct yt_sa *sa, u64 index,
		  unsigned int payload_len)
{
	const struct yt_algorithm *alg = sa->alg;
	struct yt_random random;
	unsigned int chosen;
	u32 dice;

	start(&random, alg, sa->seed, STREAM_SHAPE, index);
	chosen = choose_payload_len(&random);
	vector->index = index;
	vector->payload_len = (u16)(payload_len ? payload_len : chosen);
	vector->icv_len = sa->icv_len;
	vector->header.spi = sa->spi;
	vector->header.seq = yt_random_u64(&random);
	vector->header.esn = alg->esn_behind ||
			     (alg->esn_in_aad && yt_random_below(&random, 2));
	vector->bare = alg->align < 16 && yt_random_below(&random, 4) == 0;
	vector->text_len = vector->bare ? vector->payload_len :
		(u16)yt_esp_text_len(vector->payload_len, alg->align);
	yt_random_bytes(&random, vector->wire_iv, alg->iv_len);
	memset(vector->request_iv, 0, sizeof(vector->request_iv));
	put_request_iv(vector, sa);

	/* Counters about to carry are where CTR code has gone wrong before. */
	dice = yt_random_below(&random, 8);
	if (alg->form == YT_FORM_CTR && dice < 2) {
		unsigned int ones = dice ? 4 : 12;

		memset(vector->request_iv + 16 - ones, 0xff, ones);
		vector->request_iv[15] =
			(u8)(0xff - yt_random_below(&random, 16));
	}

	switch (alg->form) {
	case YT_FORM_RFC4106:
	case YT_FORM_SEQIV:
	case YT_FORM_AUTHENC:
	case YT_FORM_ECHAINIV:
		vector->head_len = (u16)(yt_esp_header_len(&vector->header) +
					 alg->iv_len);
		break;
	case YT_FORM_GCM:
		vector->head_len = (u16)yt_esp_header_len(&vector->header);
		break;
	case YT_FORM_CBC:
	case YT_FORM_CTR:
		vector->head_len = 0;
		break;
	}

	/* A receiver must refuse a change anywhere: head, text or ICV. */
	vector->tamper_offset =
		(u16)yt_random_below(&random, yt_vector_sealed_len(vector));
	vector->tamper_mask = (u8)(1U << yt_random_below(&random, 8));
}

void yt_vector_shape(struct yt_vector *vector, const struct yt_sa *sa,
		     u64 index)
{
	shape(vector, sa, index, 0);
}

void yt_vector_shape_sized(struct yt_vector *vector, const struct yt_sa *sa,
			   u64 index, unsigned int payload_len)
{
	shape(vector, sa, index, payload_len);
}

/* One in eight is a pattern that is commonly sent to find corruption. */
static void put_payload(struct yt_vector *vector, const struct yt_sa *sa,
			u8 *out)
{
	unsigned int i, len = vector->payload_len;
	struct yt_random random;

	start(&random, sa->alg, sa->seed, STREAM_PAYLOAD, vector->index);
	switch (yt_random_below(&random, 24)) {
	case 0:
		memset(out, 0, len);
		break;
	case 1:
		memset(out, 'a', len);
		break;
	case 2:
		for (i = 0; i < len; i++)
			out[i] = (u8)i;
		break;
	default:
		yt_random_bytes(&random, out, len);
		break;
	}
}

void yt_vector_fill(struct yt_vector *vector, const struct yt_sa *sa)
{
	unsigned int header_len = yt_esp_header_len(&vector->header);
	u8 *text = vector->plain + vector->head_len;

	if (vector->head_len) {
		yt_esp_put_header(vector->plain, &vector->header);
		memcpy(vector->plain + header_len, vector->wire_iv,
		       vector->head_len - header_len);
	}
	put_payload(vector, sa, text);
	if (!vector->bare)
		yt_esp_put_trailer(text, vector->payload_len, sa->alg->align,
				   YT_ESP_NEXT_IPV4);
}
