/* SPDX-License-Identifier: GPL-2.0-only */
/* Progress and cancellation of long work. */
#ifndef CRYPTORTURE_DRIVERS_STEPS_H
#define CRYPTORTURE_DRIVERS_STEPS_H

#include <linux/spinlock.h>
#include <uapi/linux/cryptorture.h>

/**
 * struct yt_steps_at - a point of the work
 * @step: enum cryptorture_job_step
 * @done: parts of it that are done
 * @total: of how many, or 0
 * @what: the part that is being done, or empty
 */
struct yt_steps_at {
	enum cryptorture_job_step step;
	u32 done;
	u32 total;
	char what[CRYPTORTURE_NAME_MAX];
};

/**
 * struct yt_steps - progress of a piece of work
 * @lock: of @at
 * @at: the current step
 * @cancelled: it has to end early
 * @changed: called after each change, in the context of the work; may be NULL
 *
 * In all functions a pointer to it may be NULL: no progress is reported.
 */
struct yt_steps {
	spinlock_t lock;	/* of @at */
	struct yt_steps_at at;
	bool cancelled;
	void (*changed)(struct yt_steps *steps);
};

void yt_steps_init(struct yt_steps *steps, void (*changed)(struct yt_steps *steps));

/* For the work itself. Process context. */
void yt_steps_begin(struct yt_steps *steps, enum cryptorture_job_step step, u32 total);
/* One part more is done, and @what comes; NULL when there is nothing to name. */
void yt_steps_next(struct yt_steps *steps, const char *what);
/* There is more to do than was thought. */
void yt_steps_add(struct yt_steps *steps, u32 more);
/* To be asked between two parts. Any context. */
bool yt_steps_cancelled(const struct yt_steps *steps);

/* For others. Process context. */
void yt_steps_look(struct yt_steps *steps, struct yt_steps_at *at);
void yt_steps_cancel(struct yt_steps *steps);

#endif /* CRYPTORTURE_DRIVERS_STEPS_H */
