// SPDX-License-Identifier: GPL-2.0-only
#include <linux/compiler.h>
#include <linux/string.h>

#include "exercise/steps.h"

void ct_steps_init(struct ct_steps *steps,
		   void (*changed)(struct ct_steps *steps))
{
	memset(steps, 0, sizeof(*steps));
	spin_lock_init(&steps->lock);
	steps->changed = changed;
}

static void tell(struct ct_steps *steps)
{
	if (steps->changed)
		steps->changed(steps);
}

void ct_steps_begin(struct ct_steps *steps, enum ct_job_step step, u32 total)
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

void ct_steps_next(struct ct_steps *steps, const char *what)
{
	if (!steps)
		return;
	spin_lock(&steps->lock);
	/* Of the first part none is done yet. */
	if (steps->at.what[0])
		steps->at.done++;
	strscpy(steps->at.what, what ? what : "", sizeof(steps->at.what));
	spin_unlock(&steps->lock);
	tell(steps);
}

void ct_steps_add(struct ct_steps *steps, u32 more)
{
	if (!steps)
		return;
	spin_lock(&steps->lock);
	steps->at.total += more;
	spin_unlock(&steps->lock);
}

bool ct_steps_cancelled(const struct ct_steps *steps)
{
	return steps && READ_ONCE(steps->cancelled);
}

void ct_steps_look(struct ct_steps *steps, struct ct_steps_at *at)
{
	spin_lock(&steps->lock);
	*at = steps->at;
	spin_unlock(&steps->lock);
}

void ct_steps_cancel(struct ct_steps *steps)
{
	WRITE_ONCE(steps->cancelled, true);
}
