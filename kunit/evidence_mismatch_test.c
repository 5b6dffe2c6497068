// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>

#include "evidence/mismatch.h"
#include "suites.h"

static struct yt_mismatch_ring ring;
static struct yt_mismatch *copy;

static unsigned int notified;
static unsigned int fills;

static int prepare(struct kunit *test)
{
	memset(&ring, 0, sizeof(ring));
	notified = 0;
	fills = 0;
	copy = kunit_kzalloc(test, sizeof(*copy), GFP_KERNEL);
	return copy ? yt_mismatch_ring_init(&ring) : -ENOMEM;
}

static void release(struct kunit *test)
{
	yt_mismatch_ring_free(&ring);
}

static void notify(void)
{
	notified++;
}

/* A record has to be zeroed but for its number and time. */
static void fill(struct yt_mismatch *record, void *data)
{
	struct yt_mismatch *kept = data;

	fills++;
	if (kept)
		*kept = *record;
	memset(record->actual, 0xff, sizeof(record->actual));
	record->index = 1000 + record->number;
	record->run = 3;
}

/* Each as if in a second of its own. */
static void add(struct kunit *test, unsigned int count)
{
	u64 from = ring.records;

	while (count--) {
		u64 number;

		ring.second = 0;
		number = yt_mismatch_add(&ring, fill, NULL, false);

		KUNIT_ASSERT_EQ(test, number, ++from);
	}
}

static void assert_counts(struct kunit *test, u64 records, u64 overwritten,
			  u64 unrecorded)
{
	u64 made = ~0ULL, lost = ~0ULL, missed = ~0ULL;

	yt_mismatch_count(&ring, &made, &lost, &missed);
	KUNIT_ASSERT_EQ(test, made, records);
	KUNIT_ASSERT_EQ(test, lost, overwritten);
	KUNIT_ASSERT_EQ(test, missed, unrecorded);
}

static void an_empty_ring_has_nothing(struct kunit *test)
{
	assert_counts(test, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, yt_mismatch_copy(&ring, 0, copy), -ENOENT);
	KUNIT_EXPECT_EQ(test, yt_mismatch_copy(&ring, 1, copy), -ENOENT);
	KUNIT_EXPECT_EQ(test, yt_mismatch_copy(&ring, ~0ULL, copy), -ENOENT);
}

static void records_are_numbered_from_one(struct kunit *test)
{
	u64 number;

	add(test, 5);
	assert_counts(test, 5, 0, 0);
	for (number = 1; number <= 5; number++) {
		KUNIT_ASSERT_EQ(test, yt_mismatch_copy(&ring, number, copy), 0);
		KUNIT_ASSERT_EQ(test, copy->number, number);
		KUNIT_ASSERT_EQ(test, copy->index, 1000 + number);
		KUNIT_ASSERT_EQ(test, copy->run, 3ULL);
	}
	KUNIT_ASSERT_EQ(test, yt_mismatch_copy(&ring, 0, copy), -ENOENT);
	KUNIT_ASSERT_EQ(test, yt_mismatch_copy(&ring, 6, copy), -ENOENT);
}

/* At every moment the last CRYPTORTURE_RING_SIZE, and the others are known to be gone. */
static void old_records_are_overwritten(struct kunit *test)
{
	unsigned int made;
	u64 number;

	for (made = 1; made <= 2 * CRYPTORTURE_RING_SIZE + 3; made++) {
		u64 gone = made > CRYPTORTURE_RING_SIZE ? made - CRYPTORTURE_RING_SIZE : 0;

		add(test, 1);
		assert_counts(test, made, gone, 0);
		for (number = 1; number <= made; number++) {
			int err = yt_mismatch_copy(&ring, number, copy);

			KUNIT_ASSERT_EQ_MSG(test, err,
					    number <= gone ? -ESTALE : 0,
					    "%llu of %u", number, made);
			if (!err)
				KUNIT_ASSERT_EQ(test, copy->index,
						1000 + number);
		}
		KUNIT_ASSERT_EQ(test, yt_mismatch_copy(&ring, made + 1, copy),
				-ENOENT);
	}
}

