// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/test.h>
#include <uapi/linux/cryptorture.h>

#include "packet/vector.h"
#include "suites.h"

static void found_by_name(struct kunit *test)
{
	static const char *const unknown[] = {
		"", "aes", "gcm", "gcm(aes", "gcm(aes))", "GCM(AES)",
		"rfc4543(gcm(aes))", "authenc(hmac(sha384),cbc(aes))",
		"rfc4106-gcm-aesni", "cbc(aes) ",
	};
	unsigned int i;

	for (i = 0; i < YT_ALGORITHMS; i++)
		KUNIT_EXPECT_EQ(test, yt_algorithm_find(yt_algorithms[i].name),
				i);
	for (i = 0; i < ARRAY_SIZE(unknown); i++)
		KUNIT_EXPECT_EQ_MSG(test, yt_algorithm_find(unknown[i]),
				    -ENOENT, "\"%s\"", unknown[i]);
}

/* Every driver of every algorithm. */
static struct listed {
	const struct yt_algorithm *alg;
	const char *name;
	u32 needs;
} listed[200];

static unsigned int count;

static int list_drivers(struct kunit *test)
{
	const struct yt_candidate *candidate;
	unsigned int i;

	count = 0;
	for (i = 0; i < YT_ALGORITHMS; i++) {
		candidate = yt_algorithms[i].candidates;
		for (; candidate->name; candidate++) {
			if (count == ARRAY_SIZE(listed))
				return -ENOSPC;
			listed[count].alg = &yt_algorithms[i];
			listed[count].name = candidate->name;
			listed[count++].needs = candidate->needs;
		}
	}
	return 0;
}

static void drivers_are_listed_once(struct kunit *test)
{
	unsigned int i, n;

	for (i = 0; i < count; i++)
		for (n = 0; n < i; n++)
			KUNIT_EXPECT_STRNEQ(test, listed[i].name,
					    listed[n].name);
	for (i = 0; i < YT_ALGORITHMS; i++)
		KUNIT_EXPECT_NOT_NULL(test, yt_algorithms[i].candidates->name);
}

static void driver_names_are_possible(struct kunit *test)
{
	unsigned int i;
	const char *c;

	for (i = 0; i < count; i++) {
		int open = 0, least = 0;

		for (c = listed[i].name; *c; c++) {
			open += (*c == '(') - (*c == ')');
			least = min(least, open);
			KUNIT_EXPECT_TRUE_MSG(test, *c > ' ' && *c < 0x7f,
					      "%s", listed[i].name);
		}
		KUNIT_EXPECT_TRUE_MSG(test, !open && !least, "%s",
				      listed[i].name);
		KUNIT_EXPECT_LT_MSG(test, strlen(listed[i].name),
				    (size_t)CRYPTORTURE_NAME_MAX, "%s", listed[i].name);
	}
}

static bool is_listed(const char *alg, const char *name)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (!strcmp(listed[i].alg->name, alg) &&
		    !strcmp(listed[i].name, name))
			return true;
	return false;
}

/* What is within "KIND(...)". */
static void within(struct kunit *test, char inner[CRYPTORTURE_NAME_MAX],
		   const char *kind, const char *name)
{
	size_t len = strlen(name), skip = strlen(kind);

	KUNIT_ASSERT_TRUE_MSG(test, strstarts(name, kind), "%s", name);
	KUNIT_ASSERT_EQ_MSG(test, name[len - 1], ')', "%s", name);
	strscpy(inner, name + skip, CRYPTORTURE_NAME_MAX);
	inner[len - skip - 1] = '\0';
}

/* seqiv(X) and echainiv(X): X is a driver of the algorithm within. */
static void generators_are_over_known_drivers(struct kunit *test)
{
	char alg[CRYPTORTURE_NAME_MAX], name[CRYPTORTURE_NAME_MAX];
	unsigned int i, seen = 0;

	for (i = 0; i < count; i++) {
		const char *kind = listed[i].alg->form == YT_FORM_SEQIV ?
				   "seqiv(" : "echainiv(";

		if (!yt_algorithm_makes_iv(listed[i].alg))
			continue;
		seen++;
		within(test, alg, kind, listed[i].alg->name);
		within(test, name, kind, listed[i].name);
		KUNIT_EXPECT_TRUE_MSG(test, is_listed(alg, name), "%s",
				      listed[i].name);
	}
	KUNIT_EXPECT_GT(test, seen, 0U);
}

