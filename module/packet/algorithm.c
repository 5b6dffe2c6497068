// SPDX-License-Identifier: GPL-2.0-only
#include "packet/algorithm.h"

#define AES	BIT(YT_FEATURE_AES)
#define CLMUL	BIT(YT_FEATURE_PCLMUL)
#define AVX	BIT(YT_FEATURE_AVX)
#define AVX2	BIT(YT_FEATURE_AVX2)
#define SHANI	BIT(YT_FEATURE_SHA_NI)
#define VAES	(AES | CLMUL | AVX2 | BIT(YT_FEATURE_VAES) | BIT(YT_FEATURE_VPCLMUL))
#define AVX512	(VAES | BIT(YT_FEATURE_AVX512))

const char *const yt_feature_names[YT_FEATURES] = {
	[YT_FEATURE_AES]	= "aes",
	[YT_FEATURE_PCLMUL]	= "pclmulqdq",
	[YT_FEATURE_SSSE3]	= "ssse3",
	[YT_FEATURE_AVX]	= "avx",
	[YT_FEATURE_AVX2]	= "avx2",
	[YT_FEATURE_VAES]	= "vaes",
	[YT_FEATURE_VPCLMUL]	= "vpclmulqdq",
	[YT_FEATURE_AVX512]	= "avx512vl",
	[YT_FEATURE_SHA_NI]	= "sha_ni",
};

/*
 * The sources of each list: arch/x86/crypto and crypto/ from 5.10 to 7.3.
 *
 * What is not registered yet is made by naming it, inner drivers too. How good
 * it would be as the kernel's default does not matter: see drivers/instance.
 * A driver that some machine has as its default is found in any case.
 */
static const struct yt_candidate rfc4106_candidates[] = {
	{ "rfc4106-gcm-aesni", AES | CLMUL },
	{ "rfc4106-gcm-aesni-avx", AES | CLMUL | AVX },
	{ "rfc4106-gcm-vaes-avx2", VAES },
	{ "rfc4106-gcm-vaes-avx10_256", AVX512 },
	{ "rfc4106-gcm-vaes-avx10_512", AVX512 },
	{ "rfc4106-gcm-vaes-avx512", AVX512 },
	{ "rfc4106-gcm-aes-lib", 0 },
	{ "rfc4106(gcm_base(ctr(aes-generic),ghash-generic))", 0 },
	{ "rfc4106(gcm_base(ctr(aes-lib),ghash-lib))", 0 },
	{ "rfc4106(gcm_base(ctr-aes-aesni,ghash-clmulni))", AES | CLMUL },
	{ "pcrypt(rfc4106(gcm_base(ctr(aes-generic),ghash-generic)))", 0 },
	{ }
};

static const struct yt_candidate gcm_candidates[] = {
	{ "generic-gcm-aesni", AES | CLMUL },
	{ "generic-gcm-aesni-avx", AES | CLMUL | AVX },
	{ "generic-gcm-vaes-avx2", VAES },
	{ "generic-gcm-vaes-avx10_256", AVX512 },
	{ "generic-gcm-vaes-avx10_512", AVX512 },
	{ "generic-gcm-vaes-avx512", AVX512 },
	{ "gcm-aes-lib", 0 },
	{ "gcm_base(ctr(aes-generic),ghash-generic)", 0 },
	{ "gcm_base(ctr(aes-lib),ghash-lib)", 0 },
	{ "gcm_base(ctr-aes-aesni,ghash-clmulni)", AES | CLMUL },
	{ }
};

static const struct yt_candidate cbc_candidates[] = {
	{ "cbc-aes-aesni", AES },
	{ "cbc-aes-lib", 0 },
	{ "cbc(aes-aesni)", AES },
	{ "cbc(aes-generic)", 0 },
	{ "cbc(aes-lib)", 0 },
	{ "cryptd(cbc(aes-generic))", 0 },
	{ }
};

static const struct yt_candidate ctr_candidates[] = {
	{ "ctr-aes-aesni", AES },
	{ "ctr-aes-aesni-avx", AES | AVX },
	{ "ctr-aes-vaes-avx2", VAES },
	{ "ctr-aes-vaes-avx10_256", AVX512 },
	{ "ctr-aes-vaes-avx10_512", AVX512 },
	{ "ctr-aes-vaes-avx512", AVX512 },
	{ "ctr-aes-lib", 0 },
	{ "ctr(aes-aesni)", AES },
	{ "ctr(aes-generic)", 0 },
	{ "ctr(aes-lib)", 0 },
	{ }
};

