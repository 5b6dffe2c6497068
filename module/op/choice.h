/* SPDX-License-Identifier: GPL-2.0-only */
/* Which operation is the next one: algorithm, driver, direction, packet and layout. */
#ifndef CRYPTORTURE_OP_CHOICE_H
#define CRYPTORTURE_OP_CHOICE_H

#include "op/operation.h"

/**
 * yt_choice_take() - draw an algorithm, and take one of its test SAs into use
 * @op: uses none; its context is set
 * @random: where numbers come from
 *
 * Now and then that of vectors/meeting. Except for workers, which make many, algorithms of
 * which cells are not reached yet come more often. Any context but NMI.
 *
 * Return: the algorithm; the test SA is the operation's until yt_pool_put().
 */
struct yt_pool_group *yt_choice_take(struct yt_operation *op,
				     struct yt_random *random);

/**
 * yt_choice_make() - draw driver, vector, direction and layout
 * @op: holds a test SA
 * @group: the group of the test SA
 * @random: the worker's numbers
 *
 * While the plan has cells that this CPU has not reached, every draw is one of
 * those, or in task context every other one. Else SIMD drivers come more often
 * than scalar ones, which are slow and seldom the suspects. Any context.
 */
void yt_choice_make(struct yt_operation *op,
		    const struct yt_pool_group *group,
		    struct yt_random *random);

/* As yt_choice_make(), for another of the drivers that defer their work. */
void yt_choice_deferred(struct yt_operation *op,
			const struct yt_pool_group *group,
			struct yt_random *random);

/**
 * yt_choice_can_draw() - will yt_choice_draw() take that one?
 * @cpu: for which CPU
 * @group: the algorithm
 * @transform: number of the driver in the group
 *
 * Not one that defers its work, nor one that has been wrong there time and again in
 * task context. By the worker of the CPU, which has no chain under way.
 */
bool yt_choice_can_draw(const struct yt_cpu *cpu,
			const struct yt_pool_group *group,
			unsigned int transform);

/*
 * Draw one for which yt_choice_can_draw() holds; there is one. SIMD drivers come
 * more often. By the worker of the CPU.
 */
void yt_choice_draw(struct yt_operation *op,
		    const struct yt_pool_group *group,
		    struct yt_random *random, enum cryptorture_direction direction);

#endif /* CRYPTORTURE_OP_CHOICE_H */
