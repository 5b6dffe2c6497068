// SPDX-License-Identifier: GPL-2.0-only
#include <linux/minmax.h>
#include <linux/string.h>

#include "verify/esn.h"
#include "verify/hit.h"
#include "verify/outside.h"

/* A guard fits. */
static_assert(YT_GUARD <= CRYPTORTURE_OUTSIDE_BYTES);

static bool put(struct yt_change *change, enum cryptorture_outside where,
		const struct yt_hit *hit)
{
	change->where = where;
	change->offset = hit->offset;
	change->len = hit->len;
	if (hit->guard)
		yt_guard_put(change->expected);
	else
		memset(change->expected, YT_POISON, hit->len);
	memcpy(change->actual, hit->at, hit->len);
	return true;
}

static bool find_guard(const struct yt_buffer *buffer, enum cryptorture_outside front,
		       enum cryptorture_outside behind, struct yt_change *change)
{
	struct yt_hit hit;

	return yt_hit_find(buffer, &hit) &&
	       put(change, hit.front ? front : behind, &hit);
}

static bool find_iv_guard(const struct yt_operation *op,
			  struct yt_change *change)
{
	struct yt_hit hit = { .at = op->iv, .len = YT_GUARD, .guard = true };

	if (!yt_guard_intact(hit.at))
		return put(change, CRYPTORTURE_OUTSIDE_IV_FRONT, &hit);
	hit.at += YT_GUARD + YT_MAX_IV;
	return !yt_guard_intact(hit.at) &&
	       put(change, CRYPTORTURE_OUTSIDE_IV_BEHIND, &hit);
}

/* Of what the caller has behind the output: an ICV, or room for one. */
static bool find_behind_output(const struct yt_operation *op,
			       struct yt_change *change)
{
	const struct yt_vector *vector = yt_operation_vector(op);
	bool esn = op->reader.test_sa->sa.alg->esn_behind;
	bool room = op->chained; /* where the ICV of another image would lie */

	if (op->direction == CRYPTORTURE_DIRECTION_ENCRYPT ||
	    !(esn || room || yt_layout_shared(&op->layout)))
		return false;
	change->where = CRYPTORTURE_OUTSIDE_DESTINATION;
	change->offset = yt_vector_plain_len(vector);
	change->len = vector->icv_len;
	if (esn)
		yt_esn_end(op, change->expected);
	else if (room)
		memset(change->expected, YT_POISON, change->len);
	else
		yt_operation_given(op, change->expected, change->offset,
				   change->len);
	yt_buffer_read(&op->destination, change->offset, change->actual,
		       change->len);
	return memcmp(change->expected, change->actual, change->len);
}

static bool find_in_source(const struct yt_operation *op,
			   struct yt_change *change)
{
	unsigned int len, offset, n;
	const u8 *input = yt_operation_input(op, &len);

	for (offset = 0; offset < len; offset += n) {
		n = min_t(unsigned int, len - offset, CRYPTORTURE_OUTSIDE_BYTES);
		if (yt_buffer_same(&op->source, offset, input + offset, n))
			continue;
		change->where = CRYPTORTURE_OUTSIDE_SOURCE;
		change->offset = offset;
		change->len = n;
		memcpy(change->expected, input + offset, n);
		yt_buffer_read(&op->source, offset, change->actual, n);
		return true;
	}
	return false;
}

static bool find(const struct yt_operation *op, u32 what,
		 struct yt_change *change)
{
	bool apart = !yt_layout_shared(&op->layout);

	if (what & BIT(CRYPTORTURE_WHAT_SOURCE) && apart && find_in_source(op, change))
		return true;
	if (!(what & BIT(CRYPTORTURE_WHAT_GUARD)))
		return false;
	return find_behind_output(op, change) ||
	       find_guard(&op->destination, CRYPTORTURE_OUTSIDE_DESTINATION_FRONT,
			  CRYPTORTURE_OUTSIDE_DESTINATION_BEHIND, change) ||
	       (apart && find_guard(&op->source, CRYPTORTURE_OUTSIDE_SOURCE_FRONT,
				    CRYPTORTURE_OUTSIDE_SOURCE_BEHIND, change)) ||
	       find_iv_guard(op, change);
}

void yt_outside_find(const struct yt_operation *op, u32 what,
		     struct yt_change *change)
{
	if (!find(op, what, change))
		change->len = 0;
}
