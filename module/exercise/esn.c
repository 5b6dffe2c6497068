// SPDX-License-Identifier: GPL-2.0-only
#include <linux/minmax.h>
#include <linux/string.h>

#include "exercise/esn.h"

void ct_esn_end(const struct ct_operation *op, u8 *to)
{
	const struct ct_vector *vector = ct_operation_vector(op);
	unsigned int end = ct_vector_plain_len(vector);
	u8 actual[CT_ESP_HIGH], high[CT_ESP_HIGH];

	if (!ct_layout_shared(&op->layout)) {
		memset(to, CT_POISON, vector->icv_len);
		return;
	}
	ct_operation_given(op, to, end, vector->icv_len);
	ct_operation_given(op, high, CT_ESP_SPI, CT_ESP_HIGH);
	ct_buffer_read(&op->destination, end, actual, CT_ESP_HIGH);
	if (!memcmp(actual, high, CT_ESP_HIGH))
		memcpy(to, high, CT_ESP_HIGH);
}

bool ct_esn_end_right(const struct ct_operation *op)
{
	const struct ct_vector *vector = ct_operation_vector(op);
	u8 expected[CT_MAX_ICV];

	ct_esn_end(op, expected);
	return ct_buffer_same(&op->destination, ct_vector_plain_len(vector),
			      expected, vector->icv_len);
}

void ct_esn_moved_text(const struct ct_operation *op, u8 *to,
		       unsigned int offset, unsigned int len)
{
	unsigned int end = ct_vector_plain_len(ct_operation_vector(op));
	unsigned int moved = end - CT_ESP_HIGH, n = 0;

	if (offset < moved) {
		n = min(len, moved - offset);
		ct_operation_given(op, to, offset + CT_ESP_HIGH, n);
	}
	if (n < len)
		ct_operation_given(op, to + n,
				   CT_ESP_SPI + offset + n - moved, len - n);
}
