/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * After the driver: check every output byte, the ICV, the IV written back, the
 * guards, the source and the request's own fields; count; record what is wrong.
 */
#ifndef CRYPTORTURE_EXERCISE_VERIFY_H
#define CRYPTORTURE_EXERCISE_VERIFY_H

#include "exercise/operation.h"

/**
 * ct_verify() - check a finished operation, count it, record a mismatch
 * @op: done
 *
 * In a context that may write the cells of op->cpu: its worker for task
 * operations, its softirq timer for those of softirqs, or anybody after both
 * have stopped.
 *
 * Return: bits of enum ct_what, 0 when all is right.
 */
u32 ct_verify(struct ct_operation *op);

/**
 * ct_verify_alone() - the same checks, without counts or a record
 * @op: done
 *
 * Return: bits of enum ct_what, 0 when all is right.
 */
u32 ct_verify_alone(struct ct_operation *op);

/* Record, once, that a driver does not give this request back. */
void ct_verify_stuck(struct ct_operation *op);

#endif /* CRYPTORTURE_EXERCISE_VERIFY_H */