/* Nothing of the record that lay in the slot before. */
static void records_begin_empty(struct kunit *test)
{
	u64 before = ktime_get_real_ns();

	add(test, CRYPTORTURE_RING_SIZE);
	KUNIT_ASSERT_EQ(test, yt_mismatch_add(&ring, fill, copy, false),
			CRYPTORTURE_RING_SIZE + 1ULL);
	KUNIT_EXPECT_EQ(test, copy->number, CRYPTORTURE_RING_SIZE + 1ULL);
	KUNIT_EXPECT_GE(test, copy->time, before);
	KUNIT_EXPECT_LE(test, copy->time, ktime_get_real_ns());
	copy->number = 0;
	copy->time = 0;
	KUNIT_EXPECT_TRUE(test, !memchr_inv(copy, 0, sizeof(*copy)));
}

/* Within one second; false if it ended meanwhile. */
static bool flood(struct kunit *test, unsigned int more)
{
	u64 second = ktime_get_seconds();
	unsigned int i;

	yt_mismatch_ring_free(&ring);
	memset(&ring, 0, sizeof(ring));
	KUNIT_ASSERT_EQ(test, yt_mismatch_ring_init(&ring), 0);
	ring.notify = notify;
	notified = 0;
	fills = 0;
	for (i = 0; i < YT_RECORDS_PER_SECOND + more; i++) {
		u64 number = yt_mismatch_add(&ring, fill, NULL, false);
		u64 expected = i < YT_RECORDS_PER_SECOND ? i + 1 : 0;

		if (ktime_get_seconds() != second)
			return false;
		KUNIT_ASSERT_EQ(test, number, expected);
	}
	return true;
}

static void a_flood_is_counted(struct kunit *test)
{
	unsigned int tries = 0;

	ring.notify = notify;
	while (!flood(test, 100))
		KUNIT_ASSERT_LT(test, ++tries, 10U);
	assert_counts(test, YT_RECORDS_PER_SECOND,
		      YT_RECORDS_PER_SECOND - CRYPTORTURE_RING_SIZE, 100);
	KUNIT_EXPECT_EQ(test, fills, (unsigned int)YT_RECORDS_PER_SECOND);
	KUNIT_EXPECT_EQ(test, notified, (unsigned int)YT_RECORDS_PER_SECOND);
	/* and the next second has room again, without a gap in the numbers */
	ring.second--;
	KUNIT_EXPECT_EQ(test, yt_mismatch_add(&ring, fill, NULL, false),
			YT_RECORDS_PER_SECOND + 1ULL);
	assert_counts(test, YT_RECORDS_PER_SECOND + 1ULL,
		      YT_RECORDS_PER_SECOND + 1ULL - CRYPTORTURE_RING_SIZE, 100);
}

/* It may be the only one of its kind that is ever seen. */
static void the_first_of_a_kind_is_recorded_in_a_flood(struct kunit *test)
{
	unsigned int tries = 0;
	u64 number;

	do {
		KUNIT_ASSERT_LT(test, ++tries, 10U);
		while (!flood(test, 7))
			KUNIT_ASSERT_LT(test, ++tries, 10U);
		number = yt_mismatch_add(&ring, fill, NULL, true);
		/* Not by the next second's room. */
	} while (ring.in_second == 1);
	KUNIT_EXPECT_EQ(test, number, YT_RECORDS_PER_SECOND + 1ULL);
	assert_counts(test, YT_RECORDS_PER_SECOND + 1ULL,
		      YT_RECORDS_PER_SECOND + 1ULL - CRYPTORTURE_RING_SIZE, 7);
}

static void each_record_is_told(struct kunit *test)
{
	add(test, 3);
	KUNIT_EXPECT_EQ(test, notified, 0U);
	ring.notify = notify;
	add(test, 4);
	KUNIT_EXPECT_EQ(test, notified, 4U);
	ring.notify = NULL;
	add(test, 1);
	KUNIT_EXPECT_EQ(test, notified, 4U);
	KUNIT_EXPECT_EQ(test, fills, 8U);
}