/* RFC 4106, 6; RFC 2404; RFC 4868, 2.3: half of the digest, or 96 bits. */
static void icv_lengths_are_legal(struct kunit *test)
{
	static const u8 of_hash[] = {
		[YT_HASH_SHA1] = 12, [YT_HASH_SHA256] = 16,
		[YT_HASH_SHA512] = 32,
	};
	unsigned int i;

	for (i = 0; i < YT_ALGORITHMS; i++) {
		const struct yt_algorithm *alg = &yt_algorithms[i];
		u8 expected[4] = { of_hash[alg->hash] };

		if (yt_algorithm_is_aead(alg) && alg->hash == YT_HASH_NONE) {
			expected[0] = 8;
			expected[1] = 12;
			expected[2] = 16;
		}
		KUNIT_EXPECT_EQ_MSG(test, memcmp(alg->icv_lens, expected, 4), 0,
				    "%s", alg->name);
		KUNIT_EXPECT_LE(test, expected[0], YT_MAX_ICV);
	}
}

static void forms_say_what_they_need(struct kunit *test)
{
	static const struct {
		const char *begins;
		bool aead, makes_iv, hash;
		u8 iv_len, request_iv_len, salt_len, align;
	} forms[] = {
		[YT_FORM_RFC4106] = { "rfc4106(", 1, 0, 0, 8, 8, 4, 4 },
		[YT_FORM_GCM] = { "gcm(", 1, 0, 0, 8, 12, 4, 4 },
		[YT_FORM_AUTHENC] = { "authenc(", 1, 0, 1, 16, 16, 0, 16 },
		[YT_FORM_CBC] = { "cbc(", 0, 0, 0, 16, 16, 0, 16 },
		[YT_FORM_CTR] = { "ctr(", 0, 0, 0, 8, 16, 4, 4 },
		[YT_FORM_SEQIV] = { "seqiv(", 1, 1, 0, 8, 8, 4, 4 },
		[YT_FORM_ECHAINIV] = { "echainiv(", 1, 1, 1, 16, 16, 0, 16 },
	};
	unsigned int i, seen = 0;

	for (i = 0; i < YT_ALGORITHMS; i++) {
		const struct yt_algorithm *alg = &yt_algorithms[i];
		typeof(forms[0]) *form = &forms[alg->form];
		const char *begins;

		seen |= BIT(alg->form);
		begins = alg->esn_behind && !form->makes_iv ? "authencesn(" :
							       form->begins;
		KUNIT_EXPECT_TRUE_MSG(test, strstarts(alg->name, begins), "%s",
				      alg->name);
		KUNIT_EXPECT_EQ(test, yt_algorithm_is_aead(alg), form->aead);
		KUNIT_EXPECT_EQ(test, yt_algorithm_makes_iv(alg),
				form->makes_iv);
		KUNIT_EXPECT_EQ(test, alg->hash != YT_HASH_NONE, form->hash);
		KUNIT_EXPECT_EQ(test, alg->iv_len, form->iv_len);
		KUNIT_EXPECT_EQ(test, alg->request_iv_len,
				form->request_iv_len);
		KUNIT_EXPECT_EQ(test, alg->salt_len, form->salt_len);
		KUNIT_EXPECT_EQ(test, alg->align, form->align);
		/* The 64-bit number is in the AAD of GCM only. */
		KUNIT_EXPECT_EQ(test, alg->esn_in_aad,
				form->aead && !form->hash);
		KUNIT_EXPECT_EQ(test, alg->esn_behind,
				!!strstr(alg->name, "authencesn("));
	}
	KUNIT_EXPECT_EQ(test, seen, (1U << ARRAY_SIZE(forms)) - 1);
}

