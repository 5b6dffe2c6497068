/* SPDX-License-Identifier: GPL-2.0-only */
/* Recording of a wrong operation. */
#ifndef CRYPTORTURE_VERIFY_NOTE_H
#define CRYPTORTURE_VERIFY_NOTE_H

#include "op/operation.h"

/**
 * yt_note() - record a mismatch, report it, and queue its packet to be run again
 * @op: as the driver left it; its buffers are read once more
 * @what: bits of enum cryptorture_what, not 0
 *
 * Any context but NMI and hardirq. Does not count it.
 */
void yt_note(struct yt_operation *op, u32 what);

/**
 * yt_note_may_log() - ask whether one more mismatch goes to the kernel log
 * @exercise: of it
 *
 * Of a run the first YT_LOGGED_MAX do; before the first one a line says what the verdict
 * is going to be. Any context but NMI.
 *
 * Return: whether it does.
 */
bool yt_note_may_log(struct yt_exercise *exercise);

#endif /* CRYPTORTURE_VERIFY_NOTE_H */
