// SPDX-License-Identifier: GPL-2.0-only
#include "bytes.h"
#include "packets.h"
#include "packet/esp.h"
#include "suites.h"

/* RFC 4303, 2: SPI and sequence number, 32 bits each, in network order. */
static void header_is_that_of_rfc_4303(struct kunit *test)
{
	const struct yt_esp_header header = {
		.spi = 0x12345678, .seq = 0xaabbccdd9abcdef0ULL,
	};
	static const u8 expected[] = {
		0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, GUARD,
	};
	u8 got[sizeof(expected)];

	memset(got, GUARD, sizeof(got));
	yt_esp_put_header(got, &header);
	KUNIT_ASSERT_EQ(test, yt_esp_header_len(&header), 8U);
	ASSERT_SAME(test, got, expected, sizeof(expected), "%*phN", 9, got);
}

/* RFC 4106, 5, figure 3: SPI, then all 64 bits of the sequence number. */
static void esn_is_that_of_rfc_4106(struct kunit *test)
{
	const struct yt_esp_header header = {
		.spi = 0x87654321, .seq = 0x0123456789abcdefULL, .esn = true,
	};
	static const u8 expected[] = {
		0x87, 0x65, 0x43, 0x21, 0x01, 0x23, 0x45, 0x67,
		0x89, 0xab, 0xcd, 0xef, GUARD,
	};
	u8 got[sizeof(expected)];

	memset(got, GUARD, sizeof(got));
	yt_esp_put_header(got, &header);
	KUNIT_ASSERT_EQ(test, yt_esp_header_len(&header), 12U);
	ASSERT_SAME(test, got, expected, sizeof(expected), "%*phN", 13, got);
}

static const unsigned int aligns[] = { 4, 16 };

/* The shortest multiple that holds the payload and two bytes more. */
static void text_is_no_longer_than_it_must(struct kunit *test)
{
	unsigned int i, len;

	for (i = 0; i < ARRAY_SIZE(aligns); i++)
		for (len = 1; len <= YT_MAX_PAYLOAD; len++) {
			unsigned int text = yt_esp_text_len(len, aligns[i]);

			KUNIT_ASSERT_EQ_MSG(test, text % aligns[i], 0U,
					    "%u by %u", len, aligns[i]);
			KUNIT_ASSERT_GE_MSG(test, text, len + 2, "%u by %u",
					    len, aligns[i]);
			KUNIT_ASSERT_LT_MSG(test, text, len + 2 + aligns[i],
					    "%u by %u", len, aligns[i]);
			KUNIT_ASSERT_LE(test, YT_MAX_HEAD + text + YT_MAX_ICV,
					YT_MAX_IMAGE);
		}
}

/* RFC 4303, 2.4 to 2.6. */
static void trailer_of_every_length(struct kunit *test)
{
	u8 *text = test_buffer(test, YT_MAX_PAYLOAD + 32);
	unsigned int i, n, len;

	for (i = 0; i < ARRAY_SIZE(aligns); i++)
		for (len = 1; len <= YT_MAX_PAYLOAD; len++) {
			unsigned int end = yt_esp_text_len(len, aligns[i]);
			unsigned int from = len > 32 ? len - 32 : 0;

			memset(text + from, GUARD, end + 1 - from);
			yt_esp_put_trailer(text, len, aligns[i], 0x29);
			for (n = from; n < len; n++)
				KUNIT_ASSERT_EQ_MSG(test, text[n], GUARD,
						    "payload of %u", len);
			for (n = len; n < end - 2; n++)
				KUNIT_ASSERT_EQ_MSG(test, text[n], n - len + 1,
						    "padding of %u", len);
			KUNIT_ASSERT_EQ_MSG(test, text[end - 2], end - 2 - len,
					    "pad length of %u", len);
			KUNIT_ASSERT_EQ_MSG(test, text[end - 1], 0x29,
					    "next header of %u", len);
			KUNIT_ASSERT_EQ_MSG(test, text[end], GUARD,
					    "behind the text of %u", len);
		}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(header_is_that_of_rfc_4303),
	KUNIT_CASE(esn_is_that_of_rfc_4106),
	KUNIT_CASE(text_is_no_longer_than_it_must),
	KUNIT_CASE(trailer_of_every_length),
	{}
};

struct kunit_suite packet_esp_suite = {
	.name = "packet_esp",
	.test_cases = cases,
};