static void hashes_are_those_of_the_names(struct kunit *test)
{
	static const char *const names[] = {
		[YT_HASH_SHA1] = "hmac(sha1)", [YT_HASH_SHA256] = "hmac(sha256)",
		[YT_HASH_SHA512] = "hmac(sha512)",
	};
	unsigned int i, hash;

	for (i = 0; i < YT_ALGORITHMS; i++)
		for (hash = YT_HASH_SHA1; hash <= YT_HASH_SHA512; hash++)
			KUNIT_EXPECT_EQ_MSG(test, yt_algorithms[i].hash == hash,
					    !!strstr(yt_algorithms[i].name,
						     names[hash]),
					    "%s", yt_algorithms[i].name);
}

static void simd_by_name(struct kunit *test)
{
	static const char *const simd[] = {
		"rfc4106-gcm-aesni", "generic-gcm-aesni-avx", "cbc-aes-aesni",
		"rfc4106-gcm-vaes-avx10_512", "ctr-aes-vaes-avx2", "ghash-clmulni",
		"sha1-ni", "sha256-avx2",
		"sha512-avx", "sha1-ssse3", "__cbc-aes-aesni", "gcm-aes-lib",
		"cryptd(__generic-gcm-aesni)", "simd-cbc-aes-aesni",
		"authenc(hmac(sha1-generic),cbc-aes-aesni)",
		"authenc(hmac(sha1-avx2),cbc(aes-generic))",
		"echainiv(authenc(hmac(sha256-ni),cbc-aes-aesni))",
		"gcm_base(ctr-aes-aesni,ghash-generic)",
		"pcrypt(rfc4106-gcm-aesni)", "cryptd(__cbc-aes-aesni)",
	};
	static const char *const scalar[] = {
		"cbc(aes-generic)", "ctr(aes-generic)", "aes-generic",
		"aes-fixed-time", "aes-asm", "ghash-generic", "sha1-generic",
		"hmac(sha512-generic)", "cbc(aes-asm)", "",
		"gcm_base(ctr(aes-generic),ghash-generic)",
		"rfc4106(gcm_base(ctr(aes-generic),ghash-generic))",
		"seqiv(rfc4106(gcm_base(ctr(aes-generic),ghash-generic)))",
		"authenc(hmac(sha1-generic),cbc(aes-generic))",
		"echainiv(authenc(hmac(sha512-generic),cbc(aes-generic)))",
		"cryptd(cbc(aes-generic))",
		"pcrypt(rfc4106(gcm_base(ctr(aes-generic),ghash-generic)))",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(simd); i++)
		KUNIT_EXPECT_TRUE_MSG(test, yt_driver_name_is_simd(simd[i]),
				      "%s", simd[i]);
	for (i = 0; i < ARRAY_SIZE(scalar); i++)
		KUNIT_EXPECT_FALSE_MSG(test, yt_driver_name_is_simd(scalar[i]),
				       "%s", scalar[i]);
}

