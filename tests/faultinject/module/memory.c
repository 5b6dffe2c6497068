// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bits.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "aim.h"
#include "memory.h"
#include "ticker.h"
#include "wrapper.h"

#define BIT_OF_CELL	BIT(3)
#define LEN_MIN		64	/* less is likely to be moved soon */

#define PAGES_MAX	16

static DEFINE_SPINLOCK(lock);	/* of all below; @cell is read without */
static u8 *cell;
static unsigned long seen;	/* jiffies of the last write to its page */
static struct page *pages[PAGES_MAX];
static unsigned int count;

/* Another page once the first has not been written to for long. */
static void note_page(struct yt_busted_job *job)
{
	struct scatterlist *sg = job->dst;
	unsigned int at = sg->offset + sg->length / 2;
	struct page *page = sg_page(sg) + (at >> PAGE_SHIFT);
	u8 *memory = page_address(page);
	unsigned long flags;

	if (sg->length < LEN_MIN || !yt_busted_aim_here())
		return;
	spin_lock_irqsave(&lock, flags);
	if (cell && page == virt_to_page(cell)) {
		seen = jiffies;
	} else if (count < PAGES_MAX &&
		   (!cell || time_after(jiffies, seen + HZ))) {
		get_page(page);
		pages[count++] = page;
		seen = jiffies;
		WRITE_ONCE(cell, memory + offset_in_page(at));
	}
	spin_unlock_irqrestore(&lock, flags);
}

static void flip(void)
{
	u8 *at = READ_ONCE(cell);

	if (!at)
		return;
	*at ^= BIT_OF_CELL;
	yt_busted_aim_done();
}

static const struct yt_busted_wrap wrap = {
	.kinds = BIT(YT_BUSTED_CBC) | BIT(YT_BUSTED_CTR) | BIT(YT_BUSTED_GCM),
	.after = note_page,
};

int yt_busted_memory_start(void)
{
	int err;

	err = yt_busted_wrapper_start(&wrap);
	if (err)
		return err;
	err = yt_busted_ticker_start(flip);
	if (err)
		yt_busted_wrapper_stop();
	return err;
}

void yt_busted_memory_stop(void)
{
	yt_busted_ticker_stop();
	yt_busted_wrapper_stop();
	cell = NULL;
	while (count)
		put_page(pages[--count]);
}
