// SPDX-License-Identifier: GPL-2.0-only
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "cpu/task_map.h"

/* Entries that are searched; the table is sparse, so it is mostly the first. */
#define REACH		8
#define SPARSENESS	8

int yt_task_map_init(struct yt_task_map *task_map, unsigned int tasks)
{
	unsigned long entries = roundup_pow_of_two(max(tasks, 1U) * SPARSENESS);

	spin_lock_init(&task_map->lock);
	task_map->entries = kvcalloc(entries, sizeof(*task_map->entries), GFP_KERNEL);
	if (!task_map->entries)
		return -ENOMEM;
	task_map->mask = entries - 1;
	return 0;
}

void yt_task_map_free(struct yt_task_map *task_map)
{
	kvfree(task_map->entries);
	task_map->entries = NULL;
}

size_t yt_task_map_memory(const struct yt_task_map *task_map)
{
	return task_map->entries ? (task_map->mask + 1) * sizeof(*task_map->entries) : 0;
}

static struct yt_task_entry *entry_at(const struct yt_task_map *task_map,
				      const struct task_struct *task, unsigned int i)
{
	return &task_map->entries[(hash_ptr(task, 32) + i) & task_map->mask];
}

struct yt_task_entry *yt_task_map_add(struct yt_task_map *task_map)
{
	struct yt_task_entry *entry = NULL;
	unsigned int i;

	spin_lock(&task_map->lock);
	for (i = 0; i < REACH; i++) {
		entry = entry_at(task_map, current, i);
		if (!READ_ONCE(entry->task)) {
			WRITE_ONCE(entry->op, NULL);
			WRITE_ONCE(entry->task, current);
			break;
		}
		entry = NULL;
	}
	spin_unlock(&task_map->lock);
	return entry;
}

void yt_task_map_remove(struct yt_task_map *task_map, struct yt_task_entry *entry)
{
	if (!entry)
		return;
	spin_lock(&task_map->lock);
	WRITE_ONCE(entry->op, NULL);
	WRITE_ONCE(entry->task, NULL);
	spin_unlock(&task_map->lock);
}

const struct yt_task_entry *yt_task_map_entry(const struct yt_task_map *task_map)
{
	unsigned int i;

	/* An entry in front may have been left since: so search all of them. */
	for (i = 0; i < REACH; i++) {
		const struct yt_task_entry *entry = entry_at(task_map, current, i);

		if (READ_ONCE(entry->task) == current)
			return entry;
	}
	return NULL;
}

struct yt_operation *yt_task_map_find(const struct yt_task_map *task_map)
{
	const struct yt_task_entry *entry = yt_task_map_entry(task_map);

	return entry ? READ_ONCE(entry->op) : NULL;
}
