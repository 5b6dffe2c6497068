// SPDX-License-Identifier: GPL-2.0-only
#include "cpu/history.h"
#include "drivers/driver.h"
#include "netlink/message.h"
#include "netlink/put.h"

int yt_put_mismatch_event(struct sk_buff *msg,
			  const struct yt_mismatch *mismatch)
{
	if (put_u64(msg, CRYPTORTURE_A_MISMATCH_NUMBER, mismatch->number,
		    CRYPTORTURE_A_MISMATCH_PAD) ||
	    put_u64(msg, CRYPTORTURE_A_MISMATCH_RUN, mismatch->run, CRYPTORTURE_A_MISMATCH_PAD) ||
	    put_u64(msg, CRYPTORTURE_A_MISMATCH_TIME, mismatch->time, CRYPTORTURE_A_MISMATCH_PAD) ||
	    nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_CPU_BEFORE, mismatch->cpu_before) ||
	    nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_CPU_AFTER, mismatch->cpu_after) ||
	    nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_CONTEXT, mismatch->context) ||
	    (mismatch->algorithm &&
	     nla_put_string(msg, CRYPTORTURE_A_MISMATCH_ALGORITHM, mismatch->algorithm)) ||
	    (mismatch->driver[0] &&
	     nla_put_string(msg, CRYPTORTURE_A_MISMATCH_DRIVER, mismatch->driver)) ||
	    nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_DIRECTION, mismatch->direction) ||
	    nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_WHAT, mismatch->what) ||
	    put_flag(msg, CRYPTORTURE_A_MISMATCH_INJECTED, mismatch->injected))
		return -EMSGSIZE;
	return 0;
}

static int put_packet(struct sk_buff *msg, const struct yt_mismatch *mismatch)
{
	if (nla_put_string(msg, CRYPTORTURE_A_MISMATCH_LAYOUT, mismatch->layout) ||
	    put_u64(msg, CRYPTORTURE_A_MISMATCH_SEED, mismatch->seed, CRYPTORTURE_A_MISMATCH_PAD) ||
	    put_u64(msg, CRYPTORTURE_A_MISMATCH_INDEX, mismatch->index,
		    CRYPTORTURE_A_MISMATCH_PAD) ||
	    nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_KEY_LEN, mismatch->key_len) ||
	    nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_ICV_LEN, mismatch->icv_len) ||
	    nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_PAYLOAD_LEN, mismatch->payload_len) ||
	    nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_TEXT_OFFSET, mismatch->text_offset) ||
	    nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_TEXT_LEN, mismatch->text_len) ||
	    nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_OUTPUT_LEN, mismatch->output_len) ||
	    nla_put_s32(msg, CRYPTORTURE_A_MISMATCH_STATUS, mismatch->status) ||
	    nla_put_s32(msg, CRYPTORTURE_A_MISMATCH_STATUS_EXPECTED,
			mismatch->status_expected))
		return -EMSGSIZE;
	return 0;
}

/* One of struct yt_course, by its kind. */
static int put_course_number(struct sk_buff *msg, int attr, const void *course,
			     size_t offset)
{
	return nla_put_u32(msg, attr, *(const u32 *)(course + offset));
}

static int put_course_flag(struct sk_buff *msg, int attr, const void *course,
			   size_t offset)
{
	return put_flag(msg, attr, *(const u32 *)(course + offset));
}

static int put_course_counts(struct sk_buff *msg, const struct yt_course *course)
{
	int err = 0;

#define YT_COURSE(kind, name, attr)						\
	(err = err ?: put_course_##kind(msg, attr, course, offsetof(struct yt_course, name)))
#include "evidence/count_list.h"
	return err;
}

static int put_course(struct sk_buff *msg, const struct yt_mismatch *mismatch)
{
	if (put_flag(msg, CRYPTORTURE_A_MISMATCH_PERSISTS, mismatch->persists) ||
	    put_course_counts(msg, &mismatch->course) ||
	    put_u64(msg, CRYPTORTURE_A_MISMATCH_DURATION, mismatch->duration,
		    CRYPTORTURE_A_MISMATCH_PAD) ||
	    nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_CPU_REFERENCE,
			mismatch->cpu_reference) ||
	    (mismatch->is_foreign &&
	     put_u64(msg, CRYPTORTURE_A_MISMATCH_FOREIGN, mismatch->foreign,
		     CRYPTORTURE_A_MISMATCH_PAD)) ||
	    nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_IN_FLIGHT, mismatch->in_flight) ||
	    put_flag(msg, CRYPTORTURE_A_MISMATCH_SIMD, mismatch->simd) ||
	    put_flag(msg, CRYPTORTURE_A_MISMATCH_LIVE, mismatch->live))
		return -EMSGSIZE;
	return 0;
}

