// SPDX-License-Identifier: GPL-2.0-only
#include "cpu/cpu.h"
#include "op/choice.h"
#include "vectors/meeting.h"

static void aim(struct yt_operation *op, const struct yt_pool_group *group,
		unsigned int transform, enum cryptorture_direction direction)
{
	op->transform = transform;
	op->driver = group->numbers[transform];
	op->direction = direction;
}

/* The first cell not reached, from a random one on; false if all are. */
static bool aim_at_gap(struct yt_operation *op,
		       const struct yt_pool_group *group,
		       struct yt_random *random)
{
	const struct yt_coverage *coverage = &op->cpu->exercise->coverage;
	unsigned int cells = group->count * __CRYPTORTURE_DIRECTION_MAX;
	unsigned int first = yt_random_below(random, cells), i;

	for (i = 0; i < cells; i++) {
		unsigned int cell = (first + i) % cells;
		unsigned int transform = cell / __CRYPTORTURE_DIRECTION_MAX;
		unsigned int driver = group->numbers[transform];
		enum cryptorture_direction direction = cell % __CRYPTORTURE_DIRECTION_MAX;

		if (!yt_coverage_planned(coverage, driver, op->context,
					 direction) ||
		    !yt_coverage_gap(coverage, op->cpu->cpu, driver,
				     op->context, direction))
			continue;
		aim(op, group, transform, direction);
		return true;
	}
	return false;
}

/* Any of the group's drivers that defer their work; there is one. */
static unsigned int draw_deferred(const struct yt_pool_group *group,
				  struct yt_random *random)
{
	unsigned int transform = yt_random_below(random, group->count);

	while (!group->drivers[transform]->deferred)
		transform = (transform + 1) % group->count;
	return transform;
}

/* Drivers that use the FPU in the caller's context are the first suspects. */
static unsigned int draw(const struct yt_pool_group *group,
			 struct yt_random *random)
{
	unsigned int tries = yt_random_below(random, 8) ? 4 : 1;
	unsigned int transform;

	do {
		transform = yt_random_below(random, group->count);
	} while (--tries && (!group->drivers[transform]->simd ||
			     group->drivers[transform]->deferred));
	return transform;
}

/* A chain ends at the first mismatch: a driver that is often wrong would end them all. */
#define WRONG_MIN	64
#define WRONG_SHARE	64	/* one in so many */

bool yt_choice_can_draw(const struct yt_cpu *cpu,
			const struct yt_pool_group *group,
			unsigned int transform)
{
	unsigned int driver = group->numbers[transform];
	u64 operations = 0, mismatches = 0;
	unsigned int direction;

	if (group->drivers[transform]->deferred)
		return false;
	/* Injected mismatches are not the driver's. */
	if (cpu->exercise->config.inject_every)
		return true;
	for (direction = CRYPTORTURE_DIRECTION_ENCRYPT; direction <= CRYPTORTURE_DIRECTION_DECRYPT;
	     direction++) {
		const struct yt_cell *cell =
			&cpu->cells[yt_cell_index(driver, CRYPTORTURE_CONTEXT_TASK,
						  direction)];

		operations += cell->operations;
		mismatches += cell->mismatches;
	}
	return mismatches < WRONG_MIN || mismatches * WRONG_SHARE < operations;
}

void yt_choice_draw(struct yt_operation *op,
		    const struct yt_pool_group *group,
		    struct yt_random *random, enum cryptorture_direction direction)
{
	unsigned int transform = draw(group, random);

	while (!yt_choice_can_draw(op->cpu, group, transform))
		transform = (transform + 1) % group->count;
	aim(op, group, transform, direction);
}

static void aim_anywhere(struct yt_operation *op,
			 const struct yt_pool_group *group,
			 struct yt_random *random)
{
	u32 dice = yt_random_below(random, 16);
	unsigned int transform = draw(group, random);

	if (dice < 7)
		aim(op, group, transform, CRYPTORTURE_DIRECTION_ENCRYPT);
	else if (dice < 14 || !yt_algorithm_is_aead(group->alg))
		aim(op, group, transform, CRYPTORTURE_DIRECTION_DECRYPT);
	else
		aim(op, group, transform, CRYPTORTURE_DIRECTION_TAMPERED);
}

/* At least one driver accepted the keys. */
static void pass_over_refused(struct yt_operation *op,
			      const struct yt_pool_group *group)
{
	const struct yt_test_sa *test_sa = op->reader.test_sa;
	unsigned int transform = op->transform;

	if (likely(!test_sa->refused))
		return;
	while (test_sa->transforms[transform].refused)
		transform = (transform + 1) % test_sa->count;
	aim(op, group, transform, op->direction);
}

static struct yt_pool_group *draw_group(const struct yt_operation *op,
					struct yt_random *random)
{
	struct yt_pool *pool = &op->cpu->exercise->pool;
	unsigned int tries = op->context == CRYPTORTURE_CONTEXT_TASK ? 1 : 4;
	struct yt_pool_group *group;

	do {
		group = yt_pool_draw(pool, random);
	} while (--tries && (op->cpu->covered[op->context] & group->bit));
	return group;
}

struct yt_pool_group *yt_choice_take(struct yt_operation *op,
				     struct yt_random *random)
{
	u32 meeting = yt_meeting_draw(random);
	struct yt_pool_group *group;

	op->meeting = meeting;
	group = meeting ? yt_meeting_group(&op->cpu->exercise->pool, meeting) :
			  draw_group(op, random);
	yt_pool_get(group, &op->reader, meeting ? yt_meeting_slot(meeting) :
						  (u32)yt_random_u64(random));
	return group;
}

void yt_choice_make(struct yt_operation *op,
		    const struct yt_pool_group *group,
		    struct yt_random *random)
{
	u32 *covered = &op->cpu->covered[op->context];
	u64 bits = yt_random_u64(random);
	struct yt_fields fields;

	/* Workers make so many operations that half of them are enough for the gaps. */
	if ((*covered & group->bit) ||
	    (op->context == CRYPTORTURE_CONTEXT_TASK && (bits & 1))) {
		aim_anywhere(op, group, random);
	} else if (!aim_at_gap(op, group, random)) {
		*covered |= group->bit;
		aim_anywhere(op, group, random);
	}
	if (op->meeting)
		aim(op, group, yt_meeting_transform(group, op->meeting),
		    op->direction);
	pass_over_refused(op, group);
	op->vector = (bits >> 8) % YT_SA_VECTORS;
	yt_operation_fields(yt_operation_vector(op), &fields);
	yt_layout_choose(&op->layout, random, &fields,
			 yt_buffer_backings(&op->source),
			 yt_buffer_backings(&op->destination));
	if (!yt_layout_allowed(&op->layout, group->alg))
		yt_layout_join(&op->layout);
}

void yt_choice_deferred(struct yt_operation *op,
			const struct yt_pool_group *group,
			struct yt_random *random)
{
	yt_choice_make(op, group, random);
	if (!group->drivers[op->transform]->deferred)
		aim(op, group, draw_deferred(group, random), op->direction);
	pass_over_refused(op, group);
}