static void internal_and_deferred_by_name(struct kunit *test)
{
	static const struct {
		const char *driver;
		bool internal, deferred;
	} expected[] = {
		{ "", 0, 0 },
		{ "rfc4106-gcm-aesni", 0, 0 },
		{ "authenc(hmac(sha1-ni),cbc-aes-aesni)", 0, 0 },
		{ "gcm_base(ctr-aes-aesni,ghash-clmulni)", 0, 0 },
		{ "__cbc-aes-aesni", 1, 0 },
		{ "cryptd(__cbc-aes-aesni)", 1, 1 },
		{ "cryptd(cbc(aes-generic))", 0, 1 },
		{ "pcrypt(rfc4106-gcm-aesni)", 0, 1 },
		{ "pcrypt(authenc(hmac(sha1-ni),cbc-aes-aesni))", 0, 1 },
		{ "seqiv(pcrypt(rfc4106-gcm-aesni))", 0, 1 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(expected); i++) {
		const char *driver = expected[i].driver;

		KUNIT_EXPECT_EQ_MSG(test, yt_driver_name_is_internal(driver),
				    expected[i].internal, "\"%s\"", driver);
		KUNIT_EXPECT_EQ_MSG(test, yt_driver_name_is_deferred(driver),
				    expected[i].deferred, "\"%s\"", driver);
	}
}

/* pcrypt takes AEADs only; cryptd of an internal driver is internal itself. */
static void deferred_drivers_are_of_their_kind(struct kunit *test)
{
	unsigned int i, seen = 0;

	for (i = 0; i < count; i++) {
		const char *name = listed[i].name;

		if (!yt_driver_name_is_deferred(name)) {
			KUNIT_EXPECT_FALSE_MSG(test,
					       yt_driver_name_is_internal(name),
					       "%s", name);
			continue;
		}
		seen++;
		if (strstarts(name, "pcrypt("))
			KUNIT_EXPECT_TRUE_MSG(test,
					      yt_algorithm_is_aead(listed[i].alg),
					      "%s", name);
		else
			KUNIT_EXPECT_TRUE_MSG(test, strstarts(name, "cryptd("),
					      "%s", name);
	}
	KUNIT_EXPECT_GT(test, seen, 0U);
}

/* What a driver needs of the CPU is what its name says. */
static void needs_are_those_of_the_names(struct kunit *test)
{
	static const struct {
		const char *mark;
		u32 needs;
	} marks[] = {
		{ "aesni", BIT(YT_FEATURE_AES) },
		{ "gcm-aesni", BIT(YT_FEATURE_PCLMUL) },
		{ "gcm-vaes", BIT(YT_FEATURE_PCLMUL) | BIT(YT_FEATURE_VPCLMUL) },
		{ "vaes", BIT(YT_FEATURE_AES) | BIT(YT_FEATURE_VAES) },
		{ "-avx2", BIT(YT_FEATURE_AVX2) },
		{ "-avx10", BIT(YT_FEATURE_AVX512) },
		{ "-avx512", BIT(YT_FEATURE_AVX512) },
		{ "-ssse3", BIT(YT_FEATURE_SSSE3) },
		{ "-ni", BIT(YT_FEATURE_SHA_NI) },
	};
	unsigned int i, n;

	for (i = 0; i < count; i++) {
		const char *name = listed[i].name;
		u32 needs = listed[i].needs;

		for (n = 0; n < ARRAY_SIZE(marks); n++)
			if (strstr(name, marks[n].mark))
				KUNIT_EXPECT_EQ_MSG(test, marks[n].needs &
						    ~needs, 0U, "%s", name);
		/* The library takes what there is. */
		KUNIT_EXPECT_EQ_MSG(test, needs || strstr(name, "-lib"),
				    yt_driver_name_is_simd(name), "%s", name);
		KUNIT_EXPECT_LT_MSG(test, needs, 1U << YT_FEATURES, "%s", name);
	}
}

static void features_have_names(struct kunit *test)
{
	unsigned int i, n;

	for (i = 0; i < YT_FEATURES; i++) {
		KUNIT_ASSERT_NOT_NULL(test, yt_feature_names[i]);
		KUNIT_EXPECT_GT(test, strlen(yt_feature_names[i]), (size_t)0);
		for (n = 0; n < i; n++)
			KUNIT_EXPECT_STRNEQ(test, yt_feature_names[i],
					    yt_feature_names[n]);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(found_by_name),
	KUNIT_CASE(drivers_are_listed_once),
	KUNIT_CASE(driver_names_are_possible),
	KUNIT_CASE(generators_are_over_known_drivers),
	KUNIT_CASE(icv_lengths_are_legal),
	KUNIT_CASE(forms_say_what_they_need),
	KUNIT_CASE(hashes_are_those_of_the_names),
	KUNIT_CASE(simd_by_name),
	KUNIT_CASE(internal_and_deferred_by_name),
	KUNIT_CASE(deferred_drivers_are_of_their_kind),
	KUNIT_CASE(needs_are_those_of_the_names),
	KUNIT_CASE(features_have_names),
	{}
};

struct kunit_suite packet_algorithm_suite = {
	.name = "packet_algorithm",
	.init = list_drivers,
	.test_cases = cases,
};
