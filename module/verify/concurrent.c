// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>

#include "cpu/cpu.h"
#include "verify/concurrent.h"

/* Other CPUs that are looked at: those that follow in number. */
#define CPUS_MAX	16

/**
 * struct search - what was found so far
 * @op: whose
 * @began: yt_clock() at its beginning
 * @ended: and at its end
 * @list: where to
 * @max: room in @list
 * @count: in @list
 * @same: of @count, those of its own driver, which come first
 */
struct search {
	const struct yt_operation *op;
	u64 began;
	u64 ended;
	struct yt_concurrent *list;
	unsigned int max;
	unsigned int count;
	unsigned int same;
};

static u64 word_of(const struct yt_operation *op)
{
	return yt_history_op(op->driver, op->direction, yt_operation_vector(op)->index);
}

/* Operations of a chain are timed in stages; it ran in the last one that has the like of it. */
static bool find_stage(struct search *search)
{
	const struct yt_operation *op = search->op;
	const struct yt_history *own = &op->cpu->histories[op->context];
	u64 word = word_of(op);
	unsigned int back, i;
	struct yt_past past;

	for (back = 0; yt_history_read(own, back, &past); back++)
		for (i = 0; i < YT_HISTORY_OPS && past.ops[i]; i++)
			if (past.ops[i] == word) {
				search->began = past.began;
				search->ended = past.ended;
				return true;
			}
	return false;
}

static bool set_time(struct search *search)
{
	if (search->op->chained)
		return find_stage(search);
	search->began = search->op->start;
	search->ended = search->op->end;
	return search->began && search->ended >= search->began;
}

static bool is_known(const struct search *search, u64 word, unsigned int cpu,
		     enum cryptorture_context context)
{
	unsigned int i;

	for (i = 0; i < search->count; i++)
		if (search->list[i].op == word && search->list[i].cpu == cpu &&
		    search->list[i].context == context)
			return true;
	return false;
}

static void add(struct search *search, u64 word, unsigned int cpu,
		enum cryptorture_context context, bool nested)
{
	bool same = yt_history_driver(word) == search->op->driver;
	struct yt_concurrent found = {
		.op = word, .cpu = cpu, .context = context, .nested = nested,
	};

	if (is_known(search, word, cpu, context))
		return;
	if (same) {
		/* In the place of one of another driver, which goes behind, or is left out. */
		if (search->same >= search->max)
			return;
		swap(search->list[search->same], found);
		search->same++;
		if (search->count < search->same) {
			search->count = search->same;
			return;
		}
	}
	if (search->count < search->max)
		search->list[search->count++] = found;
}

/* Those of a history that were not over before it began. */
static void add_history(struct search *search, const struct yt_history *history,
			unsigned int cpu, enum cryptorture_context context, bool nested)
{
	struct yt_past past;
	unsigned int back, i;

	for (back = 0; yt_history_read(history, back, &past); back++) {
		if (past.ended < search->began)
			return;
		if (past.began > search->ended)
			continue;
		for (i = 0; i < YT_HISTORY_OPS && past.ops[i]; i++)
			add(search, past.ops[i], cpu, context, nested);
	}
}

/* On its own CPU: they were over it, or below it, or ran while its thread was preempted. */
static void look_at_own(struct search *search)
{
	const struct yt_operation *op = search->op;
	enum cryptorture_context context;

	for (context = 0; context < __CRYPTORTURE_CONTEXT_MAX; context++)
		if (context != op->context)
			add_history(search, &op->cpu->histories[context], op->cpu->cpu, context,
				    op->course.nested &&
				    (context == CRYPTORTURE_CONTEXT_SOFTIRQ ||
				     op->context == CRYPTORTURE_CONTEXT_SOFTIRQ));
}

static void look_at_cpu(struct search *search, const struct yt_cpu *cpu)
{
	enum cryptorture_context context;

	for (context = 0; context < __CRYPTORTURE_CONTEXT_MAX; context++)
		add_history(search, &cpu->histories[context], cpu->cpu, context, false);
}

static void look_at_others(struct search *search)
{
	const struct yt_exercise *exercise = search->op->cpu->exercise;
	unsigned int own = search->op->cpu->cpu, cpu = own, looked = 0;

	while (looked < CPUS_MAX) {
		cpu = cpumask_next(cpu, &exercise->config.cpus);
		if (cpu >= nr_cpu_ids)
			cpu = cpumask_first(&exercise->config.cpus);
		if (cpu == own || cpu >= nr_cpu_ids)
			return;
		if (exercise->cpus[cpu])
			look_at_cpu(search, exercise->cpus[cpu]);
		looked++;
	}
}

static void find(struct search *search)
{
	if (!search->op->cpu->exercise->cpus || !set_time(search))
		return;
	look_at_own(search);
	look_at_others(search);
}

unsigned int yt_concurrent_find(const struct yt_operation *op, struct yt_concurrent *list,
				unsigned int max)
{
	struct search search = { .op = op, .list = list, .max = max };

	find(&search);
	return search.count;
}

bool yt_concurrent_same_driver(const struct yt_operation *op)
{
	struct yt_concurrent list[1];
	struct search search = { .op = op, .list = list, .max = ARRAY_SIZE(list) };

	find(&search);
	return search.same;
}
