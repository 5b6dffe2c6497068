/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Map of tasks to their current operations. Interrupts look up the task that
 * they interrupted, which may have moved to another CPU.
 *
 * A task takes a seat before its first operation. Only the task itself writes
 * to its seat, and only interrupts over it read it, so there is no lock.
 */
#ifndef CRYPTORTURE_EXERCISE_ROSTER_H
#define CRYPTORTURE_EXERCISE_ROSTER_H

#include <linux/cache.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

struct yt_operation;

/**
 * struct yt_seat - a task's place
 * @task: who has it, or NULL
 * @op: the operation that it is inside of, or NULL
 *
 * Written twice in every operation, so no two of them share a cache line.
 */
struct yt_seat {
	struct task_struct *task;
	struct yt_operation *op;
} ____cacheline_aligned_in_smp;

/**
 * struct yt_roster - the tasks of a run that make operations
 * @lock: serialises those who take and leave seats
 * @seats: a hash table
 * @mask: number of seats - 1; the number is a power of two
 */
struct yt_roster {
	spinlock_t lock;	/* of taking and leaving */
	struct yt_seat *seats;
	unsigned long mask;
};

/**
 * yt_roster_init() - make room
 * @roster: where to
 * @tasks: how many there will be at most at a time
 *
 * Process context. Return: 0, or -ENOMEM.
 */
int yt_roster_init(struct yt_roster *roster, unsigned int tasks);
void yt_roster_free(struct yt_roster *roster);
size_t yt_roster_memory(const struct yt_roster *roster);

/**
 * yt_roster_join() - take a seat for the calling task
 * @roster: of the run
 *
 * Task context. Return: the seat, to be left by the same task; or NULL when
 * there is none near: its operations are then made, but not seen by interrupts.
 */
struct yt_seat *yt_roster_join(struct yt_roster *roster);
/* @seat may be NULL. */
void yt_roster_leave(struct yt_roster *roster, struct yt_seat *seat);

/*
 * The seat of the current task, or NULL if it has none; and the operation that it is
 * inside of, or NULL. In an interrupt over it, or in the task itself.
 */
const struct yt_seat *yt_roster_seat(const struct yt_roster *roster);
struct yt_operation *yt_roster_find(const struct yt_roster *roster);

#endif /* CRYPTORTURE_EXERCISE_ROSTER_H */