static const struct yt_candidate authenc_sha1_candidates[] = {
	{ "authenc(hmac(sha1-ni),cbc-aes-aesni)", AES | SHANI },
	{ "authenc(hmac(sha1-avx2),cbc-aes-aesni)", AES | AVX2 },
	{ "authenc(hmac(sha1-avx),cbc-aes-aesni)", AES | AVX },
	{ "authenc(hmac(sha1-generic),cbc-aes-aesni)", AES },
	{ "authenc(hmac(sha1-generic),cbc(aes-generic))", 0 },
	{ "authenc(hmac-sha1-lib,cbc-aes-aesni)", AES },
	{ "authenc(hmac-sha1-lib,cbc(aes-lib))", 0 },
	{ "pcrypt(authenc(hmac(sha1-ni),cbc-aes-aesni))", AES | SHANI },
	{ "pcrypt(authenc(hmac-sha1-lib,cbc-aes-aesni))", AES },
	{ }
};

static const struct yt_candidate authenc_sha256_candidates[] = {
	{ "authenc(hmac(sha256-ni),cbc-aes-aesni)", AES | SHANI },
	{ "authenc(hmac(sha256-avx2),cbc-aes-aesni)", AES | AVX2 },
	{ "authenc(hmac(sha256-avx),cbc-aes-aesni)", AES | AVX },
	{ "authenc(hmac(sha256-generic),cbc-aes-aesni)", AES },
	{ "authenc(hmac(sha256-generic),cbc(aes-generic))", 0 },
	{ "authenc(hmac-sha256-lib,cbc-aes-aesni)", AES },
	{ "authenc(hmac-sha256-lib,cbc(aes-lib))", 0 },
	{ "pcrypt(authenc(hmac(sha256-ni),cbc-aes-aesni))", AES | SHANI },
	{ "pcrypt(authenc(hmac-sha256-lib,cbc-aes-aesni))", AES },
	{ }
};

static const struct yt_candidate authenc_sha512_candidates[] = {
	{ "authenc(hmac(sha512-avx2),cbc-aes-aesni)", AES | AVX2 },
	{ "authenc(hmac(sha512-avx),cbc-aes-aesni)", AES | AVX },
	{ "authenc(hmac(sha512-generic),cbc-aes-aesni)", AES },
	{ "authenc(hmac(sha512-generic),cbc(aes-generic))", 0 },
	{ "authenc(hmac-sha512-lib,cbc-aes-aesni)", AES },
	{ "authenc(hmac-sha512-lib,cbc(aes-lib))", 0 },
	{ }
};

static const struct yt_candidate seqiv_candidates[] = {
	{ "seqiv(rfc4106(gcm_base(ctr(aes-generic),ghash-generic)))", 0 },
	{ "seqiv(rfc4106(gcm_base(ctr(aes-lib),ghash-lib)))", 0 },
	{ }
};

static const struct yt_candidate echainiv_sha1_candidates[] = {
	{ "echainiv(authenc(hmac(sha1-ni),cbc-aes-aesni))", AES | SHANI },
	{ "echainiv(authenc(hmac(sha1-avx2),cbc-aes-aesni))", AES | AVX2 },
	{ "echainiv(authenc(hmac(sha1-generic),cbc(aes-generic)))", 0 },
	{ "echainiv(authenc(hmac-sha1-lib,cbc-aes-aesni))", AES },
	{ "echainiv(authenc(hmac-sha1-lib,cbc(aes-lib)))", 0 },
	{ }
};

static const struct yt_candidate echainiv_sha256_candidates[] = {
	{ "echainiv(authenc(hmac(sha256-ni),cbc-aes-aesni))", AES | SHANI },
	{ "echainiv(authenc(hmac(sha256-avx2),cbc-aes-aesni))", AES | AVX2 },
	{ "echainiv(authenc(hmac(sha256-generic),cbc(aes-generic)))", 0 },
	{ "echainiv(authenc(hmac-sha256-lib,cbc-aes-aesni))", AES },
	{ "echainiv(authenc(hmac-sha256-lib,cbc(aes-lib)))", 0 },
	{ }
};

static const struct yt_candidate echainiv_sha512_candidates[] = {
	{ "echainiv(authenc(hmac(sha512-avx2),cbc-aes-aesni))", AES | AVX2 },
	{ "echainiv(authenc(hmac(sha512-generic),cbc(aes-generic)))", 0 },
	{ "echainiv(authenc(hmac-sha512-lib,cbc-aes-aesni))", AES },
	{ "echainiv(authenc(hmac-sha512-lib,cbc(aes-lib)))", 0 },
	{ }
};