static int put_concurrent_op(struct sk_buff *msg, const struct yt_concurrent *other)
{
	struct nlattr *nest = nla_nest_start(msg, CRYPTORTURE_A_LIST_CONCURRENT);

	if (!nest || nla_put_u32(msg, CRYPTORTURE_A_CONCURRENT_CPU, other->cpu) ||
	    nla_put_u32(msg, CRYPTORTURE_A_CONCURRENT_CONTEXT, other->context) ||
	    nla_put_string(msg, CRYPTORTURE_A_CONCURRENT_DRIVER,
			   yt_driver_get(other->driver)->name) ||
	    nla_put_u32(msg, CRYPTORTURE_A_CONCURRENT_DIRECTION,
			yt_history_direction(other->op)) ||
	    put_u64(msg, CRYPTORTURE_A_CONCURRENT_INDEX, yt_history_index(other->op),
		    CRYPTORTURE_A_CONCURRENT_PAD) ||
	    put_flag(msg, CRYPTORTURE_A_CONCURRENT_NESTED, other->nested))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/* Also where there is none, if that was looked for. */
static int put_concurrent(struct sk_buff *msg, const struct yt_mismatch *mismatch)
{
	struct nlattr *list;
	unsigned int i;

	if (!mismatch->driver[0] || mismatch->what & BIT(CRYPTORTURE_WHAT_STUCK))
		return 0;
	list = nla_nest_start(msg, CRYPTORTURE_A_MISMATCH_CONCURRENT);
	if (!list)
		return -EMSGSIZE;
	for (i = 0; i < mismatch->concurrent_count; i++)
		if (put_concurrent_op(msg, &mismatch->concurrent[i]))
			return -EMSGSIZE;
	nla_nest_end(msg, list);
	return 0;
}

/* Instead of a packet and its course. */
static int put_register(struct sk_buff *msg, const struct yt_mismatch *mismatch)
{
	if (nla_put_string(msg, CRYPTORTURE_A_MISMATCH_REGISTER,
			   mismatch->register_name) ||
	    (mismatch->owner[0] &&
	     nla_put_string(msg, CRYPTORTURE_A_MISMATCH_OWNER, mismatch->owner)) ||
	    nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_EVENT, mismatch->event) ||
	    nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_THREAD, mismatch->thread) ||
	    put_u64(msg, CRYPTORTURE_A_MISMATCH_EPOCH, mismatch->epoch,
		    CRYPTORTURE_A_MISMATCH_PAD) ||
	    put_u64(msg, CRYPTORTURE_A_MISMATCH_SEED, mismatch->seed, CRYPTORTURE_A_MISMATCH_PAD) ||
	    nla_put(msg, CRYPTORTURE_A_MISMATCH_EXPECTED, mismatch->window_len,
		    mismatch->expected) ||
	    nla_put(msg, CRYPTORTURE_A_MISMATCH_ACTUAL, mismatch->window_len,
		    mismatch->actual))
		return -EMSGSIZE;
	return 0;
}

static int put_change(struct sk_buff *msg, const struct yt_change *change)
{
	if (nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_OUTSIDE, change->where) ||
	    nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_OUTSIDE_OFFSET, change->offset) ||
	    nla_put(msg, CRYPTORTURE_A_MISMATCH_OUTSIDE_EXPECTED, change->len,
		    change->expected) ||
	    nla_put(msg, CRYPTORTURE_A_MISMATCH_OUTSIDE_ACTUAL, change->len,
		    change->actual))
		return -EMSGSIZE;
	return 0;
}

