// SPDX-License-Identifier: GPL-2.0-only
#include <linux/minmax.h>
#include <linux/string.h>

#include "verify/esn.h"
#include "verify/refused.h"

/* Bytes that are compared at a time. */
#define PART	64

static const struct yt_algorithm *algorithm_of(const struct yt_operation *op)
{
	return op->reader.test_sa->sa.alg;
}

static bool is_gcm(const struct yt_algorithm *alg)
{
	return alg->form == YT_FORM_RFC4106 || alg->form == YT_FORM_GCM ||
	       alg->form == YT_FORM_SEQIV;
}

/* The kernel's own template checks the ICV first. */
static bool is_authenc_template(const struct yt_operation *op)
{
	const char *driver = yt_operation_driver(op)->name;

	return strstr(driver, "authenc(") || strstr(driver, "authencesn(");
}

/* Does the text depend on the tampered byte in front of it? Only on the IV of GCM. */
static bool is_other_text(const struct yt_operation *op)
{
	const struct yt_vector *vector = yt_operation_vector(op);

	return algorithm_of(op)->form != YT_FORM_GCM &&
	       vector->tamper_offset >= yt_esp_header_len(&vector->header) &&
	       vector->tamper_offset < vector->head_len;
}

static bool may_remain(const struct yt_operation *op, enum yt_remains remains)
{
	const struct yt_algorithm *alg = algorithm_of(op);
	bool shared = yt_layout_shared(&op->layout);

	switch (remains) {
	case YT_REMAINS_CAME:
		/* authencesn has to have the ciphertext in its destination. */
		return shared || alg->esn_behind;
	case YT_REMAINS_OPENED:
		return is_gcm(alg);
	case YT_REMAINS_POISON:
		return !shared;
	case YT_REMAINS_ZEROS:
		return true;
	case YT_REMAINS_MOVED:
		return alg->esn_behind && !shared;
	case YT_REMAINS_ANY:
		return is_gcm(alg) ? is_other_text(op) :
				     !is_authenc_template(op);
	default:
		return false;
	}
}

/* The decrypted text: in counter mode the same bits change in both. */
static void open_text(const struct yt_operation *op, u8 *to,
		      unsigned int offset, unsigned int len)
{
	const struct yt_vector *vector = yt_operation_vector(op);
	unsigned int changed = vector->tamper_offset;

	memcpy(to, vector->plain + offset, len);
	if (changed >= offset && changed < offset + len)
		to[changed - offset] ^= vector->tamper_mask;
}

/* @len bytes from @offset on, all of them text. */
static void expect_text(const struct yt_operation *op, enum yt_remains remains,
			u8 *to, unsigned int offset, unsigned int len)
{
	switch (remains) {
	case YT_REMAINS_CAME:
		yt_operation_given(op, to, offset, len);
		return;
	case YT_REMAINS_OPENED:
		open_text(op, to, offset, len);
		return;
	case YT_REMAINS_POISON:
		memset(to, YT_POISON, len);
		return;
	case YT_REMAINS_ZEROS:
		memset(to, 0, len);
		return;
	case YT_REMAINS_MOVED:
		yt_esn_moved_text(op, to, offset, len);
		return;
	default:
		yt_buffer_read(&op->destination, offset, to, len);
	}
}

/* The same for the bytes behind the text, in place. */
static void expect_icv(const struct yt_operation *op, u8 *to,
		       unsigned int offset, unsigned int len)
{
	unsigned int end = yt_vector_plain_len(yt_operation_vector(op));
	u8 icv[YT_MAX_ICV];

	if (algorithm_of(op)->esn_behind)
		yt_esn_end(op, icv);
	else
		yt_operation_given(op, icv, end,
				   yt_operation_vector(op)->icv_len);
	memcpy(to, icv + offset - end, len);
}

void yt_refused_expect(const struct yt_operation *op, enum yt_remains remains,
		       u8 *to, unsigned int offset, unsigned int len)
{
	const struct yt_vector *vector = yt_operation_vector(op);
	unsigned int head = vector->head_len, n;
	unsigned int end = yt_vector_plain_len(vector);

	if (len && offset < head) {
		n = min(len, head - offset);
		yt_operation_given(op, to, offset, n);
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

/* Do the bytes from @from up to @end have this content? */
static bool is_left(const struct yt_operation *op, enum yt_remains remains,
		    unsigned int from, unsigned int end)
{
	u8 expected[PART];
	unsigned int n;

	for (; from < end; from += n) {
		n = min_t(unsigned int, end - from, sizeof(expected));
		yt_refused_expect(op, remains, expected, from, n);
		if (!yt_buffer_same(&op->destination, from, expected, n))
			return false;
	}
	return true;
}

unsigned int yt_refused_len(const struct yt_operation *op)
{
	const struct yt_vector *vector = yt_operation_vector(op);

	return yt_layout_shared(&op->layout) ? yt_vector_sealed_len(vector) :
					       yt_vector_plain_len(vector);
}

static bool is_known_text(const struct yt_operation *op)
{
	const struct yt_vector *vector = yt_operation_vector(op);
	enum yt_remains remains;

	for (remains = 0; remains < YT_REMAINS; remains++)
		if (may_remain(op, remains) &&
		    is_left(op, remains, vector->head_len,
			    yt_vector_plain_len(vector)))
			return true;
	return false;
}

u32 yt_refused_check(const struct yt_operation *op)
{
	const struct yt_vector *vector = yt_operation_vector(op);
	unsigned int end = yt_vector_plain_len(vector);
	u32 what = 0;

	if (!is_left(op, YT_REMAINS_ANY, 0, vector->head_len))
		what |= BIT(CRYPTORTURE_WHAT_HEADER);
	if (!is_known_text(op))
		what |= BIT(CRYPTORTURE_WHAT_TEXT);
	if (!is_left(op, YT_REMAINS_ANY, end, yt_refused_len(op)))
		what |= BIT(CRYPTORTURE_WHAT_ICV);
	/* authencesn has room behind its text. */
	if (algorithm_of(op)->esn_behind && !yt_layout_shared(&op->layout) &&
	    !yt_esn_end_right(op))
		what |= BIT(CRYPTORTURE_WHAT_GUARD);
	return what;
}

static void differ(const struct yt_operation *op, enum yt_remains remains,
		   struct yt_difference *difference)
{
	const struct yt_vector *vector = yt_operation_vector(op);
	unsigned int len = yt_refused_len(op), offset, n;
	u8 expected[PART], actual[PART];

	memset(difference, 0, sizeof(*difference));
	for (offset = 0; offset < len; offset += n) {
		n = min_t(unsigned int, len - offset, sizeof(expected));
		yt_refused_expect(op, remains, expected, offset, n);
		yt_buffer_read(&op->destination, offset, actual, n);
		yt_compare_part(difference, expected, actual, offset, n,
				vector->head_len, vector->text_len);
	}
}

enum yt_remains yt_refused_nearest(const struct yt_operation *op,
				   struct yt_difference *difference)
{
	enum yt_remains remains, nearest = YT_REMAINS_ANY;
	struct yt_difference other;
	bool any = false;

	for (remains = 0; remains < YT_REMAINS; remains++) {
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
