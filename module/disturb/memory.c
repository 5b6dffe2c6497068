// SPDX-License-Identifier: GPL-2.0-only
#include <linux/gfp.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/oom.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>

#include "disturb/disturber.h"
#include "disturb/thread.h"

/*
 * The memory disturber: allocates pages until little is left, so that the kernel has
 * to reclaim and compact, holds them for a moment, and frees them. It stops
 * at a floor, allocates with flags that never kill a process, and when a process is
 * about to be killed frees everything at once. The memory that it holds
 * is not part of CRYPTORTURE_A_STATUS_MEMORY.
 */

/* Left free: this, or a share of all memory if that is more. */
#define FLOOR_BYTES	SZ_64M
#define FLOOR_SHARE	16
/* With less memory to allocate it does not run. */
#define WORTH_BYTES	SZ_64M
#define HOLD_US		50000
/* On average, at full load; longer at less. */
#define GAP_US		500000
/* After memory ran out. */
#define BACKOFF_NS	(10 * NSEC_PER_SEC)
/* Large blocks while far from the floor, then mostly single pages. */
#define BULK_ORDER	9
#define BULK_PAGES	(1UL << (BULK_ORDER + 3))
#define HIGH_EVERY	64
#define HIGH_ORDER	3
#define STREAM_MEMORY	0x3e30

static struct task_struct *thread;
static u64 pages_taken;

/* The held pages: linked by lru, the order in private. */
static DEFINE_SPINLOCK(lock);
static LIST_HEAD(held);
static bool ran_out;

static u64 count(void)
{
	return READ_ONCE(pages_taken);
}

/* Any context that can take @lock with interrupts on. Return: pages. */
static unsigned long give_back(void)
{
	unsigned long freed = 0;
	struct page *page, *next;
	LIST_HEAD(list);

	spin_lock(&lock);
	list_splice_init(&held, &list);
	spin_unlock(&lock);
	list_for_each_entry_safe(page, next, &list, lru) {
		unsigned int order = page_private(page);

		list_del(&page->lru);
		set_page_private(page, 0);
		__free_pages(page, order);
		freed += 1UL << order;
		if (!(freed & 1023))
			cond_resched();
	}
	return freed;
}

/* A process is about to be killed for lack of memory. */
static int on_oom(struct notifier_block *block, unsigned long action,
		  void *data)
{
	unsigned long *freed = data;

	WRITE_ONCE(ran_out, true);
	*freed += give_back();
	return NOTIFY_OK;
}

static struct notifier_block oom_block = { .notifier_call = on_oom };

static unsigned long floor_pages(void)
{
	return max_t(unsigned long, FLOOR_BYTES >> PAGE_SHIFT,
		     totalram_pages() / FLOOR_SHARE);
}

static long spare_pages(void)
{
	return si_mem_available() - (long)floor_pages();
}

static bool take(unsigned int order)
{
	gfp_t gfp = GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN |
		    __GFP_NOMEMALLOC;
	struct page *page = alloc_pages(gfp, order);

	if (!page)
		return false;
	set_page_private(page, order);
	spin_lock(&lock);
	list_add(&page->lru, &held);
	spin_unlock(&lock);
	WRITE_ONCE(pages_taken, pages_taken + (1UL << order));
	return true;
}

static void fill(void)
{
	unsigned int i;
	long spare;

	for (i = 0; !kthread_should_stop() && !READ_ONCE(ran_out); i++) {
		spare = spare_pages();
		if (spare <= 0)
			return;
		if (spare > BULK_PAGES && take(BULK_ORDER))
			goto next;
		if (i % HIGH_EVERY == 0)
			take(HIGH_ORDER);
		if (!take(0))
			return;
next:
		cond_resched();
	}
}

static int press(void *data)
{
	const struct yt_exercise *exercise = data;
	struct yt_random random;

	yt_random_init(&random, exercise->config.seed, STREAM_MEMORY, 0);
	while (!kthread_should_stop()) {
		yt_thread_pause(exercise, &random, GAP_US);
		fill();
		yt_thread_sleep((u64)HOLD_US * NSEC_PER_USEC);
		give_back();
		if (READ_ONCE(ran_out)) {
			yt_thread_sleep(BACKOFF_NS);
			WRITE_ONCE(ran_out, false);
		}
	}
	return 0;
}

static const char *impossible(const struct yt_exercise *exercise)
{
	return spare_pages() >= (long)(WORTH_BYTES >> PAGE_SHIFT) ? NULL :
	       "too little memory is available: 128 MiB at least, or 1/16 of all and 64 MiB";
}

static int start(struct yt_exercise *exercise)
{
	int err;

	pages_taken = 0;
	ran_out = false;
	err = register_oom_notifier(&oom_block);
	if (err)
		return err;
	err = yt_thread_start(&thread, press, exercise, MAX_NICE, NULL, "memory");
	if (err)
		unregister_oom_notifier(&oom_block);
	return err;
}

static void stop(void)
{
	yt_thread_stop(&thread);
	unregister_oom_notifier(&oom_block);
	give_back();
}

const struct yt_disturber_ops yt_memory_disturber = {
	.name		= "memory",
	.unit		= "pages taken and given back",
	.impossible	= impossible,
	.start		= start,
	.stop		= stop,
	.count		= count,
};
