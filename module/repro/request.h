/* SPDX-License-Identifier: GPL-2.0-only */
/* One packet of an earlier run, perhaps of another machine, run again on request. */
#ifndef CRYPTORTURE_REPRO_REQUEST_H
#define CRYPTORTURE_REPRO_REQUEST_H

#include "drivers/driver.h"
#include "evidence/mismatch.h"
#include "packet/layout.h"

/**
 * struct yt_replay_request - what is run; enum cryptorture_mismatch_attr says what each is
 * @cpu: where it is run first; online
 */
struct yt_replay_request {
	const struct yt_driver *driver;
	enum cryptorture_direction direction;
	enum cryptorture_context context;
	struct yt_layout layout;
	u32 cpu;
	u64 seed;
	u64 index;
	u32 payload_len;
};

/**
 * yt_replay_requested() - run a packet in every way
 * @spec: what; the driver can be used
 * @outcomes: where to; CRYPTORTURE_REPLAY_STATE_DONE
 * @why: on failure, the reason as a sentence
 *
 * In a kernel thread, which moves between CPUs; takes about a second. One at a time. It
 * changes neither counts nor records.
 *
 * Return: 0; -EINVAL when there is no such packet, -ENOMEM, or the error of the driver's
 * setkey.
 */
int yt_replay_requested(const struct yt_replay_request *spec, struct yt_outcomes *outcomes,
			const char **why);

#endif /* CRYPTORTURE_REPRO_REQUEST_H */
