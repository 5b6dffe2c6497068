/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a driver has to leave of a packet that it has refused. A caller throws such a
 * packet away; but the bytes around the text are the caller's, and who changes them may
 * change others. docs/checks.md has the whole table.
 */
#ifndef CRYPTORTURE_EXERCISE_REFUSED_H
#define CRYPTORTURE_EXERCISE_REFUSED_H

#include "exercise/operation.h"

/**
 * ct_refused_check() - check the destination after -EBADMSG
 * @op: of direction CT_TAMPERED, done; its destination is changed by it
 *
 * The head, and in place the ICV, are as they were. The text is as it was, or of
 * GCM the plaintext that belongs to it, or zeros: all three are in use. authencesn
 * leaves what exercise/esn says. Of other drivers than the kernel's template an authenc
 * may leave what it likes there.
 *
 * Any context. Return: bits of enum ct_what, 0 when all is right.
 */
u32 ct_refused_check(struct ct_operation *op);

#endif /* CRYPTORTURE_EXERCISE_REFUSED_H */
