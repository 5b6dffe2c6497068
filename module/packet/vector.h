/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A vector is the bytes of one case, made from (seed, algorithm, index) alone.
 * Vectors that share a key belong to one security association (SA).
 *
 * An image is what lies in a request's buffer:
 *
 *	head | text | ICV
 *
 *	form	 head			  AAD		  IV of the request
 *	RFC4106	 SPI, seq, IV (8)	  all of head	  IV
 *	GCM	 SPI, seq		  all of head	  salt, IV
 *	AUTHENC	 SPI, seq, IV (16)	  all of head	  IV; of authencesn the upper
 *						  half of seq behind the text instead
 *	CBC	 -			  -		  IV
 *	CTR	 -			  -		  salt, IV, counter 1
 *	SEQIV	 as RFC4106		  head without IV as the driver wants it
 *	ECHAINIV as AUTHENC		  head without IV as the driver wants it
 *
 * The plain image ends with the text, the sealed image with the ICV.
 */
#ifndef CRYPTORTURE_PACKET_VECTOR_H
#define CRYPTORTURE_PACKET_VECTOR_H

#include "port.h"
#include "packet/algorithm.h"
#include "packet/esp.h"
#include "packet/random.h"

#define YT_MAX_PAYLOAD		9000	/* bytes */
#define YT_MAX_HEAD		28	/* header with ESN, and a 16-byte IV */
#define YT_MAX_ICV		32
#define YT_MAX_KEY		32	/* AES key */
#define YT_MAX_AUTH_KEY		64	/* HMAC key */
#define YT_MAX_IV		16
/* Head, payload, padding and trailer, ICV; a multiple of 64. */
#define YT_MAX_IMAGE		9152

/* Vectors of one SA; index / this is the number of the SA. */
#define YT_SA_VECTORS		8

/**
 * struct yt_sa - a security association: the keys of YT_SA_VECTORS vectors
 * @alg: the algorithm
 * @seed: what it was made from
 * @number: index of its first vector / YT_SA_VECTORS
 * @key: AES key
 * @key_len: 16, 24 or 32
 * @salt: for GCM and CTR
 * @auth_key: HMAC key
 * @auth_key_len: as long as the digest (RFC 4868)
 * @icv_len: 0 where there is no ICV
 * @spi: security parameters index
 */
struct yt_sa {
	const struct yt_algorithm *alg;
	u64 seed;
	u64 number;
	u8 key[YT_MAX_KEY];
	u8 salt[4];
	u8 auth_key[YT_MAX_AUTH_KEY];
	u8 key_len;
	u8 auth_key_len;
	u8 icv_len;
	u32 spi;
};

/**
 * struct yt_vector - one case
 * @index: number of the vector for its seed and algorithm
 * @header: SPI and sequence number
 * @payload_len: ESP payload
 * @head_len: bytes of head
 * @text_len: bytes of text
 * @icv_len: bytes of ICV
 * @bare: the text is the payload alone, without an ESP trailer, so that every
 *	  length modulo 16 reaches the drivers that take any length
 * @wire_iv: the IV in the packet
 * @request_iv: the IV of a request; not for forms that make their own
 * @plain: plain image: head and text
 * @sealed: sealed image: head, text and ICV; filled by the reference
 * @iv_after: request IV when the operation is done, encrypting and decrypting;
 *	      filled by the reference
 * @iv_after_known: whether @iv_after holds for this algorithm
 * @tamper_offset: which byte of the sealed image a tampered packet changes
 * @tamper_mask: how
 */
struct yt_vector {
	u64 index;
	struct yt_esp_header header;
	u16 payload_len;
	u16 head_len;
	u16 text_len;
	u8 icv_len;
	bool bare;
	u8 wire_iv[YT_MAX_IV];
	u8 request_iv[YT_MAX_IV];
	u8 *plain;
	u8 *sealed;
	u8 iv_after[YT_MAX_IV];
	bool iv_after_known;
	u16 tamper_offset;
	u8 tamper_mask;
};

/**
 * yt_sa_make() - the keys of an SA from (seed, algorithm, number)
 * @sa: where to
 * @alg: the algorithm
 * @seed: of the run
 * @number: any
 */
void yt_sa_make(struct yt_sa *sa, const struct yt_algorithm *alg, u64 seed,
		u64 number);

/**
 * yt_vector_shape() - sizes, numbers and IV of a vector, without its bytes
 * @vector: where to; @plain and @sealed are not touched
 * @sa: its SA
 * @index: sa->number * YT_SA_VECTORS and the YT_SA_VECTORS - 1 that follow
 */
void yt_vector_shape(struct yt_vector *vector, const struct yt_sa *sa,
		     u64 index);

/* As yt_vector_shape(), with a payload of this many bytes. For benchmarks. */
void yt_vector_shape_sized(struct yt_vector *vector, const struct yt_sa *sa,
			   u64 index, unsigned int payload_len);

/**
 * yt_vector_fill() - make the plain image
 * @vector: shaped, with @plain of yt_vector_plain_len() bytes
 * @sa: its SA
 */
void yt_vector_fill(struct yt_vector *vector, const struct yt_sa *sa);

static inline unsigned int yt_vector_plain_len(const struct yt_vector *vector)
{
	return vector->head_len + vector->text_len;
}

static inline unsigned int yt_vector_sealed_len(const struct yt_vector *vector)
{
	return yt_vector_plain_len(vector) + vector->icv_len;
}

#endif /* CRYPTORTURE_PACKET_VECTOR_H */