static struct yt_mismatch *from_listener;

static void read_back(void)
{
	/* The lock is not held, and the record is there already. */
	notified += !yt_mismatch_copy(&ring, ring.records, from_listener);
}

static void a_listener_may_read(struct kunit *test)
{
	from_listener = copy;
	ring.notify = read_back;
	add(test, 1);
	KUNIT_EXPECT_EQ(test, notified, 1U);
	KUNIT_EXPECT_EQ(test, copy->number, 1ULL);
	KUNIT_EXPECT_EQ(test, copy->index, 1001ULL);
}

static void assert_follows(struct kunit *test, u64 *place, u64 first, u64 last)
{
	u64 number;

	for (number = first; number <= last; number++) {
		KUNIT_ASSERT_TRUE(test, yt_mismatch_follow(&ring, place, copy));
		KUNIT_ASSERT_EQ(test, copy->number, number);
		KUNIT_ASSERT_EQ(test, copy->index, 1000 + number);
	}
	KUNIT_ASSERT_FALSE(test, yt_mismatch_follow(&ring, place, copy));
}

static void a_reader_follows(struct kunit *test)
{
	u64 place = 0;

	assert_follows(test, &place, 1, 0);
	add(test, 1);
	assert_follows(test, &place, 1, 1);
	add(test, 2);
	assert_follows(test, &place, 2, 3);
	add(test, CRYPTORTURE_RING_SIZE + 7);
	assert_follows(test, &place, 11, CRYPTORTURE_RING_SIZE + 10);
}

static void memory_is_that_of_the_slots(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, yt_mismatch_ring_memory(),
			(CRYPTORTURE_RING_SIZE + CRYPTORTURE_KEPT_SIZE) * sizeof(*copy) +
			num_possible_cpus() * sizeof(u64));
}

static void fill_pending(struct yt_mismatch *record, void *data)
{
	fill(record, data);
	record->replay.state = CRYPTORTURE_REPLAY_STATE_PENDING;
}

/* As yt_mismatch_next() gives them. */
static u64 count_there(struct kunit *test)
{
	u64 number = yt_mismatch_next(&ring, 0), count = 0;

	while (number <= ring.records) {
		KUNIT_ASSERT_EQ(test, yt_mismatch_copy(&ring, number, copy), 0);
		KUNIT_ASSERT_EQ(test, copy->number, number);
		count++;
		number = yt_mismatch_next(&ring, number + 1);
	}
	return count;
}

static void those_run_again_are_kept(struct kunit *test)
{
	u64 made;

	add(test, 2);
	KUNIT_ASSERT_EQ(test, yt_mismatch_add(&ring, fill_pending, NULL, false), 3ULL);
	add(test, 4);
	KUNIT_ASSERT_EQ(test, yt_mismatch_add(&ring, fill_pending, NULL, false), 8ULL);
	KUNIT_EXPECT_EQ(test, count_there(test), 8ULL);
	add(test, 2 * CRYPTORTURE_RING_SIZE);
	made = CRYPTORTURE_RING_SIZE * 2 + 8;
	assert_counts(test, made, made - CRYPTORTURE_RING_SIZE - 2, 0);
	KUNIT_EXPECT_EQ(test, count_there(test), CRYPTORTURE_RING_SIZE + 2ULL);
	KUNIT_EXPECT_EQ(test, yt_mismatch_next(&ring, 1), 3ULL);
	KUNIT_EXPECT_EQ(test, yt_mismatch_next(&ring, 4), 8ULL);
	KUNIT_EXPECT_EQ(test, yt_mismatch_next(&ring, 9),
			made - CRYPTORTURE_RING_SIZE + 1);
	KUNIT_EXPECT_EQ(test, yt_mismatch_next(&ring, made + 5), made + 1);
	KUNIT_EXPECT_EQ(test, yt_mismatch_copy(&ring, 4, copy), -ESTALE);
	KUNIT_ASSERT_EQ(test, yt_mismatch_copy(&ring, 8, copy), 0);
	KUNIT_EXPECT_EQ(test, copy->index, 1008ULL);
}

