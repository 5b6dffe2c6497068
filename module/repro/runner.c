// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/topology.h>

#include "repro/runner.h"

/* Attempts in the most significant ways, and in each other one. */
#define TIMES_HERE	8
#define TIMES_ELSEWHERE	4
/*
 * For what is wrong at times, so that it can be compared: 8 wrong here and none in as
 * many elsewhere are no accident, by 1 in 256. Bounded so that all that wait are done
 * at the end of a run.
 */
#define TIMES_MANY	1000
#define MANY_WRONG	8
#define MANY_MS		50
/* So that a record stays within its bounds, and a replay within a second. */
#define CPUS_MAX	8
#define DRIVERS_MAX	16

/*
 * same, irqs-off, softirqs-off, many, many-elsewhere, new-key, other-direction, and the
 * reference on two CPUs
 */
static_assert(9 + CPUS_MAX + DRIVERS_MAX <= CRYPTORTURE_REPLAYS_MAX);
static_assert(TIMES_MANY <= U16_MAX);

/* Nothing further can or shall be tried. */
static bool over(const struct yt_replay_runner *runner)
{
	return runner->single.op.in_flight || kthread_should_stop();
}

static struct yt_outcome *add_outcome(struct yt_replay_runner *runner, enum cryptorture_way way,
				      unsigned int cpu)
{
	struct yt_outcome *outcome;

	outcome = &runner->outcomes.list[runner->outcomes.count++];
	memset(outcome, 0, sizeof(*outcome));
	outcome->way = way;
	outcome->cpu = cpu;
	outcome->context = CRYPTORTURE_CONTEXT_TASK;
	return outcome;
}

/* The same test SA, transform, layout and direction. */
static void aim(struct yt_replay_runner *runner, const struct yt_replay_case *packet)
{
	struct yt_operation *op = &runner->single.op;

	op->reader.test_sa = packet->test_sa;
	op->transform = packet->transform;
	op->vector = packet->vector;
	op->driver = packet->driver;
	op->direction = packet->direction;
	op->layout = packet->layout;
}

/* Once more. Return: as yt_replay_single_run(). */
static int run_once(struct yt_replay_runner *runner, struct yt_outcome *outcome,
		    enum yt_replay_quiet quiet)
{
	int result = yt_replay_single_run(&runner->single, quiet);

	if (result >= 0) {
		outcome->runs++;
		outcome->wrong += result;
	}
	cond_resched();
	return result;
}

static void run(struct yt_replay_runner *runner, struct yt_outcome *outcome,
		enum yt_replay_quiet quiet, unsigned int times)
{
	int result = yt_replay_single_move(outcome->cpu);

	if (quiet == YT_REPLAY_SOFTIRQ)
		outcome->context = CRYPTORTURE_CONTEXT_SOFTIRQ;
	while (result >= 0 && outcome->runs < times && !over(runner))
		result = run_once(runner, outcome, quiet);
	outcome->err = min(result, 0);
}

/* TIMES_HERE are always made, however slow the CPU is. */
static bool often_enough(const struct yt_outcome *outcome, unsigned int times,
			 unsigned long end)
{
	return outcome->runs >= times || outcome->wrong >= MANY_WRONG ||
	       (outcome->runs >= TIMES_HERE && time_after_eq(jiffies, end));
}

static void run_often(struct yt_replay_runner *runner, struct yt_outcome *outcome,
		      enum yt_replay_quiet quiet, unsigned int times)
{
	unsigned long end = jiffies + msecs_to_jiffies(MANY_MS);
	int result = yt_replay_single_move(outcome->cpu);

	while (result >= 0 && !often_enough(outcome, times, end) && !over(runner))
		result = run_once(runner, outcome, quiet);
	outcome->err = min(result, 0);
}

/*
 * Every time. In a softirq over an FPU section a driver may take another way, and be
 * right.
 */
static bool always_wrong(const struct yt_outcome *same, const struct yt_outcome *irqs_off)
{
	if (!irqs_off->runs)
		return same->runs && same->wrong == same->runs;
	return irqs_off->wrong == irqs_off->runs && (same->wrong || !same->runs);
}

