// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bits.h>
#include <linux/mm.h>
#include <linux/types.h>

#include "busted/aim.h"
#include "busted/memory.h"
#include "busted/ticker.h"
#include "busted/wrapper.h"

#define BIT_OF_CELL	BIT(3)
#define LEN_MIN		64	/* less is likely to be moved soon */

static u8 *cell;

static void note_page(struct ct_busted_job *job)
{
	struct scatterlist *sg = job->dst;
	unsigned int at = sg->offset + sg->length / 2;
	struct page *page = sg_page(sg) + (at >> PAGE_SHIFT);
	u8 *memory = page_address(page);

	if (READ_ONCE(cell) || sg->length < LEN_MIN || !ct_busted_aim_here())
		return;
	get_page(page);
	if (cmpxchg(&cell, NULL, memory + offset_in_page(at)))
		put_page(page);
}

static void flip(void)
{
	u8 *at = READ_ONCE(cell);

	if (!at)
		return;
	*at ^= BIT_OF_CELL;
	ct_busted_aim_done();
}

static const struct ct_busted_wrap wrap = {
	.kinds = BIT(CT_BUSTED_CBC) | BIT(CT_BUSTED_CTR) | BIT(CT_BUSTED_GCM),
	.after = note_page,
};

int ct_busted_memory_start(void)
{
	int err;

	err = ct_busted_wrapper_start(&wrap);
	if (err)
		return err;
	err = ct_busted_ticker_start(flip);
	if (err)
		ct_busted_wrapper_stop();
	return err;
}

void ct_busted_memory_stop(void)
{
	ct_busted_ticker_stop();
	ct_busted_wrapper_stop();
	if (cell)
		put_page(virt_to_page(cell));
	cell = NULL;
}
