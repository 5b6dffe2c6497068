// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/sched.h>

#include "exercise/way.h"

/* Attempts in the most significant ways, and in each other one. */
#define TIMES_HERE	8
#define TIMES_ELSEWHERE	4
/* So that a record stays within its bounds, and a replay within a second. */
#define CPUS_MAX	8
#define DRIVERS_MAX	16

/* same, irqs-off, new-key, other-direction, and the reference on two CPUs */
static_assert(6 + CPUS_MAX + DRIVERS_MAX <= CT_REPLAYS_MAX);

/* Nothing further can or shall be tried. */
static bool over(const struct yt_ways *ways)
{
	return ways->attempt.op.in_flight || kthread_should_stop();
}

static struct yt_outcome *add_outcome(struct yt_ways *ways, enum yt_way way,
				      unsigned int cpu)
{
	struct yt_outcome *outcome;

	outcome = &ways->outcomes.list[ways->outcomes.count++];
	memset(outcome, 0, sizeof(*outcome));
	outcome->way = way;
	outcome->cpu = cpu;
	outcome->context = CT_CONTEXT_TASK;
	return outcome;
}

/* The same bundle, transform, layout and direction. */
static void aim(struct yt_ways *ways, const struct yt_case *of)
{
	struct yt_operation *op = &ways->attempt.op;

	op->reader.bundle = of->bundle;
	op->transform = of->transform;
	op->vector = of->vector;
	op->driver = of->driver;
	op->direction = of->direction;
	op->layout = of->layout;
}

static void run(struct yt_ways *ways, struct yt_outcome *outcome,
		enum yt_quiet quiet, unsigned int times)
{
	int result = yt_attempt_move(outcome->cpu);

	if (quiet == YT_QUIET_SOFTIRQ)
		outcome->context = CT_CONTEXT_SOFTIRQ;
	while (result >= 0 && outcome->runs < times && !over(ways)) {
		result = yt_attempt_run(&ways->attempt, quiet);
		if (result >= 0) {
			outcome->runs++;
			outcome->wrong += result;
		}
		cond_resched();
	}
	outcome->err = min(result, 0);
}

static void run_here(struct yt_ways *ways,
		     const struct yt_case *of)
{
	/* A call of a user thread cannot be made without the thread. */
	run(ways, add_outcome(ways, CT_WAY_SAME, of->cpu),
	    of->context == CT_CONTEXT_SOFTIRQ ? YT_QUIET_SOFTIRQ :
						  YT_QUIET_NOT, TIMES_HERE);
	if (over(ways))
		return;
	run(ways, add_outcome(ways, CT_WAY_IRQS_OFF, of->cpu),
	    YT_QUIET_IRQS_OFF, TIMES_HERE);
}

static bool is_other(const struct yt_ways *ways, unsigned int cpu,
		     unsigned int from)
{
	return cpu != from && cpu_online(cpu) &&
	       cpumask_test_cpu(cpu, &ways->exercise->config.cpus);
}

/* Spread evenly over those of the run, where they are many. */
static void run_elsewhere(struct yt_ways *ways,
			  const struct yt_case *of)
{
	unsigned int others = 0, seen = 0, tried = 0, take, cpu;
	unsigned int online = num_online_cpus();

	for_each_online_cpu(cpu)
		others += is_other(ways, cpu, of->cpu);
	take = min_t(unsigned int, others, CPUS_MAX);
	for_each_online_cpu(cpu) {
		if (!is_other(ways, cpu, of->cpu) || seen >= others)
			continue;
		seen++;
		if (over(ways) ||
		    seen * take / others == (seen - 1) * take / others)
			continue;
		run(ways, add_outcome(ways, CT_WAY_OTHER_CPU, cpu),
		    YT_QUIET_NOT, TIMES_ELSEWHERE);
		tried++;
	}
	if (online > tried + 1)
		ways->outcomes.cpus_left = online - tried - 1;
}

