/* SPDX-License-Identifier: GPL-2.0-only */
/* Which operation is the next one: algorithm, driver, direction, packet and layout. */
#ifndef CRYPTORTURE_EXERCISE_CHOICE_H
#define CRYPTORTURE_EXERCISE_CHOICE_H

#include "exercise/operation.h"

/**
 * ct_choice_take() - draw an algorithm, and take one of its bundles into use
 * @op: uses none; its context is set
 * @random: where numbers come from
 *
 * Now and then that of exercise/meeting. But for workers, who make many, algorithms of
 * which cells are not reached yet come more often. Any context but NMI.
 *
 * Return: the algorithm; the bundle is the operation's until ct_pool_put().
 */
struct ct_pool_group *ct_choice_take(struct ct_operation *op,
				     struct ct_random *random);

/**
 * ct_choice_make() - draw driver, vector, direction and layout
 * @op: holds a bundle
 * @group: the group of the bundle
 * @random: the worker's numbers
 *
 * While the plan has cells that this CPU has not reached, every draw is one of
 * those, or in task context every other one. Else SIMD drivers come more often
 * than scalar ones, which are slow and seldom the suspects. Any context.
 */
void ct_choice_make(struct ct_operation *op,
		    const struct ct_pool_group *group,
		    struct ct_random *random);

/* As ct_choice_make(), for another of the drivers that defer their work. */
void ct_choice_deferred(struct ct_operation *op,
			const struct ct_pool_group *group,
			struct ct_random *random);

/**
 * ct_choice_can_draw() - will ct_choice_draw() take that one?
 * @cpu: for which CPU
 * @group: the algorithm
 * @transform: number of the driver in the group
 *
 * Not one that defers its work, nor one that has been wrong there time and again in
 * task context. By the worker of the CPU, which has no chain under way.
 */
bool ct_choice_can_draw(const struct ct_cpu *cpu,
			const struct ct_pool_group *group,
			unsigned int transform);

/*
 * Draw one for which ct_choice_can_draw() holds; there is one. SIMD drivers come
 * more often. By the worker of the CPU.
 */
void ct_choice_draw(struct ct_operation *op,
		    const struct ct_pool_group *group,
		    struct ct_random *random, enum ct_direction direction);

#endif /* CRYPTORTURE_EXERCISE_CHOICE_H */