static int put_bytes(struct sk_buff *msg, const struct yt_mismatch *mismatch)
{
	const struct yt_difference *difference = &mismatch->difference;

	if (mismatch->output_wrong &&
	    (nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_FIRST, difference->first) ||
	     nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_WRONG_BYTES,
			 difference->wrong_bytes) ||
	     nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_WRONG_BITS,
			 difference->wrong_bits) ||
	     nla_put(msg, CRYPTORTURE_A_MISMATCH_BLOCKS, sizeof(difference->blocks),
		     difference->blocks)))
		return -EMSGSIZE;
	if (mismatch->window_len &&
	    (nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_WINDOW, mismatch->window) ||
	     nla_put(msg, CRYPTORTURE_A_MISMATCH_EXPECTED, mismatch->window_len,
		     mismatch->expected) ||
	     nla_put(msg, CRYPTORTURE_A_MISMATCH_ACTUAL, mismatch->window_len,
		     mismatch->actual)))
		return -EMSGSIZE;
	if (mismatch->what & BIT(CRYPTORTURE_WHAT_IV) &&
	    (nla_put(msg, CRYPTORTURE_A_MISMATCH_IV_EXPECTED,
		     sizeof(mismatch->iv_expected), mismatch->iv_expected) ||
	     nla_put(msg, CRYPTORTURE_A_MISMATCH_IV_ACTUAL, sizeof(mismatch->iv_actual),
		     mismatch->iv_actual)))
		return -EMSGSIZE;
	return mismatch->change.len ? put_change(msg, &mismatch->change) : 0;
}

static int put_outcome(struct sk_buff *msg, const struct yt_outcome *outcome)
{
	struct nlattr *nest = nla_nest_start(msg, CRYPTORTURE_A_LIST_REPLAY);

	if (!nest || nla_put_u32(msg, CRYPTORTURE_A_REPLAY_WAY, outcome->way) ||
	    nla_put_u32(msg, CRYPTORTURE_A_REPLAY_CPU, outcome->cpu) ||
	    nla_put_u32(msg, CRYPTORTURE_A_REPLAY_CONTEXT, outcome->context) ||
	    (outcome->way == CRYPTORTURE_WAY_OTHER_DRIVER &&
	     nla_put_string(msg, CRYPTORTURE_A_REPLAY_DRIVER,
			    yt_driver_get(outcome->driver)->name)) ||
	    nla_put_u32(msg, CRYPTORTURE_A_REPLAY_RUNS, outcome->runs) ||
	    nla_put_u32(msg, CRYPTORTURE_A_REPLAY_WRONG, outcome->wrong) ||
	    (outcome->err && nla_put_u32(msg, CRYPTORTURE_A_REPLAY_ERRNO, -outcome->err)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

int yt_put_replay(struct sk_buff *msg, const struct yt_outcomes *replay)
{
	struct nlattr *list;
	unsigned int i;

	if (nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_REPLAY_STATE, replay->state))
		return -EMSGSIZE;
	if (replay->state != CRYPTORTURE_REPLAY_STATE_DONE)
		return 0;
	list = nla_nest_start(msg, CRYPTORTURE_A_MISMATCH_REPLAYS);
	if (!list)
		return -EMSGSIZE;
	for (i = 0; i < replay->count; i++)
		if (put_outcome(msg, &replay->list[i]))
			return -EMSGSIZE;
	nla_nest_end(msg, list);
	if (nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_REPLAY_CPUS_LEFT,
			replay->cpus_left) ||
	    nla_put_u32(msg, CRYPTORTURE_A_MISMATCH_REPLAY_DRIVERS_LEFT,
			replay->drivers_left))
		return -EMSGSIZE;
	return 0;
}

int yt_put_mismatch(struct sk_buff *msg, const struct yt_mismatch *mismatch)
{
	if (mismatch->what & BIT(CRYPTORTURE_WHAT_REGISTER))
		return yt_put_mismatch_event(msg, mismatch) ||
		       put_register(msg, mismatch) ? -EMSGSIZE : 0;
	return yt_put_mismatch_event(msg, mismatch) ||
	       put_packet(msg, mismatch) || put_course(msg, mismatch) ||
	       put_concurrent(msg, mismatch) ||
	       put_bytes(msg, mismatch) ||
	       yt_put_replay(msg, &mismatch->replay) ? -EMSGSIZE : 0;
}