/* More than can be are only not kept. */
static void as_many_are_kept_as_there_is_room(struct kunit *test)
{
	unsigned int i;

	for (i = 1; i <= CRYPTORTURE_KEPT_SIZE + 5; i++)
		KUNIT_ASSERT_EQ(test, yt_mismatch_add(&ring, fill_pending, NULL, false),
				(u64)i);
	add(test, CRYPTORTURE_RING_SIZE);
	KUNIT_EXPECT_EQ(test, count_there(test),
			(u64)CRYPTORTURE_RING_SIZE + CRYPTORTURE_KEPT_SIZE);
	KUNIT_EXPECT_EQ(test, yt_mismatch_copy(&ring, CRYPTORTURE_KEPT_SIZE, copy), 0);
	KUNIT_EXPECT_EQ(test, yt_mismatch_copy(&ring, CRYPTORTURE_KEPT_SIZE + 1, copy),
			-ESTALE);
}

static struct yt_outcomes outcomes = {
	.state = CRYPTORTURE_REPLAY_STATE_DONE,
	.cpus_left = 3,
	.count = 1,
	.list = { { .way = CRYPTORTURE_WAY_OTHER_CPU, .runs = 4, .wrong = 2 } },
};

static void assert_outcome(struct kunit *test, u64 number,
			   enum cryptorture_replay_state state)
{
	KUNIT_ASSERT_EQ(test, yt_mismatch_copy(&ring, number, copy), 0);
	KUNIT_ASSERT_EQ(test, (int)copy->replay.state, (int)state);
	KUNIT_ASSERT_EQ(test, copy->replay.list[0].wrong,
			state == CRYPTORTURE_REPLAY_STATE_DONE ? 2 : 0);
}

/* Into the record in the ring, and into the one that is kept. */
static void outcomes_reach_their_record(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, yt_mismatch_add(&ring, fill_pending, NULL, false), 1ULL);
	KUNIT_ASSERT_EQ(test, yt_mismatch_add(&ring, fill_pending, NULL, false), 2ULL);
	yt_mismatch_set_replay(&ring, 1, &outcomes);
	assert_outcome(test, 1, CRYPTORTURE_REPLAY_STATE_DONE);
	assert_outcome(test, 2, CRYPTORTURE_REPLAY_STATE_PENDING);
	add(test, CRYPTORTURE_RING_SIZE);
	assert_outcome(test, 1, CRYPTORTURE_REPLAY_STATE_DONE);
	yt_mismatch_set_replay(&ring, 2, &outcomes);
	assert_outcome(test, 2, CRYPTORTURE_REPLAY_STATE_DONE);
	/* of records that are gone, or never were */
	add(test, 1);
	yt_mismatch_set_replay(&ring, 3, &outcomes);
	yt_mismatch_set_replay(&ring, 0, &outcomes);
	yt_mismatch_set_replay(&ring, 1000, &outcomes);
	assert_outcome(test, CRYPTORTURE_RING_SIZE + 3, CRYPTORTURE_REPLAY_STATE_NONE);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(an_empty_ring_has_nothing),
	KUNIT_CASE(records_are_numbered_from_one),
	KUNIT_CASE(old_records_are_overwritten),
	KUNIT_CASE(records_begin_empty),
	KUNIT_CASE(a_flood_is_counted),
	KUNIT_CASE(the_first_of_a_kind_is_recorded_in_a_flood),
	KUNIT_CASE(each_record_is_told),
	KUNIT_CASE(a_listener_may_read),
	KUNIT_CASE(a_reader_follows),
	KUNIT_CASE(memory_is_that_of_the_slots),
	KUNIT_CASE(those_run_again_are_kept),
	KUNIT_CASE(as_many_are_kept_as_there_is_room),
	KUNIT_CASE(outcomes_reach_their_record),
	{}
};

struct kunit_suite evidence_mismatch_suite = {
	.name = "evidence_mismatch",
	.init = prepare,
	.exit = release,
	.test_cases = cases,
};
