/* SPDX-License-Identifier: GPL-2.0-only */
/* Byte strings for the suites: from hexadecimal text, or random by a seed. */
#ifndef CRYPTORTURE_KUNIT_BYTES_H
#define CRYPTORTURE_KUNIT_BYTES_H

#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/prandom.h>
#include <linux/string.h>
#include <linux/types.h>

struct bytes {
	u8 *data;
	size_t len;
};

/* Freed with the test; never NULL, so that no length needs a case of its own */
static inline u8 *test_buffer(struct kunit *test, size_t len)
{
	u8 *data = kunit_kzalloc(test, len ? len : 1, GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, data);
	return data;
}

static inline struct bytes from_hex(struct kunit *test, const char *text)
{
	struct bytes bytes = { .len = strlen(text) / 2 };

	KUNIT_ASSERT_EQ(test, strlen(text), 2 * bytes.len);
	bytes.data = test_buffer(test, bytes.len);
	KUNIT_ASSERT_EQ_MSG(test, hex2bin(bytes.data, text, bytes.len), 0,
			    "not hexadecimal: %s", text);
	return bytes;
}

/* The same bytes in every run: a failure can be reproduced. */
static inline struct bytes random_bytes(struct kunit *test,
					struct rnd_state *random, size_t len)
{
	struct bytes bytes = { .len = len };

	bytes.data = test_buffer(test, len);
	prandom_bytes_state(random, bytes.data, len);
	return bytes;
}

/*
 * The first difference ends the test, for hundreds of others would only hide
 * it. EXPECT_SAME is for a test that still has something to release.
 */
#define ASSERT_SAME(test, got, expected, size, ...)			\
	KUNIT_ASSERT_EQ_MSG(test, memcmp(got, expected, size), 0, __VA_ARGS__)
#define EXPECT_SAME(test, got, expected, size, ...)			\
	KUNIT_EXPECT_EQ_MSG(test, memcmp(got, expected, size), 0, __VA_ARGS__)

#endif /* CRYPTORTURE_KUNIT_BYTES_H */
