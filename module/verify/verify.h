/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * After the driver: check every output byte, the ICV, the IV written back, the
 * guards, the source and the request's own fields; count; record what is wrong.
 */
#ifndef CRYPTORTURE_VERIFY_VERIFY_H
#define CRYPTORTURE_VERIFY_VERIFY_H

#include "op/operation.h"

/**
 * yt_verify() - check a finished operation, count it, record a mismatch
 * @op: done
 *
 * In a context that may write the cells of op->cpu: its worker for task
 * operations, its softirq timer for those of softirqs, or anybody after both
 * have stopped.
 *
 * Return: bits of enum cryptorture_what, 0 when all is right.
 */
u32 yt_verify(struct yt_operation *op);

/**
 * yt_verify_alone() - the same checks, without counts or a record
 * @op: done
 *
 * Return: bits of enum cryptorture_what, 0 when all is right.
 */
u32 yt_verify_alone(struct yt_operation *op);

/*
 * The parts of yt_verify(), for callers that do not need all of them every time; in
 * the same contexts.
 */

/* Count an operation that failed for lack of memory, which is no corruption. */
bool yt_verify_starved(struct yt_operation *op);

/* When it is time for it, flip one bit of what will be compared. */
void yt_verify_inject(struct yt_operation *op);

/*
 * What of a good operation's request, with the guards of its IV, is not as it was;
 * and what of its result. Return: bits of enum cryptorture_what.
 */
u32 yt_verify_request(struct yt_operation *op);
u32 yt_verify_result(const struct yt_operation *op);

/*
 * Is there anything to say of how the operation went? Not 0 then; nearly always 0.
 * No branches: each operation is asked.
 */
static inline u32 yt_verify_course(const struct yt_operation *op)
{
	return op->course.async | op->course.interruptions |
	       op->course.preemptions | op->course.nested |
	       (op->cpu_before ^ op->cpu_after);
}

/*
 * Count how the operation went; that it was made so many times on a CPU; that it was
 * wrong, which is recorded too.
 */
void yt_verify_count_course(struct yt_operation *op);
void yt_verify_count_same(struct yt_operation *op, unsigned int cpu,
			  unsigned int times);
void yt_verify_found(struct yt_operation *op, u32 what);

/* Did another operation of its driver overlap with it? Counts that. In its own context. */
void yt_verify_concurrent(struct yt_operation *op);

/* Record, once, that a driver does not give this request back. */
void yt_verify_stuck(struct yt_operation *op);

#endif /* CRYPTORTURE_VERIFY_VERIFY_H */
