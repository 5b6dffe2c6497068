/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The functions with which the host's ESP encapsulates and decapsulates, probed as long
 * as somebody asks for their counts.
 */
#ifndef CRYPTORTURE_ESP_PROBE_H
#define CRYPTORTURE_ESP_PROBE_H

#include <linux/types.h>
#include <uapi/linux/cryptorture_calls.h>

struct yt_esp_counter;

/**
 * struct yt_esp_probe - what one opener has; all zero: nothing
 * @counter: its counts; NULL: it has no probe
 * @missed: yt_esp_probe_read() tells those beyond
 */
struct yt_esp_probe {
	struct yt_esp_counter *counter;
	u64 missed;
};

/**
 * yt_esp_probe_start() - probe the functions that are there, and count
 * @probe: all zero; unchanged in case of an error
 * @args: as the user gave it; the answer is added
 *
 * Process context. Return: 0, or an error of struct cryptorture_esp_probe_args.
 */
int yt_esp_probe_start(struct yt_esp_probe *probe, struct cryptorture_esp_probe_args *args);

/**
 * yt_esp_probe_read() - read the counts of one CPU
 * @probe: of the opener
 * @args: as the user gave it; the answer is added
 *
 * Functions whose module was loaded since the last time are probed from now on. Process
 * context. Return: 0, or an error of struct cryptorture_esp_counts_args.
 */
int yt_esp_probe_read(struct yt_esp_probe *probe, struct cryptorture_esp_counts_args *args);

/* Idempotent; without the last one nothing is probed. Process context. */
void yt_esp_probe_stop(struct yt_esp_probe *probe);

#endif /* CRYPTORTURE_ESP_PROBE_H */
