/* SPDX-License-Identifier: GPL-2.0-only */
/* An operation that went wrong, made into a record and told. */
#ifndef CRYPTORTURE_EXERCISE_NOTE_H
#define CRYPTORTURE_EXERCISE_NOTE_H

#include "exercise/operation.h"

/**
 * ct_note() - record a mismatch, tell of it, and have its packet run again
 * @op: as the driver left it; its buffers are read once more
 * @what: bits of enum ct_what, not 0
 *
 * Any context but NMI and hardirq. Does not count it.
 */
void ct_note(struct ct_operation *op, u32 what);

#endif /* CRYPTORTURE_EXERCISE_NOTE_H */
