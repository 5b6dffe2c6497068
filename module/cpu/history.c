// SPDX-License-Identifier: GPL-2.0-only
#include <linux/compiler.h>
#include <asm/barrier.h>

#include "cpu/history.h"

void yt_history_begin(struct yt_history *history, u64 began, const u64 *ops, unsigned int count)
{
	struct yt_past *past = &history->past[history->written % YT_HISTORY_ENTRIES];
	unsigned int i;

	WRITE_ONCE(past->ended, 0);
	/* Pairs with yt_history_read(): no new content beside the old end. */
	smp_wmb();
	WRITE_ONCE(past->began, began);
	for (i = 0; i < count; i++)
		WRITE_ONCE(past->ops[i], ops[i]);
	if (count < YT_HISTORY_OPS)
		WRITE_ONCE(past->ops[count], 0);
	/* No new end beside old content. */
	smp_wmb();
	WRITE_ONCE(past->ended, YT_HISTORY_NOW);
	WRITE_ONCE(history->written, history->written + 1);
}

void yt_history_end(struct yt_history *history, u64 ended)
{
	WRITE_ONCE(history->past[(history->written - 1) % YT_HISTORY_ENTRIES].ended, ended);
}

bool yt_history_read(const struct yt_history *history, unsigned int back, struct yt_past *past)
{
	u32 written = READ_ONCE(history->written);
	const struct yt_past *from;
	unsigned int i;
	u64 ended;

	if (back >= written || back >= YT_HISTORY_ENTRIES)
		return false;
	from = &history->past[(written - 1 - back) % YT_HISTORY_ENTRIES];
	past->ended = READ_ONCE(from->ended);
	/* Pairs with yt_history_begin(), as the one below. */
	smp_rmb();
	past->began = READ_ONCE(from->began);
	for (i = 0; i < YT_HISTORY_OPS; i++)
		past->ops[i] = READ_ONCE(from->ops[i]);
	/* Likewise, with the writer's first barrier. */
	smp_rmb();
	ended = READ_ONCE(from->ended);
	/* It may have become complete meanwhile, but not another one. */
	return past->ended && (ended == past->ended || past->ended == YT_HISTORY_NOW) && ended &&
	       past->began == READ_ONCE(from->began);
}
