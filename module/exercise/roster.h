/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which operation is a task inside of? Interrupts ask that of the task that
 * they interrupted, on whatever CPU it is by then.
 *
 * A task takes a seat before its first operation. Only the task itself writes
 * to its seat, and only interrupts over it read it, so there is no lock.
 */
#ifndef CRYPTORTURE_EXERCISE_ROSTER_H
#define CRYPTORTURE_EXERCISE_ROSTER_H

#include <linux/cache.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

struct ct_operation;

/**
 * struct ct_seat - a task's place
 * @task: who has it, or NULL
 * @op: the operation that it is inside of, or NULL
 *
 * Written twice in every operation, so no two of them share a cache line.
 */
struct ct_seat {
	struct task_struct *task;
	struct ct_operation *op;
} ____cacheline_aligned_in_smp;

/**
 * struct ct_roster - the tasks of a run that make operations
 * @lock: serialises those who take and leave seats
 * @seats: a hash table
 * @mask: number of seats - 1; the number is a power of two
 */
struct ct_roster {
	spinlock_t lock;	/* of taking and leaving */
	struct ct_seat *seats;
	unsigned long mask;
};

/**
 * ct_roster_init() - make room
 * @roster: where to
 * @tasks: how many there will be at most at a time
 *
 * Process context. Return: 0, or -ENOMEM.
 */
int ct_roster_init(struct ct_roster *roster, unsigned int tasks);
void ct_roster_free(struct ct_roster *roster);
size_t ct_roster_memory(const struct ct_roster *roster);

/**
 * ct_roster_join() - take a seat for the calling task
 * @roster: of the run
 *
 * Task context. Return: the seat, to be left by the same task; or NULL when
 * there is none near: its operations are then made, but not seen by interrupts.
 */
struct ct_seat *ct_roster_join(struct ct_roster *roster);
/* @seat may be NULL. */
void ct_roster_leave(struct ct_roster *roster, struct ct_seat *seat);

/*
 * The seat of the current task, or NULL if it has none; and the operation that it is
 * inside of, or NULL. In an interrupt over it, or in the task itself.
 */
const struct ct_seat *ct_roster_seat(const struct ct_roster *roster);
struct ct_operation *ct_roster_find(const struct ct_roster *roster);

#endif /* CRYPTORTURE_EXERCISE_ROSTER_H */
