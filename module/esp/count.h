/* SPDX-License-Identifier: GPL-2.0-only */
/* Counts of the host's ESP, by CPU and context, for each that asked for them. */
#ifndef CRYPTORTURE_ESP_COUNT_H
#define CRYPTORTURE_ESP_COUNT_H

#include <linux/types.h>
#include <uapi/linux/cryptorture.h>
#include <uapi/linux/cryptorture_calls.h>

/**
 * struct yt_esp_counts - of one CPU
 * @calls: by enum cryptorture_direction and enum cryptorture_esp_context
 */
struct yt_esp_counts {
	u64 calls[__CRYPTORTURE_DIRECTION_MAX][__CRYPTORTURE_ESP_CONTEXT_MAX];
};

/**
 * struct yt_esp_counter - what one opener wants to be counted, and its counts
 * @namespaces: inodes of network namespaces
 * @len: of these; 0: all namespaces
 * @counts: of each CPU that there can be
 */
struct yt_esp_counter {
	u32 namespaces[CRYPTORTURE_ESP_NAMESPACES_MAX];
	u32 len;
	struct yt_esp_counts __percpu *counts;
};

/* All zero; NULL without memory. May sleep. */
struct yt_esp_counter *yt_esp_counter_new(const u32 *namespaces, u32 len);
/* It is in use no more. NULL is allowed. May sleep. */
void yt_esp_counter_free(struct yt_esp_counter *counter);

/* From now on it counts. One caller at a time. Return: 0, or -EBUSY when there are enough. */
int yt_esp_counter_add(struct yt_esp_counter *counter);
/* It counts no more, and nobody uses it any longer. One caller at a time; may sleep. */
void yt_esp_counter_remove(struct yt_esp_counter *counter);

/**
 * yt_esp_count() - count one call
 * @direction: what the called function does
 * @namespace: inode of the network namespace of its SA
 *
 * With preemption off, in the context of the call, or in one like that of an NMI over it.
 */
void yt_esp_count(enum cryptorture_direction direction, u32 namespace);

#endif /* CRYPTORTURE_ESP_COUNT_H */