static bool is_other(const struct yt_replay_runner *runner, unsigned int cpu,
		     unsigned int from)
{
	return cpu != from && cpu_online(cpu) &&
	       cpumask_test_cpu(cpu, &runner->exercise->config.cpus);
}

/* Of another core, if there is one: the CPUs of a core share its units. */
static unsigned int another_cpu(const struct yt_replay_runner *runner, unsigned int from)
{
	unsigned int cpu, found = nr_cpu_ids;

	for_each_online_cpu(cpu) {
		if (!is_other(runner, cpu, from))
			continue;
		if (!cpumask_test_cpu(cpu, topology_sibling_cpumask(from)))
			return cpu;
		found = min(found, cpu);
	}
	return found;
}

/* What is wrong at times: how often, and as often elsewhere? Return: the times here. */
static unsigned int run_many(struct yt_replay_runner *runner, unsigned int from)
{
	struct yt_outcome *many = add_outcome(runner, CRYPTORTURE_WAY_MANY, from);
	unsigned int cpu;

	run_often(runner, many, YT_REPLAY_NOT, TIMES_MANY);
	if (!many->wrong)
		return TIMES_HERE;
	cpu = another_cpu(runner, from);
	if (cpu < nr_cpu_ids && !over(runner))
		run_often(runner, add_outcome(runner, CRYPTORTURE_WAY_MANY_ELSEWHERE, cpu),
			  YT_REPLAY_NOT, many->runs);
	return max_t(unsigned int, many->runs, TIMES_HERE);
}

static void run_here(struct yt_replay_runner *runner,
		     const struct yt_replay_case *packet)
{
	struct yt_outcome *same, *irqs_off;
	unsigned int times = TIMES_HERE;

	/* A call of a user thread cannot be made without the thread. */
	same = add_outcome(runner, CRYPTORTURE_WAY_SAME, packet->cpu);
	run(runner, same, packet->context == CRYPTORTURE_CONTEXT_SOFTIRQ ?
			  YT_REPLAY_SOFTIRQ : YT_REPLAY_NOT, TIMES_HERE);
	if (over(runner))
		return;
	irqs_off = add_outcome(runner, CRYPTORTURE_WAY_IRQS_OFF, packet->cpu);
	run(runner, irqs_off, YT_REPLAY_IRQS_OFF, TIMES_HERE);
	if ((same->runs || irqs_off->runs) && !always_wrong(same, irqs_off) && !over(runner))
		times = run_many(runner, packet->cpu);
	if (over(runner))
		return;
	run_often(runner, add_outcome(runner, CRYPTORTURE_WAY_SOFTIRQS_OFF, packet->cpu),
		  YT_REPLAY_SOFTIRQS_OFF, times);
}

/* Spread evenly over those of the run, where they are many. */
static void run_elsewhere(struct yt_replay_runner *runner,
			  const struct yt_replay_case *packet)
{
	unsigned int others = 0, seen = 0, tried = 0, take, cpu;
	unsigned int online = num_online_cpus();

	for_each_online_cpu(cpu)
		others += is_other(runner, cpu, packet->cpu);
	take = min_t(unsigned int, others, CPUS_MAX);
	for_each_online_cpu(cpu) {
		if (!is_other(runner, cpu, packet->cpu) || seen >= others)
			continue;
		seen++;
		if (over(runner) ||
		    seen * take / others == (seen - 1) * take / others)
			continue;
		run(runner, add_outcome(runner, CRYPTORTURE_WAY_OTHER_CPU, cpu),
		    YT_REPLAY_NOT, TIMES_ELSEWHERE);
		tried++;
	}
	if (online > tried + 1)
		runner->outcomes.cpus_left = online - tried - 1;
}

static void run_other_drivers(struct yt_replay_runner *runner,
			      const struct yt_replay_case *packet)
{
	const struct yt_test_sa *test_sa = packet->test_sa;
	struct yt_operation *op = &runner->single.op;
	unsigned int t, tried = 0;

	for (t = 0; t < test_sa->count && !over(runner); t++) {
		struct yt_outcome *outcome;

		if (t == packet->transform || test_sa->transforms[t].refused)
			continue;
		if (tried++ >= DRIVERS_MAX) {
			runner->outcomes.drivers_left++;
			continue;
		}
		outcome = add_outcome(runner, CRYPTORTURE_WAY_OTHER_DRIVER, packet->cpu);
		outcome->driver = yt_driver_id(test_sa->transforms[t].driver);
		op->transform = t;
		run(runner, outcome, YT_REPLAY_NOT, TIMES_ELSEWHERE);
	}
	op->transform = packet->transform;
}

