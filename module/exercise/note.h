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

/**
 * ct_note_may_log() - ask whether one more mismatch goes to the kernel log
 * @exercise: of it
 *
 * Of a run the first CT_LOGGED_MAX do; before the first one a line says what the verdict
 * is going to be. Any context but NMI.
 *
 * Return: whether it does.
 */
bool ct_note_may_log(struct ct_exercise *exercise);

#endif /* CRYPTORTURE_EXERCISE_NOTE_H */
