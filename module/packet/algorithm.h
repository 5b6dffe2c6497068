/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The table of constructions under test, and of the drivers that are known to
 * exist for them on some kernel or CPU. Instances of pcrypt, cryptd and seqiv over a
 * driver of its own are not in it: see packet/wrapper. Names are data: what a machine really
 * has is found at run time by exercise/transform.
 */
#ifndef CRYPTORTURE_PACKET_ALGORITHM_H
#define CRYPTORTURE_PACKET_ALGORITHM_H

#include "port.h"

/* How an ESP packet lies in the crypto API's buffers; see packet/vector.h. */
enum ct_form {
	CT_FORM_RFC4106,	/* IV in the AAD, salt in the key */
	CT_FORM_GCM,		/* salt and IV in the request */
	CT_FORM_AUTHENC,	/* IV authenticated with the header */
	CT_FORM_CBC,		/* text only */
	CT_FORM_CTR,		/* text only */
	CT_FORM_SEQIV,		/* as RFC4106, the IV made by the driver */
	CT_FORM_ECHAINIV,	/* as AUTHENC, the IV made by the driver */
};

enum ct_hash {
	CT_HASH_NONE,
	CT_HASH_SHA1,
	CT_HASH_SHA256,
	CT_HASH_SHA512,
};

/* What a CPU must have for a driver to exist; bits of ct_candidate.needs. */
enum ct_feature {
	CT_FEATURE_AES,
	CT_FEATURE_PCLMUL,
	CT_FEATURE_SSSE3,
	CT_FEATURE_AVX,
	CT_FEATURE_AVX2,
	CT_FEATURE_VAES,
	CT_FEATURE_VPCLMUL,
	CT_FEATURE_AVX512,
	CT_FEATURE_SHA_NI,
	CT_FEATURES,
};

/* As /proc/cpuinfo spells it. */
extern const char *const ct_feature_names[CT_FEATURES];

/**
 * struct ct_candidate - a driver that may exist
 * @name: its cra_driver_name
 * @needs: bits of enum ct_feature
 */
struct ct_candidate {
	const char *name;
	u32 needs;
};

/**
 * struct ct_algorithm - a construction under test
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
struct ct_algorithm {
	const char *name;
	enum ct_form form;
	enum ct_hash hash;
	u8 iv_len;
	u8 request_iv_len;
	u8 salt_len;
	u8 align;
	u8 icv_lens[4];
	bool esn_in_aad;
	bool esn_behind;
	const struct ct_candidate *candidates;
};

#define CT_ALGORITHMS	17

extern const struct ct_algorithm ct_algorithms[CT_ALGORITHMS];

/* Number of the algorithm with this cra_name, or -ENOENT. Any context. */
int ct_algorithm_find(const char *name);

static inline bool ct_algorithm_is_aead(const struct ct_algorithm *alg)
{
	return alg->form != CT_FORM_CBC && alg->form != CT_FORM_CTR;
}

/* The driver makes the IV itself and puts it into the packet. */
static inline bool ct_algorithm_makes_iv(const struct ct_algorithm *alg)
{
	return alg->form == CT_FORM_SEQIV || alg->form == CT_FORM_ECHAINIV;
}

/* By name: does a driver, or any part of a template instance, use SIMD? */
bool ct_driver_name_is_simd(const char *driver);

/* By name: is a driver, or a part, for other drivers' use only? */
bool ct_driver_name_is_internal(const char *driver);

/* By name: does a driver, or a part, leave the work to another thread? */
bool ct_driver_name_is_deferred(const char *driver);

#endif /* CRYPTORTURE_PACKET_ALGORITHM_H */
