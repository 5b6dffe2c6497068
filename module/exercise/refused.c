// SPDX-License-Identifier: GPL-2.0-only
#include <linux/minmax.h>
#include <linux/string.h>

#include "exercise/esn.h"
#include "exercise/refused.h"

/* Nothing but this byte? */
static bool all_are(const struct ct_buffer *buffer, unsigned int offset,
		    unsigned int len, u8 byte)
{
	u8 part[64];
	unsigned int n;

	for (; len; len -= n, offset += n) {
		n = min_t(unsigned int, len, sizeof(part));
		ct_buffer_read(buffer, offset, part, n);
		if (memchr_inv(part, byte, n))
			return false;
	}
	return true;
}

static bool is_gcm(const struct ct_algorithm *alg)
{
	return alg->form == CT_FORM_RFC4106 || alg->form == CT_FORM_GCM ||
	       alg->form == CT_FORM_SEQIV;
}

/* The kernel's own looks at the ICV first. */
static bool is_authenc_template(const struct ct_operation *op)
{
	const char *driver = ct_operation_subject(op)->driver;

	return strstr(driver, "authenc(") || strstr(driver, "authencesn(");
}

/* Does the text hang on the byte that was changed in front of it? By its IV, of GCM. */
static bool is_other_text(const struct ct_vector *vector,
			  const struct ct_algorithm *alg)
{
	return alg->form != CT_FORM_GCM &&
	       vector->tamper_offset >= ct_esp_header_len(&vector->header) &&
	       vector->tamper_offset < vector->head_len;
}

/* The text was not written to, or wiped. */
static bool is_blank(const struct ct_operation *op)
{
	const struct ct_vector *vector = ct_operation_vector(op);
	const struct ct_buffer *buffer = &op->destination;

	return all_are(buffer, vector->head_len, vector->text_len, 0) ||
	       (!ct_layout_shared(&op->layout) &&
		all_are(buffer, vector->head_len, vector->text_len, CT_POISON));
}

/* The change of the packet has been undone. */
static bool is_text(const struct ct_operation *op)
{
	const struct ct_vector *vector = ct_operation_vector(op);
	const struct ct_algorithm *alg = op->reader.bundle->sa.alg;
	unsigned int head = vector->head_len, len = vector->text_len;
	const struct ct_buffer *buffer = &op->destination;

	/* authencesn has to have the ciphertext in its destination. */
	if ((ct_layout_shared(&op->layout) || alg->esn_behind) &&
	    ct_buffer_same(buffer, head, vector->sealed + head, len))
		return true;
	if (!is_gcm(alg))
		return !is_authenc_template(op);
	/* In counter mode a change of the one is the same change of the other. */
	return is_other_text(vector, alg) ||
	       ct_buffer_same(buffer, head, vector->plain + head, len);
}

/* While the change of the packet is in it. */
static u32 check_esn(const struct ct_operation *op)
{
	if (ct_esn_end_right(op))
		return 0;
	return ct_layout_shared(&op->layout) ? BIT(CT_WHAT_ICV) :
					       BIT(CT_WHAT_GUARD);
}

u32 ct_refused_check(struct ct_operation *op)
{
	const struct ct_vector *vector = ct_operation_vector(op);
	bool shared = ct_layout_shared(&op->layout), known = is_blank(op);
	bool esn = op->reader.bundle->sa.alg->esn_behind;
	unsigned int end = ct_vector_plain_len(vector);
	struct ct_buffer *buffer = &op->destination;
	u32 what = 0;

	if (esn) {
		what = check_esn(op);
		known |= ct_esn_text_moved(op);
	}
	if (shared || vector->tamper_offset < end)
		ct_operation_alter(op, buffer);
	if (!ct_buffer_same(buffer, 0, vector->sealed, vector->head_len))
		what |= BIT(CT_WHAT_HEADER);
	if (shared && !esn &&
	    !ct_buffer_same(buffer, end, vector->sealed + end,
			    vector->icv_len))
		what |= BIT(CT_WHAT_ICV);
	if (!known && !is_text(op))
		what |= BIT(CT_WHAT_TEXT);
	return what;
}
