// SPDX-License-Identifier: GPL-2.0-only
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "exercise/roster.h"

/* Seats that are searched; the table is sparse, so it is mostly the first. */
#define REACH		8
#define SPARSENESS	8

int yt_roster_init(struct yt_roster *roster, unsigned int tasks)
{
	unsigned long seats = roundup_pow_of_two(max(tasks, 1U) * SPARSENESS);

	spin_lock_init(&roster->lock);
	roster->seats = kvcalloc(seats, sizeof(*roster->seats), GFP_KERNEL);
	if (!roster->seats)
		return -ENOMEM;
	roster->mask = seats - 1;
	return 0;
}

void yt_roster_free(struct yt_roster *roster)
{
	kvfree(roster->seats);
	roster->seats = NULL;
}

size_t yt_roster_memory(const struct yt_roster *roster)
{
	return roster->seats ? (roster->mask + 1) * sizeof(*roster->seats) : 0;
}

static struct yt_seat *seat_at(const struct yt_roster *roster,
			       const struct task_struct *task, unsigned int i)
{
	return &roster->seats[(hash_ptr(task, 32) + i) & roster->mask];
}

struct yt_seat *yt_roster_join(struct yt_roster *roster)
{
	struct yt_seat *seat = NULL;
	unsigned int i;

	spin_lock(&roster->lock);
	for (i = 0; i < REACH; i++) {
		seat = seat_at(roster, current, i);
		if (!READ_ONCE(seat->task)) {
			WRITE_ONCE(seat->op, NULL);
			WRITE_ONCE(seat->task, current);
			break;
		}
		seat = NULL;
	}
	spin_unlock(&roster->lock);
	return seat;
}

void yt_roster_leave(struct yt_roster *roster, struct yt_seat *seat)
{
	if (!seat)
		return;
	spin_lock(&roster->lock);
	WRITE_ONCE(seat->op, NULL);
	WRITE_ONCE(seat->task, NULL);
	spin_unlock(&roster->lock);
}

const struct yt_seat *yt_roster_seat(const struct yt_roster *roster)
{
	unsigned int i;

	/* A seat in front may have been left since: so search all of them. */
	for (i = 0; i < REACH; i++) {
		const struct yt_seat *seat = seat_at(roster, current, i);

		if (READ_ONCE(seat->task) == current)
			return seat;
	}
	return NULL;
}

struct yt_operation *yt_roster_find(const struct yt_roster *roster)
{
	const struct yt_seat *seat = yt_roster_seat(roster);

	return seat ? READ_ONCE(seat->op) : NULL;
}
