// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>

#include "compat.h"
#include "exercise/roster.h"
#include "suites.h"

/* Enough that some share the place that their hash gives them. */
#define THREADS	24

/**
 * struct guest - a thread with a seat
 * @roster: where
 * @op: a pointer that is only compared
 * @seated: it has its seat
 * @got_seat: or has it none?
 * @found: what it finds of itself
 */
struct guest {
	struct yt_roster *roster;
	struct yt_operation *op;
	struct completion seated;
	bool got_seat;
	struct yt_operation *found;
};

static int sit(void *data)
{
	struct guest *guest = data;
	struct yt_seat *seat = yt_roster_join(guest->roster);

	guest->got_seat = seat;
	if (seat)
		WRITE_ONCE(seat->op, guest->op);
	complete(&guest->seated);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ / 100);
	guest->found = yt_roster_find(guest->roster);
	yt_roster_leave(guest->roster, seat);
	return 0;
}

static void everybody_finds_his_own(struct kunit *test)
{
	static struct guest guests[THREADS];
	struct task_struct *tasks[THREADS];
	struct yt_roster roster;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, yt_roster_init(&roster, THREADS), 0);
	KUNIT_EXPECT_NULL(test, yt_roster_find(&roster));
	for (i = 0; i < THREADS; i++) {
		guests[i] = (struct guest){
			.roster = &roster,
			.op = (struct yt_operation *)(0x1000UL + i),
		};
		init_completion(&guests[i].seated);
		tasks[i] = kthread_run(sit, &guests[i], "guest/%u", i);
		if (IS_ERR(tasks[i]))
			break;
		wait_for_completion(&guests[i].seated);
	}
	KUNIT_EXPECT_EQ(test, i, (unsigned int)THREADS);
	KUNIT_EXPECT_NULL(test, yt_roster_find(&roster));
	/* every other one leaves before its neighbours search */
	for (i = 0; i < THREADS; i += 2)
		kthread_stop(tasks[i]);
	for (i = 1; i < THREADS; i += 2)
		kthread_stop(tasks[i]);
	for (i = 0; i < THREADS; i++) {
		KUNIT_EXPECT_TRUE(test, guests[i].got_seat);
		KUNIT_EXPECT_PTR_EQ(test, guests[i].found, guests[i].op);
	}
	for (i = 0; i <= roster.mask; i++)
		KUNIT_EXPECT_NULL(test, roster.seats[i].task);
	yt_roster_free(&roster);
}

struct peek {
	struct hrtimer timer;
	struct yt_roster *roster;
	struct yt_operation *found;
	bool in_hardirq;
	struct completion done;
};

static enum hrtimer_restart look(struct hrtimer *timer)
{
	struct peek *peek = container_of(timer, struct peek, timer);

	peek->found = yt_roster_find(peek->roster);
	peek->in_hardirq = in_hardirq();
	complete(&peek->done);
	return HRTIMER_NORESTART;
}

/* That is what it is for. */
static void an_interrupt_finds_what_it_hit(struct kunit *test)
{
	static struct peek peek;
	struct yt_operation *op = (struct yt_operation *)0x5000UL;
	struct yt_roster roster;
	struct yt_seat *seat;

	KUNIT_ASSERT_EQ(test, yt_roster_init(&roster, 1), 0);
	seat = yt_roster_join(&roster);
	KUNIT_EXPECT_NOT_NULL(test, seat);
	if (seat) {
		peek.roster = &roster;
		init_completion(&peek.done);
		yt_hrtimer_setup(&peek.timer, look,
				 HRTIMER_MODE_REL_PINNED_HARD);
		preempt_disable();
		WRITE_ONCE(seat->op, op);
		hrtimer_start(&peek.timer, ns_to_ktime(NSEC_PER_MSEC),
			      HRTIMER_MODE_REL_PINNED_HARD);
		while (!completion_done(&peek.done))
			cpu_relax();
		preempt_enable();
		hrtimer_cancel(&peek.timer);
		KUNIT_EXPECT_TRUE(test, peek.in_hardirq);
		KUNIT_EXPECT_PTR_EQ(test, peek.found, op);
	}
	yt_roster_leave(&roster, seat);
	KUNIT_EXPECT_NULL(test, yt_roster_find(&roster));
	yt_roster_free(&roster);
}

/* A table that is full near one's place: no seat, and no harm. */
static void a_full_roster_says_so(struct kunit *test)
{
	struct yt_roster roster;
	unsigned long i;

	KUNIT_ASSERT_EQ(test, yt_roster_init(&roster, 1), 0);
	for (i = 0; i <= roster.mask; i++)
		roster.seats[i].task = (struct task_struct *)(0x10UL + i);
	KUNIT_EXPECT_NULL(test, yt_roster_join(&roster));
	KUNIT_EXPECT_NULL(test, yt_roster_find(&roster));
	yt_roster_leave(&roster, NULL);
	yt_roster_free(&roster);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(everybody_finds_his_own),
	KUNIT_CASE(an_interrupt_finds_what_it_hit),
	KUNIT_CASE(a_full_roster_says_so),
	{}
};

struct kunit_suite exercise_roster_suite = {
	.name = "exercise_roster",
	.test_cases = cases,
};
