// SPDX-License-Identifier: GPL-2.0-only
#include <linux/minmax.h>
#include <linux/string.h>

#include "exercise/esn.h"
#include "exercise/refused.h"

/* Bytes that are compared at a time. */
#define PART	64

static const struct ct_algorithm *algorithm_of(const struct ct_operation *op)
{
	return op->reader.bundle->sa.alg;
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
static bool is_other_text(const struct ct_operation *op)
{
	const struct ct_vector *vector = ct_operation_vector(op);

	return algorithm_of(op)->form != CT_FORM_GCM &&
	       vector->tamper_offset >= ct_esp_header_len(&vector->header) &&
	       vector->tamper_offset < vector->head_len;
}

static bool may_remain(const struct ct_operation *op, enum ct_remains remains)
{
	const struct ct_algorithm *alg = algorithm_of(op);
	bool shared = ct_layout_shared(&op->layout);

	switch (remains) {
	case CT_REMAINS_CAME:
		/* authencesn has to have the ciphertext in its destination. */
		return shared || alg->esn_behind;
	case CT_REMAINS_OPENED:
		return is_gcm(alg);
	case CT_REMAINS_POISON:
		return !shared;
	case CT_REMAINS_ZEROS:
		return true;
	case CT_REMAINS_MOVED:
		return alg->esn_behind && !shared;
	case CT_REMAINS_ANY:
		return is_gcm(alg) ? is_other_text(op) :
				     !is_authenc_template(op);
	default:
		return false;
	}
}

/* What the text decrypts to: in counter mode a change of the one is that of the other. */
static void open_text(const struct ct_operation *op, u8 *to,
		      unsigned int offset, unsigned int len)
{
	const struct ct_vector *vector = ct_operation_vector(op);
	unsigned int changed = vector->tamper_offset;

	memcpy(to, vector->plain + offset, len);
	if (changed >= offset && changed < offset + len)
		to[changed - offset] ^= vector->tamper_mask;
}

/* @len bytes from @offset on, all of them text. */
static void expect_text(const struct ct_operation *op, enum ct_remains remains,
			u8 *to, unsigned int offset, unsigned int len)
{
	switch (remains) {
	case CT_REMAINS_CAME:
		ct_operation_given(op, to, offset, len);
		return;
	case CT_REMAINS_OPENED:
		open_text(op, to, offset, len);
		return;
	case CT_REMAINS_POISON:
		memset(to, CT_POISON, len);
		return;
	case CT_REMAINS_ZEROS:
		memset(to, 0, len);
		return;
	case CT_REMAINS_MOVED:
		ct_esn_moved_text(op, to, offset, len);
		return;
	default:
		ct_buffer_read(&op->destination, offset, to, len);
	}
}

/* The same of what lies behind the text, in place. */
static void expect_icv(const struct ct_operation *op, u8 *to,
		       unsigned int offset, unsigned int len)
{
	unsigned int end = ct_vector_plain_len(ct_operation_vector(op));
	u8 icv[CT_MAX_ICV];

	if (algorithm_of(op)->esn_behind)
		ct_esn_end(op, icv);
	else
		ct_operation_given(op, icv, end,
				   ct_operation_vector(op)->icv_len);
	memcpy(to, icv + offset - end, len);
}

void ct_refused_expect(const struct ct_operation *op, enum ct_remains remains,
		       u8 *to, unsigned int offset, unsigned int len)
{
	const struct ct_vector *vector = ct_operation_vector(op);
	unsigned int head = vector->head_len, n;
	unsigned int end = ct_vector_plain_len(vector);

	if (len && offset < head) {
		n = min(len, head - offset);
		ct_operation_given(op, to, offset, n);
		to += n;
		offset += n;
		len -= n;
	}
	if (len && offset < end) {
		n = min(len, end - offset);
		expect_text(op, remains, to, offset, n);
		to += n;
		offset += n;
		len -= n;
	}
	if (len)
		expect_icv(op, to, offset, len);
}

/* Is that left, from @from up to @end? */
static bool is_left(const struct ct_operation *op, enum ct_remains remains,
		    unsigned int from, unsigned int end)
{
	u8 expected[PART];
	unsigned int n;

	for (; from < end; from += n) {
		n = min_t(unsigned int, end - from, sizeof(expected));
		ct_refused_expect(op, remains, expected, from, n);
		if (!ct_buffer_same(&op->destination, from, expected, n))
			return false;
	}
	return true;
}

unsigned int ct_refused_len(const struct ct_operation *op)
{
	const struct ct_vector *vector = ct_operation_vector(op);

	return ct_layout_shared(&op->layout) ? ct_vector_sealed_len(vector) :
					       ct_vector_plain_len(vector);
}

static bool is_known_text(const struct ct_operation *op)
{
	const struct ct_vector *vector = ct_operation_vector(op);
	enum ct_remains remains;

	for (remains = 0; remains < CT_REMAINS; remains++)
		if (may_remain(op, remains) &&
		    is_left(op, remains, vector->head_len,
			    ct_vector_plain_len(vector)))
			return true;
	return false;
}

u32 ct_refused_check(const struct ct_operation *op)
{
	const struct ct_vector *vector = ct_operation_vector(op);
	unsigned int end = ct_vector_plain_len(vector);
	u32 what = 0;

	if (!is_left(op, CT_REMAINS_ANY, 0, vector->head_len))
		what |= BIT(CT_WHAT_HEADER);
	if (!is_known_text(op))
		what |= BIT(CT_WHAT_TEXT);
	if (!is_left(op, CT_REMAINS_ANY, end, ct_refused_len(op)))
		what |= BIT(CT_WHAT_ICV);
	/* authencesn has room behind its text. */
	if (algorithm_of(op)->esn_behind && !ct_layout_shared(&op->layout) &&
	    !ct_esn_end_right(op))
		what |= BIT(CT_WHAT_GUARD);
	return what;
}

static void differ(const struct ct_operation *op, enum ct_remains remains,
		   struct ct_difference *difference)
{
	const struct ct_vector *vector = ct_operation_vector(op);
	unsigned int len = ct_refused_len(op), offset, n;
	u8 expected[PART], actual[PART];

	memset(difference, 0, sizeof(*difference));
	for (offset = 0; offset < len; offset += n) {
		n = min_t(unsigned int, len - offset, sizeof(expected));
		ct_refused_expect(op, remains, expected, offset, n);
		ct_buffer_read(&op->destination, offset, actual, n);
		ct_compare_part(difference, expected, actual, offset, n,
				vector->head_len, vector->text_len);
	}
}

enum ct_remains ct_refused_nearest(const struct ct_operation *op,
				   struct ct_difference *difference)
{
	enum ct_remains remains, nearest = CT_REMAINS_ANY;
	struct ct_difference other;
	bool any = false;

	for (remains = 0; remains < CT_REMAINS; remains++) {
		if (!may_remain(op, remains))
			continue;
		differ(op, remains, &other);
		if (any && other.wrong_bytes >= difference->wrong_bytes)
			continue;
		any = true;
		nearest = remains;
		*difference = other;
	}
	return nearest;
}