static void run_other_direction(struct yt_replay_runner *runner,
				const struct yt_replay_case *packet)
{
	struct yt_operation *op = &runner->single.op;

	op->direction = packet->direction == CRYPTORTURE_DIRECTION_ENCRYPT ?
		CRYPTORTURE_DIRECTION_DECRYPT : CRYPTORTURE_DIRECTION_ENCRYPT;
	run(runner, add_outcome(runner, CRYPTORTURE_WAY_OTHER_DIRECTION, packet->cpu),
	    YT_REPLAY_NOT, TIMES_ELSEWHERE);
	op->direction = packet->direction;
}

/* Generate everything from the seed again: packet, keys, expected result. */
static void make_again(struct yt_replay_runner *runner,
		       const struct yt_replay_case *packet, unsigned int cpu)
{
	const struct yt_test_sa *test_sa = packet->test_sa;
	const struct yt_driver *failed;
	struct yt_test_sa_spec spec = {
		.alg = test_sa->sa.alg,
		.drivers = &test_sa->transforms[packet->transform].driver,
		.count = 1,
		.seed = test_sa->sa.seed,
		.number = test_sa->sa.number,
		.payload_len = packet->payload_len,
		.sizes = &runner->exercise->config.sizes,
	};
	struct yt_outcome *outcome = add_outcome(runner, CRYPTORTURE_WAY_REFERENCE, cpu);
	struct yt_test_sa *made;

	outcome->err = yt_replay_single_move(cpu);
	if (outcome->err)
		return;
	made = yt_test_sa_make(&spec, &failed);
	if (IS_ERR(made)) {
		outcome->err = PTR_ERR(made);
		return;
	}
	runner->made = made;
	outcome->runs = 1;
	outcome->wrong = !yt_test_sa_agree(made, test_sa, packet->vector);
}

static void unmake(struct yt_replay_runner *runner)
{
	if (runner->single.op.in_flight)
		return;
	yt_test_sa_free(runner->made);
	runner->made = NULL;
}

static void run_anew(struct yt_replay_runner *runner,
		     const struct yt_replay_case *packet)
{
	struct yt_operation *op = &runner->single.op;
	unsigned int cpu;

	make_again(runner, packet, packet->cpu);
	if (runner->made && !over(runner)) {
		op->reader.test_sa = runner->made;
		op->transform = 0;
		run(runner, add_outcome(runner, CRYPTORTURE_WAY_NEW_KEY, packet->cpu),
		    YT_REPLAY_NOT, TIMES_ELSEWHERE);
	}
	unmake(runner);
	for_each_online_cpu(cpu)
		if (is_other(runner, cpu, packet->cpu))
			break;
	if (cpu >= nr_cpu_ids || over(runner))
		return;
	make_again(runner, packet, cpu);
	unmake(runner);
}

void yt_replay_run(struct yt_replay_runner *runner, const struct yt_replay_case *packet)
{
	static void (*const all[])(struct yt_replay_runner *runner,
				   const struct yt_replay_case *packet) = {
		run_here, run_elsewhere, run_other_drivers, run_other_direction,
		run_anew,
	};
	unsigned int i;

	memset(&runner->outcomes, 0, sizeof(runner->outcomes));
	aim(runner, packet);
	for (i = 0; i < ARRAY_SIZE(all) && !over(runner); i++)
		all[i](runner, packet);
}

int yt_replay_runner_init(struct yt_replay_runner *runner, struct yt_exercise *exercise)
{
	runner->exercise = exercise;
	return yt_replay_single_init(&runner->single, exercise);
}

void yt_replay_runner_free(struct yt_replay_runner *runner)
{
	yt_replay_single_free(&runner->single);
	yt_test_sa_free(runner->made);
	runner->made = NULL;
}