/* Their parts are those of authenc: what hosts use, and one that is scalar throughout. */
static const struct yt_candidate authencesn_sha1_candidates[] = {
	{ "authencesn(hmac(sha1-ni),cbc-aes-aesni)", AES | SHANI },
	{ "authencesn(hmac(sha1-generic),cbc(aes-generic))", 0 },
	{ "authencesn(hmac-sha1-lib,cbc-aes-aesni)", AES },
	{ "authencesn(hmac-sha1-lib,cbc(aes-lib))", 0 },
	{ }
};

static const struct yt_candidate authencesn_sha256_candidates[] = {
	{ "authencesn(hmac(sha256-ni),cbc-aes-aesni)", AES | SHANI },
	{ "authencesn(hmac-sha256-lib,cbc-aes-aesni)", AES },
	{ }
};

static const struct yt_candidate authencesn_sha512_candidates[] = {
	{ "authencesn(hmac(sha512-avx2),cbc-aes-aesni)", AES | AVX2 },
	{ "authencesn(hmac-sha512-lib,cbc-aes-aesni)", AES },
	{ }
};

static const struct yt_candidate echainiv_esn_sha1_candidates[] = {
	{ "echainiv(authencesn(hmac(sha1-ni),cbc-aes-aesni))", AES | SHANI },
	{ "echainiv(authencesn(hmac-sha1-lib,cbc-aes-aesni))", AES },
	{ }
};

static const struct yt_candidate echainiv_esn_sha256_candidates[] = {
	{ "echainiv(authencesn(hmac(sha256-ni),cbc-aes-aesni))", AES | SHANI },
	{ "echainiv(authencesn(hmac-sha256-lib,cbc-aes-aesni))", AES },
	{ }
};

static const struct yt_candidate echainiv_esn_sha512_candidates[] = {
	{ "echainiv(authencesn(hmac(sha512-avx2),cbc-aes-aesni))", AES | AVX2 },
	{ "echainiv(authencesn(hmac-sha512-lib,cbc-aes-aesni))", AES },
	{ }
};