static void run_other_drivers(struct yt_ways *ways,
			      const struct yt_case *of)
{
	const struct yt_bundle *bundle = of->bundle;
	struct yt_operation *op = &ways->attempt.op;
	unsigned int t, tried = 0;

	for (t = 0; t < bundle->count && !over(ways); t++) {
		struct yt_outcome *outcome;

		if (t == of->transform || bundle->transforms[t].refused)
			continue;
		if (tried++ >= DRIVERS_MAX) {
			ways->outcomes.drivers_left++;
			continue;
		}
		outcome = add_outcome(ways, CT_WAY_OTHER_DRIVER, of->cpu);
		outcome->driver = yt_subject_id(bundle->transforms[t].subject);
		op->transform = t;
		run(ways, outcome, YT_QUIET_NOT, TIMES_ELSEWHERE);
	}
	op->transform = of->transform;
}

static void run_other_direction(struct yt_ways *ways,
				const struct yt_case *of)
{
	struct yt_operation *op = &ways->attempt.op;

	op->direction = of->direction == CT_ENCRYPT ? CT_DECRYPT : CT_ENCRYPT;
	run(ways, add_outcome(ways, CT_WAY_OTHER_DIRECTION, of->cpu),
	    YT_QUIET_NOT, TIMES_ELSEWHERE);
	op->direction = of->direction;
}

/* Generate everything from the seed again: packet, keys, expected result. */
static void make_again(struct yt_ways *ways,
		       const struct yt_case *of, unsigned int cpu)
{
	const struct yt_bundle *bundle = of->bundle;
	const struct yt_subject *failed;
	struct yt_bundle_spec spec = {
		.alg = bundle->sa.alg,
		.subjects = &bundle->transforms[of->transform].subject,
		.count = 1,
		.seed = bundle->sa.seed,
		.number = bundle->sa.number,
		.payload_len = of->payload_len,
		.sizes = &ways->exercise->config.sizes,
	};
	struct yt_outcome *outcome = add_outcome(ways, CT_WAY_REFERENCE, cpu);
	struct yt_bundle *made;

	outcome->err = yt_attempt_move(cpu);
	if (outcome->err)
		return;
	made = yt_bundle_make(&spec, &failed);
	if (IS_ERR(made)) {
		outcome->err = PTR_ERR(made);
		return;
	}
	ways->made = made;
	outcome->runs = 1;
	outcome->wrong = !yt_bundle_agree(made, bundle, of->vector);
}

static void unmake(struct yt_ways *ways)
{
	if (ways->attempt.op.in_flight)
		return;
	yt_bundle_free(ways->made);
	ways->made = NULL;
}

static void run_anew(struct yt_ways *ways,
		     const struct yt_case *of)
{
	struct yt_operation *op = &ways->attempt.op;
	unsigned int cpu;

	make_again(ways, of, of->cpu);
	if (ways->made && !over(ways)) {
		op->reader.bundle = ways->made;
		op->transform = 0;
		run(ways, add_outcome(ways, CT_WAY_NEW_KEY, of->cpu),
		    YT_QUIET_NOT, TIMES_ELSEWHERE);
	}
	unmake(ways);
	for_each_online_cpu(cpu)
		if (is_other(ways, cpu, of->cpu))
			break;
	if (cpu >= nr_cpu_ids || over(ways))
		return;
	make_again(ways, of, cpu);
	unmake(ways);
}

void yt_ways_run(struct yt_ways *ways, const struct yt_case *of)
{
	static void (*const all[])(struct yt_ways *ways,
				   const struct yt_case *of) = {
		run_here, run_elsewhere, run_other_drivers, run_other_direction,
		run_anew,
	};
	unsigned int i;

	memset(&ways->outcomes, 0, sizeof(ways->outcomes));
	aim(ways, of);
	for (i = 0; i < ARRAY_SIZE(all) && !over(ways); i++)
		all[i](ways, of);
}

int yt_ways_init(struct yt_ways *ways, struct yt_exercise *exercise)
{
	ways->exercise = exercise;
	return yt_attempt_init(&ways->attempt, exercise);
}

void yt_ways_free(struct yt_ways *ways)
{
	yt_attempt_free(&ways->attempt);
	yt_bundle_free(ways->made);
	ways->made = NULL;
}
