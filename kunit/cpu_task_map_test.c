// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>

#include "compat.h"
#include "cpu/task_map.h"
#include "suites.h"

/* Enough that some share the place that their hash gives them. */
#define THREADS	24

/**
 * struct guest - a thread with an entry
 * @task_map: where
 * @op: a pointer that is only compared
 * @added: it has its entry
 * @got_seat: or has it none?
 * @found: what it finds of itself
 */
struct guest {
	struct yt_task_map *task_map;
	struct yt_operation *op;
	struct completion added;
	bool got_entry;
	struct yt_operation *found;
};

static int sit(void *data)
{
	struct guest *guest = data;
	struct yt_task_entry *entry = yt_task_map_add(guest->task_map);

	guest->got_entry = entry;
	if (entry)
		WRITE_ONCE(entry->op, guest->op);
	complete(&guest->added);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ / 100);
	guest->found = yt_task_map_find(guest->task_map);
	yt_task_map_remove(guest->task_map, entry);
	return 0;
}

static void everybody_finds_his_own(struct kunit *test)
{
	static struct guest guests[THREADS];
	struct task_struct *tasks[THREADS];
	struct yt_task_map task_map;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, yt_task_map_init(&task_map, THREADS), 0);
	KUNIT_EXPECT_NULL(test, yt_task_map_find(&task_map));
	for (i = 0; i < THREADS; i++) {
		guests[i] = (struct guest){
			.task_map = &task_map,
			.op = (struct yt_operation *)(0x1000UL + i),
		};
		init_completion(&guests[i].added);
		tasks[i] = kthread_run(sit, &guests[i], "guest/%u", i);
		if (IS_ERR(tasks[i]))
			break;
		wait_for_completion(&guests[i].added);
	}
	KUNIT_EXPECT_EQ(test, i, (unsigned int)THREADS);
	KUNIT_EXPECT_NULL(test, yt_task_map_find(&task_map));
	/* every other one leaves before its neighbours search */
	for (i = 0; i < THREADS; i += 2)
		kthread_stop(tasks[i]);
	for (i = 1; i < THREADS; i += 2)
		kthread_stop(tasks[i]);
	for (i = 0; i < THREADS; i++) {
		KUNIT_EXPECT_TRUE(test, guests[i].got_entry);
		KUNIT_EXPECT_PTR_EQ(test, guests[i].found, guests[i].op);
	}
	for (i = 0; i <= task_map.mask; i++)
		KUNIT_EXPECT_NULL(test, task_map.entries[i].task);
	yt_task_map_free(&task_map);
}

struct peek {
	struct hrtimer timer;
	struct yt_task_map *task_map;
	struct yt_operation *found;
	bool in_hardirq;
	struct completion done;
};

static enum hrtimer_restart look(struct hrtimer *timer)
{
	struct peek *peek = container_of(timer, struct peek, timer);

	peek->found = yt_task_map_find(peek->task_map);
	peek->in_hardirq = in_hardirq();
	complete(&peek->done);
	return HRTIMER_NORESTART;
}

/* That is what it is for. */
static void an_interrupt_finds_what_it_hit(struct kunit *test)
{
	static struct peek peek;
	struct yt_operation *op = (struct yt_operation *)0x5000UL;
	struct yt_task_map task_map;
	struct yt_task_entry *entry;

	KUNIT_ASSERT_EQ(test, yt_task_map_init(&task_map, 1), 0);
	entry = yt_task_map_add(&task_map);
	KUNIT_EXPECT_NOT_NULL(test, entry);
	if (entry) {
		peek.task_map = &task_map;
		init_completion(&peek.done);
		yt_hrtimer_setup(&peek.timer, look,
				 HRTIMER_MODE_REL_PINNED_HARD);
		preempt_disable();
		WRITE_ONCE(entry->op, op);
		hrtimer_start(&peek.timer, ns_to_ktime(NSEC_PER_MSEC),
			      HRTIMER_MODE_REL_PINNED_HARD);
		while (!completion_done(&peek.done))
			cpu_relax();
		preempt_enable();
		hrtimer_cancel(&peek.timer);
		KUNIT_EXPECT_TRUE(test, peek.in_hardirq);
		KUNIT_EXPECT_PTR_EQ(test, peek.found, op);
	}
	yt_task_map_remove(&task_map, entry);
	KUNIT_EXPECT_NULL(test, yt_task_map_find(&task_map));
	yt_task_map_free(&task_map);
}

/* A table that is full near one's place: no entry, and no harm. */
static void a_full_task_map_says_so(struct kunit *test)
{
	struct yt_task_map task_map;
	unsigned long i;

	KUNIT_ASSERT_EQ(test, yt_task_map_init(&task_map, 1), 0);
	for (i = 0; i <= task_map.mask; i++)
		task_map.entries[i].task = (struct task_struct *)(0x10UL + i);
	KUNIT_EXPECT_NULL(test, yt_task_map_add(&task_map));
	KUNIT_EXPECT_NULL(test, yt_task_map_find(&task_map));
	yt_task_map_remove(&task_map, NULL);
	yt_task_map_free(&task_map);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(everybody_finds_his_own),
	KUNIT_CASE(an_interrupt_finds_what_it_hit),
	KUNIT_CASE(a_full_task_map_says_so),
	{}
};

struct kunit_suite cpu_task_map_suite = {
	.name = "cpu_task_map",
	.test_cases = cases,
};