const struct yt_algorithm yt_algorithms[YT_ALGORITHMS] = {
	{
		.name		= "rfc4106(gcm(aes))",
		.form		= YT_FORM_RFC4106,
		.iv_len		= 8,
		.request_iv_len	= 8,
		.salt_len	= 4,
		.align		= 4,
		.icv_lens	= { 8, 12, 16 },
		.esn_in_aad	= true,
		.candidates	= rfc4106_candidates,
	},
	{
		.name		= "gcm(aes)",
		.form		= YT_FORM_GCM,
		.iv_len		= 8,
		.request_iv_len	= 12,
		.salt_len	= 4,
		.align		= 4,
		.icv_lens	= { 8, 12, 16 },
		.esn_in_aad	= true,
		.candidates	= gcm_candidates,
	},
	{
		.name		= "authenc(hmac(sha1),cbc(aes))",
		.form		= YT_FORM_AUTHENC,
		.hash		= YT_HASH_SHA1,
		.iv_len		= 16,
		.request_iv_len	= 16,
		.align		= 16,
		.icv_lens	= { 12 },
		.candidates	= authenc_sha1_candidates,
	},
	{
		.name		= "authenc(hmac(sha256),cbc(aes))",
		.form		= YT_FORM_AUTHENC,
		.hash		= YT_HASH_SHA256,
		.iv_len		= 16,
		.request_iv_len	= 16,
		.align		= 16,
		.icv_lens	= { 16 },
		.candidates	= authenc_sha256_candidates,
	},
	{
		.name		= "authenc(hmac(sha512),cbc(aes))",
		.form		= YT_FORM_AUTHENC,
		.hash		= YT_HASH_SHA512,
		.iv_len		= 16,
		.request_iv_len	= 16,
		.align		= 16,
		.icv_lens	= { 32 },
		.candidates	= authenc_sha512_candidates,
	},
	{
		.name		= "cbc(aes)",
		.form		= YT_FORM_CBC,
		.iv_len		= 16,
		.request_iv_len	= 16,
		.align		= 16,
		.candidates	= cbc_candidates,
	},
	{
		.name		= "ctr(aes)",
		.form		= YT_FORM_CTR,
		.iv_len		= 8,
		.request_iv_len	= 16,
		.salt_len	= 4,
		.align		= 4,
		.candidates	= ctr_candidates,
	},
	{
		.name		= "seqiv(rfc4106(gcm(aes)))",
		.form		= YT_FORM_SEQIV,
		.iv_len		= 8,
		.request_iv_len	= 8,
		.salt_len	= 4,
		.align		= 4,
		.icv_lens	= { 8, 12, 16 },
		.esn_in_aad	= true,
		.candidates	= seqiv_candidates,
	},
	{
		.name		= "echainiv(authenc(hmac(sha1),cbc(aes)))",
		.form		= YT_FORM_ECHAINIV,
		.hash		= YT_HASH_SHA1,
		.iv_len		= 16,
		.request_iv_len	= 16,
		.align		= 16,
		.icv_lens	= { 12 },
		.candidates	= echainiv_sha1_candidates,
	},
	{
		.name		= "echainiv(authenc(hmac(sha256),cbc(aes)))",
		.form		= YT_FORM_ECHAINIV,
		.hash		= YT_HASH_SHA256,
		.iv_len		= 16,
		.request_iv_len	= 16,
		.align		= 16,
		.icv_lens	= { 16 },
		.candidates	= echainiv_sha256_candidates,
	},
	{
		.name		= "echainiv(authenc(hmac(sha512),cbc(aes)))",
		.form		= YT_FORM_ECHAINIV,
		.hash		= YT_HASH_SHA512,
		.iv_len		= 16,
		.request_iv_len	= 16,
		.align		= 16,
		.icv_lens	= { 32 },
		.candidates	= echainiv_sha512_candidates,
	},
	{
		.name		= "authencesn(hmac(sha1),cbc(aes))",
		.form		= YT_FORM_AUTHENC,
		.hash		= YT_HASH_SHA1,
		.iv_len		= 16,
		.request_iv_len	= 16,
		.align		= 16,
		.icv_lens	= { 12 },
		.esn_behind	= true,
		.candidates	= authencesn_sha1_candidates,
	},
	{
		.name		= "authencesn(hmac(sha256),cbc(aes))",
		.form		= YT_FORM_AUTHENC,
		.hash		= YT_HASH_SHA256,
		.iv_len		= 16,
		.request_iv_len	= 16,
		.align		= 16,
		.icv_lens	= { 16 },
		.esn_behind	= true,
		.candidates	= authencesn_sha256_candidates,
	},
	{
		.name		= "authencesn(hmac(sha512),cbc(aes))",
		.form		= YT_FORM_AUTHENC,
		.hash		= YT_HASH_SHA512,
		.iv_len		= 16,
		.request_iv_len	= 16,
		.align		= 16,
		.icv_lens	= { 32 },
		.esn_behind	= true,
		.candidates	= authencesn_sha512_candidates,
	},
	{
		.name		= "echainiv(authencesn(hmac(sha1),cbc(aes)))",
		.form		= YT_FORM_ECHAINIV,
		.hash		= YT_HASH_SHA1,
		.iv_len		= 16,
		.request_iv_len	= 16,
		.align		= 16,
		.icv_lens	= { 12 },
		.esn_behind	= true,
		.candidates	= echainiv_esn_sha1_candidates,
	},
	{
		.name		= "echainiv(authencesn(hmac(sha256),cbc(aes)))",
		.form		= YT_FORM_ECHAINIV,
		.hash		= YT_HASH_SHA256,
		.iv_len		= 16,
		.request_iv_len	= 16,
		.align		= 16,
		.icv_lens	= { 16 },
		.esn_behind	= true,
		.candidates	= echainiv_esn_sha256_candidates,
	},
	{
		.name		= "echainiv(authencesn(hmac(sha512),cbc(aes)))",
		.form		= YT_FORM_ECHAINIV,
		.hash		= YT_HASH_SHA512,
		.iv_len		= 16,
		.request_iv_len	= 16,
		.align		= 16,
		.icv_lens	= { 32 },
		.esn_behind	= true,
		.candidates	= echainiv_esn_sha512_candidates,
	},
};

int yt_algorithm_find(const char *name)
{
	int i;

	for (i = 0; i < YT_ALGORITHMS; i++)
		if (!strcmp(yt_algorithms[i].name, name))
			return i;
	return -ENOENT;
}

bool yt_driver_name_is_simd(const char *driver)
{
	/*
	 * "-lib" counts: from Linux 7.0 the library uses AES-NI, PCLMUL and
	 * SHA-NI wherever the FPU is free, and such drivers exist only there.
	 */
	static const char *const marks[] = {
		"aesni", "vaes", "clmul", "-ni", "-avx", "-ssse3",
		"-sse2", "-lib",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(marks); i++)
		if (strstr(driver, marks[i]))
			return true;
	return false;
}

bool yt_driver_name_is_internal(const char *driver)
{
	return !strncmp(driver, "__", 2) || strstr(driver, "(__");
}

bool yt_driver_name_is_deferred(const char *driver)
{
	return strstr(driver, "cryptd(") || strstr(driver, "pcrypt(");
}
