// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/test.h>

#include "packet/wrapper.h"
#include "suites.h"

static const struct yt_algorithm *algorithm(const char *name)
{
	return &yt_algorithms[yt_algorithm_find(name)];
}

static void named_after_the_driver(struct kunit *test)
{
	static const struct {
		const char *alg, *driver, *names[3];
	} cases[] = {
		{ "rfc4106(gcm(aes))", "rfc4106-gcm-vaes-avx2",
		  { "cryptd(__rfc4106-gcm-vaes-avx2)",
		    "pcrypt(rfc4106-gcm-vaes-avx2)",
		    "seqiv(rfc4106-gcm-vaes-avx2)" } },
		{ "gcm(aes)", "generic-gcm-vaes-avx10_256",
		  { "cryptd(__generic-gcm-vaes-avx10_256)",
		    "pcrypt(generic-gcm-vaes-avx10_256)" } },
		{ "rfc4106(gcm(aes))", "rfc4106-gcm-aes-lib",
		  { "pcrypt(rfc4106-gcm-aes-lib)",
		    "seqiv(rfc4106-gcm-aes-lib)" } },
		{ "cbc(aes)", "cbc-aes-aesni", { "cryptd(__cbc-aes-aesni)" } },
		{ "cbc(aes)", "cbc-aes-lib", { } },
		{ "cbc(aes)", "cbc(aes-generic)", { } },
		{ "rfc4106(gcm(aes))",
		  "rfc4106(gcm_base(ctr-aes-aesni,ghash-clmulni))", { } },
		{ "rfc4106(gcm(aes))", "__rfc4106-gcm-aesni", { } },
		{ "rfc4106(gcm(aes))", "rfc4106-gcm-of-a-card", { } },
		{ "seqiv(rfc4106(gcm(aes)))", "seqiv(rfc4106-gcm-aesni)", { } },
	};
	struct yt_wrapper wrapper;
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct yt_algorithm *alg = algorithm(cases[i].alg);

		for (n = 0; n < 3 && cases[i].names[n]; n++) {
			KUNIT_ASSERT_TRUE_MSG(test,
					      yt_wrapper_make(&wrapper, alg,
							      cases[i].driver, n),
					      "%s", cases[i].names[n]);
			KUNIT_EXPECT_STREQ(test, wrapper.name,
					   cases[i].names[n]);
			KUNIT_EXPECT_PTR_EQ(test, wrapper.alg,
					    strstarts(wrapper.name, "seqiv(") ?
					    algorithm("seqiv(rfc4106(gcm(aes)))") :
					    alg);
		}
		KUNIT_EXPECT_FALSE_MSG(test,
				       yt_wrapper_make(&wrapper, alg,
						       cases[i].driver, n),
				       "%s over %s", wrapper.name,
				       cases[i].driver);
	}
}

static void a_name_that_is_too_long_is_none(struct kunit *test)
{
	struct yt_wrapper wrapper;
	char driver[YT_WRAPPER_NAME] = "rfc4106-gcm-aesni";
	size_t fits = YT_WRAPPER_NAME - 1 - strlen("cryptd(__)");

	memset(driver + strlen(driver), 'x', fits - strlen(driver));
	KUNIT_EXPECT_TRUE(test, yt_wrapper_make(&wrapper, yt_algorithms, driver,
						0));
	driver[fits] = 'x';
	KUNIT_EXPECT_FALSE(test, yt_wrapper_make(&wrapper, yt_algorithms,
						 driver, 0));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(named_after_the_driver),
	KUNIT_CASE(a_name_that_is_too_long_is_none),
	{}
};

struct kunit_suite packet_wrapper_suite = {
	.name = "packet_wrapper",
	.test_cases = cases,
};
