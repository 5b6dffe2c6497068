// SPDX-License-Identifier: GPL-2.0-only
#include <linux/minmax.h>
#include <linux/string.h>

#include "verify/esn.h"

void yt_esn_end(const struct yt_operation *op, u8 *to)
{
	const struct yt_vector *vector = yt_operation_vector(op);
	unsigned int end = yt_vector_plain_len(vector);
	u8 actual[YT_ESP_HIGH], high[YT_ESP_HIGH];

	if (!yt_layout_shared(&op->layout)) {
		memset(to, YT_POISON, vector->icv_len);
		return;
	}
	yt_operation_given(op, to, end, vector->icv_len);
	yt_operation_given(op, high, YT_ESP_SPI, YT_ESP_HIGH);
	yt_buffer_read(&op->destination, end, actual, YT_ESP_HIGH);
	if (!memcmp(actual, high, YT_ESP_HIGH))
		memcpy(to, high, YT_ESP_HIGH);
}

bool yt_esn_end_right(const struct yt_operation *op)
{
	const struct yt_vector *vector = yt_operation_vector(op);
	u8 expected[YT_MAX_ICV];

	yt_esn_end(op, expected);
	return yt_buffer_same(&op->destination, yt_vector_plain_len(vector),
			      expected, vector->icv_len);
}

void yt_esn_moved_text(const struct yt_operation *op, u8 *to,
		       unsigned int offset, unsigned int len)
{
	unsigned int end = yt_vector_plain_len(yt_operation_vector(op));
	unsigned int moved = end - YT_ESP_HIGH, n = 0;

	if (offset < moved) {
		n = min(len, moved - offset);
		yt_operation_given(op, to, offset + YT_ESP_HIGH, n);
	}
	if (n < len)
		yt_operation_given(op, to + n,
				   YT_ESP_SPI + offset + n - moved, len - n);
}
