/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of constructions under test, and of the drivers that are known to
 * exist for them on some kernel or CPU. Instances of pcrypt, cryptd and seqiv over a
 * driver of its own are not in it: see packet/wrapper. Names are data: what a machine really
 * has is found at run time by vectors/transform.
 */
#ifndef CRYPTORTURE_PACKET_ALGORITHM_H
#define CRYPTORTURE_PACKET_ALGORITHM_H

#include "port.h"

/* How an ESP packet lies in the crypto API's buffers; see packet/vector.h. */
enum yt_form {
	YT_FORM_RFC4106,	/* IV in the AAD, salt in the key */
	YT_FORM_GCM,		/* salt and IV in the request */
	YT_FORM_AUTHENC,	/* IV authenticated with the header */
	YT_FORM_CBC,		/* text only */
	YT_FORM_CTR,		/* text only */
	YT_FORM_SEQIV,		/* as RFC4106, the IV made by the driver */
	YT_FORM_ECHAINIV,	/* as AUTHENC, the IV made by the driver */
};

enum yt_hash {
	YT_HASH_NONE,
	YT_HASH_SHA1,
	YT_HASH_SHA256,
	YT_HASH_SHA512,
};

/* What a CPU must have for a driver to exist; bits of yt_candidate.needs. */
enum yt_feature {
	YT_FEATURE_AES,
	YT_FEATURE_PCLMUL,
	YT_FEATURE_SSSE3,
	YT_FEATURE_AVX,
	YT_FEATURE_AVX2,
	YT_FEATURE_VAES,
	YT_FEATURE_VPCLMUL,
	YT_FEATURE_AVX512,
	YT_FEATURE_SHA_NI,
	YT_FEATURES,
};

/* As /proc/cpuinfo spells it. */
extern const char *const yt_feature_names[YT_FEATURES];

/**
 * struct yt_candidate - a driver that may exist
 * @name: its cra_driver_name
 * @needs: bits of enum yt_feature
 */
struct yt_candidate {
	const char *name;
	u32 needs;
};

/**
 * struct yt_algorithm - a construction under test
 * @name: cra_name
 * @form: how packets lie in its buffers
 * @hash: of the HMAC, for authenc
 * @iv_len: bytes of IV on the wire
 * @request_iv_len: bytes of IV in a request
 * @salt_len: bytes of salt behind or beside the AES key
 * @align: ESP pads the text to a multiple of this
 * @icv_lens: ICV lengths that ESP uses, 0-terminated
 * @esn_in_aad: 64-bit sequence numbers go into the AAD
 * @esn_behind: all sequence numbers have 64 bits, of which the upper half is in the head
 *		and authenticated behind the text (RFC 4303, 2.2.1)
 * @candidates: known drivers, the last one without a name
 */
struct yt_algorithm {
	const char *name;
	enum yt_form form;
	enum yt_hash hash;
	u8 iv_len;
	u8 request_iv_len;
	u8 salt_len;
	u8 align;
	u8 icv_lens[4];
	bool esn_in_aad;
	bool esn_behind;
	const struct yt_candidate *candidates;
};

#define YT_ALGORITHMS	17

extern const struct yt_algorithm yt_algorithms[YT_ALGORITHMS];

/* Number of the algorithm with this cra_name, or -ENOENT. Any context. */
int yt_algorithm_find(const char *name);

static inline bool yt_algorithm_is_aead(const struct yt_algorithm *alg)
{
	return alg->form != YT_FORM_CBC && alg->form != YT_FORM_CTR;
}

/* The driver makes the IV itself and puts it into the packet. */
static inline bool yt_algorithm_makes_iv(const struct yt_algorithm *alg)
{
	return alg->form == YT_FORM_SEQIV || alg->form == YT_FORM_ECHAINIV;
}

/* By name: does a driver, or any part of a template instance, use SIMD? */
bool yt_driver_name_is_simd(const char *driver);

/* By name: is a driver, or a part, for other drivers' use only? */
bool yt_driver_name_is_internal(const char *driver);

/* By name: does a driver, or a part, leave the work to another thread? */
bool yt_driver_name_is_deferred(const char *driver);

#endif /* CRYPTORTURE_PACKET_ALGORITHM_H */
