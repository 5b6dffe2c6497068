/* SPDX-License-Identifier: GPL-2.0-only */
/* One packet of an earlier run, perhaps of another machine, run again on request. */
#ifndef CRYPTORTURE_EXERCISE_RERUN_H
#define CRYPTORTURE_EXERCISE_RERUN_H

#include "evidence/mismatch.h"
#include "exercise/subject.h"
#include "packet/layout.h"

/**
 * struct ct_rerun_spec - what is run; enum ct_mismatch_attr says what each is
 * @cpu: where it is run first; online
 */
struct ct_rerun_spec {
	const struct ct_subject *subject;
	enum ct_direction direction;
	enum ct_context context;
	struct ct_layout layout;
	u32 cpu;
	u64 seed;
	u64 index;
	u32 payload_len;
};

/**
 * ct_rerun() - run a packet in every way
 * @spec: what; the subject can be used
 * @outcomes: where to; CT_REPLAY_STATE_DONE
 * @why: on failure, a sentence that says why
 *
 * In a kernel thread, which it moves about; takes about a second. One at a time. It
 * changes neither counts nor records.
 *
 * Return: 0; -EINVAL when there is no such packet, -ENOMEM, or why the driver cannot be
 * keyed.
 */
int ct_rerun(const struct ct_rerun_spec *spec, struct ct_outcomes *outcomes,
	     const char **why);

#endif /* CRYPTORTURE_EXERCISE_RERUN_H */
