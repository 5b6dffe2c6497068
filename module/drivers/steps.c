// SPDX-License-Identifier: GPL-2.0-only
#include <linux/compiler.h>
#include <linux/string.h>

#include "drivers/steps.h"

void yt_steps_init(struct yt_steps *steps,
		   void (*changed)(struct yt_steps *steps))
{
	memset(steps, 0, sizeof(*steps));
	spin_lock_init(&steps->lock);
	steps->changed = changed;
}

static void tell(struct yt_steps *steps)
{
	if (steps->changed)
		steps->changed(steps);
}

void yt_steps_begin(struct yt_steps *steps, enum cryptorture_job_step step, u32 total)
{
	if (!steps)
		return;
	spin_lock(&steps->lock);
	memset(&steps->at, 0, sizeof(steps->at));
	steps->at.step = step;
	steps->at.total = total;
	spin_unlock(&steps->lock);
	tell(steps);
}

void yt_steps_next(struct yt_steps *steps, const char *what)
{
	if (!steps)
		return;
	spin_lock(&steps->lock);
	/* The first part does not count as done. */
	if (steps->at.what[0])
		steps->at.done++;
	strscpy(steps->at.what, what ? what : "", sizeof(steps->at.what));
	spin_unlock(&steps->lock);
	tell(steps);
}

void yt_steps_add(struct yt_steps *steps, u32 more)
{
	if (!steps)
		return;
	spin_lock(&steps->lock);
	steps->at.total += more;
	spin_unlock(&steps->lock);
}

bool yt_steps_cancelled(const struct yt_steps *steps)
{
	return steps && READ_ONCE(steps->cancelled);
}

void yt_steps_look(struct yt_steps *steps, struct yt_steps_at *at)
{
	spin_lock(&steps->lock);
	*at = steps->at;
	spin_unlock(&steps->lock);
}

void yt_steps_cancel(struct yt_steps *steps)
{
	WRITE_ONCE(steps->cancelled, true);
}
