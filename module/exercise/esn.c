// SPDX-License-Identifier: GPL-2.0-only
#include <linux/minmax.h>
#include <linux/string.h>

#include "exercise/esn.h"

/* As the driver was given it. */
static void given(const struct ct_operation *op, u8 *to, unsigned int offset,
		  unsigned int len)
{
	const struct ct_vector *vector = ct_operation_vector(op);
	unsigned int changed = vector->tamper_offset;

	memcpy(to, vector->sealed + offset, len);
	if (op->direction == CT_TAMPERED && changed >= offset &&
	    changed < offset + len)
		to[changed - offset] ^= vector->tamper_mask;
}

bool ct_esn_end_right(const struct ct_operation *op)
{
	const struct ct_vector *vector = ct_operation_vector(op);
	unsigned int end = ct_vector_plain_len(vector), len = vector->icv_len;
	u8 actual[CT_MAX_ICV], icv[CT_MAX_ICV], high[CT_ESP_HIGH];

	ct_buffer_read(&op->destination, end, actual, len);
	if (!ct_layout_shared(&op->layout))
		return ct_poisoned(actual, len);
	given(op, icv, end, len);
	given(op, high, CT_ESP_SPI, CT_ESP_HIGH);
	return !memcmp(actual + CT_ESP_HIGH, icv + CT_ESP_HIGH,
		       len - CT_ESP_HIGH) &&
	       (!memcmp(actual, high, CT_ESP_HIGH) ||
		!memcmp(actual, icv, CT_ESP_HIGH));
}

bool ct_esn_text_moved(const struct ct_operation *op)
{
	const struct ct_vector *vector = ct_operation_vector(op);
	unsigned int from = vector->head_len + CT_ESP_HIGH;
	unsigned int end = ct_vector_plain_len(vector), n;
	u8 expected[64], actual[64];

	if (ct_layout_shared(&op->layout))
		return false;
	for (; from < end; from += n) {
		n = min_t(unsigned int, end - from, sizeof(expected));
		given(op, expected, from, n);
		ct_buffer_read(&op->destination, from - CT_ESP_HIGH, actual, n);
		if (memcmp(actual, expected, n))
			return false;
	}
	given(op, expected, CT_ESP_SPI, CT_ESP_HIGH);
	ct_buffer_read(&op->destination, end - CT_ESP_HIGH, actual,
		       CT_ESP_HIGH);
	return !memcmp(actual, expected, CT_ESP_HIGH);
}
