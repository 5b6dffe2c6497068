/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Map of tasks to their current operations. Interrupts look up the task that
 * they interrupted, which may have moved to another CPU.
 *
 * A task adds itself before its first operation. Only the task itself writes
 * to its entry, and only interrupts over it read it, so there is no lock.
 */
#ifndef CRYPTORTURE_CPU_TASK_MAP_H
#define CRYPTORTURE_CPU_TASK_MAP_H

#include <linux/cache.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

struct yt_operation;

/**
 * struct yt_task_entry - a task's place
 * @task: its owner, or NULL
 * @op: the operation that it is inside of, or NULL
 *
 * Written twice in every operation, so no two of them share a cache line.
 */
struct yt_task_entry {
	struct task_struct *task;
	struct yt_operation *op;
} ____cacheline_aligned_in_smp;

/**
 * struct yt_task_map - the tasks of a run that make operations
 * @lock: serialises adding and removing entries
 * @entries: a hash table
 * @mask: number of entries - 1; the number is a power of two
 */
struct yt_task_map {
	spinlock_t lock;	/* of adding and removing */
	struct yt_task_entry *entries;
	unsigned long mask;
};

/**
 * yt_task_map_init() - make room
 * @task_map: where to
 * @tasks: how many there will be at most at a time
 *
 * Process context. Return: 0, or -ENOMEM.
 */
int yt_task_map_init(struct yt_task_map *task_map, unsigned int tasks);
void yt_task_map_free(struct yt_task_map *task_map);
size_t yt_task_map_memory(const struct yt_task_map *task_map);

/**
 * yt_task_map_add() - add the calling task
 * @task_map: of the run
 *
 * Task context. Return: the entry, to be removed by the same task; or NULL when
 * there is none near: its operations are then made, but not seen by interrupts.
 */
struct yt_task_entry *yt_task_map_add(struct yt_task_map *task_map);
/* @entry may be NULL. */
void yt_task_map_remove(struct yt_task_map *task_map, struct yt_task_entry *entry);

/*
 * The entry of the current task, or NULL if it has none; and the operation that it is
 * inside of, or NULL. In an interrupt over it, or in the task itself.
 */
const struct yt_task_entry *yt_task_map_entry(const struct yt_task_map *task_map);
struct yt_operation *yt_task_map_find(const struct yt_task_map *task_map);

#endif /* CRYPTORTURE_CPU_TASK_MAP_H */
