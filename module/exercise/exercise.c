// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat.h"
#include "exercise/exercise.h"
#include "exercise/feature.h"
#include "exercise/finding.h"
#include "exercise/replay.h"

/* Which drivers: those named, or all that can be used or are expected. */
static int select_subjects(struct yt_exercise *of,
			   const struct yt_subject *const *asked,
			   unsigned int count)
{
	unsigned int i, n = asked ? count : yt_subjects_count();

	of->subjects = kcalloc(max(n, 1U), sizeof(*of->subjects), GFP_KERNEL);
	if (!of->subjects)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		const struct yt_subject *subject = asked ? asked[i] :
							   yt_subject_get(i);

		if (subject->present || subject->broken)
			of->subjects[of->count++] = subject;
	}
	return of->count ? 0 : -ENOENT;
}

/* By its name; from Linux 7.0 on -lib drivers use AES-NI, too. */
static bool uses_aesni(const char *driver)
{
	return strstr(driver, "aesni") || strstr(driver, "vaes") ||
	       strstr(driver, "aes-lib");
}

bool yt_exercise_misses_aesni(const struct yt_exercise *of)
{
	unsigned int i;

	if (!yt_cpu_does_aes())
		return false;
	/* The library does not use features that are disabled on the command line. */
	if (yt_features_missing(BIT(YT_FEATURE_AES)))
		return true;
	for (i = 0; i < of->count; i++)
		if (!of->subjects[i]->broken &&
		    uses_aesni(of->subjects[i]->driver))
			return false;
	return true;
}

static void on_disagreement(void *data, const struct yt_disagreement *found)
{
	yt_finding_reference(data, found);
}

static int make_pool(struct yt_exercise *of)
{
	const struct yt_subject **usable;
	unsigned int i, n = 0;
	unsigned int *numbers;
	int err = -ENOMEM;

	usable = kcalloc(of->count, sizeof(*usable), GFP_KERNEL);
	numbers = kcalloc(of->count, sizeof(*numbers), GFP_KERNEL);
	if (!usable || !numbers)
		goto free;
	for (i = 0; i < of->count; i++)
		if (!of->subjects[i]->broken) {
			numbers[n] = i;
			usable[n++] = of->subjects[i];
		}
	of->pool.sizes = &of->config.sizes;
	of->pool.cpus = &of->config.cpus;
	of->pool.on_disagreement = on_disagreement;
	of->pool.data = of;
	of->pool.load = of->config.load;
	err = yt_pool_init(&of->pool, usable, numbers, n, of->config.seed);
free:
	kfree(numbers);
	kfree(usable);
	return err;
}

static void make_plan(struct yt_exercise *of)
{
	struct yt_plan *plan = &of->coverage.plan;
	unsigned int i;

	plan->contexts = of->config.contexts;
	plan->disturb = of->config.disturb;
	plan->live = YT_LIVE_IS_KNOWN;
	plan->threaded = IS_ENABLED(CONFIG_PREEMPT_RT);
	for (i = 0; i < of->count; i++) {
		plan->simd[i] = of->subjects[i]->simd;
		plan->aead[i] = yt_algorithm_is_aead(of->subjects[i]->alg);
		plan->failed[i] = of->subjects[i]->broken;
		plan->deferred[i] = of->subjects[i]->deferred;
	}
}

static int make_cpus(struct yt_exercise *of)
{
	unsigned int cpu, i;
	int err;

	for (i = 0; i < of->count; i++)
		of->deferring |= of->subjects[i]->deferred &&
				 !of->subjects[i]->broken;
	/* A worker and a caller on each CPU. */
	err = yt_roster_init(&of->roster, 2 * cpumask_weight(&of->config.cpus));
	if (err)
		return err;
	of->cpus = kcalloc(nr_cpu_ids, sizeof(*of->cpus), GFP_KERNEL);
	if (!of->cpus)
		return -ENOMEM;
	for_each_cpu(cpu, &of->config.cpus) {
		struct yt_cpu *made = yt_cpu_make(of, cpu);

		if (IS_ERR(made))
			return PTR_ERR(made);
		of->cpus[cpu] = made;
	}
	return 0;
}

int yt_exercise_make(struct yt_exercise *of,
		     const struct yt_subject *const *subjects,
		     unsigned int count, const char **why)
{
	int err;

	*why = "no driver that could be run is on this machine";
	err = select_subjects(of, subjects, count);
	if (err)
		return err;
	*why = "none of the drivers can be used: see 'cryptorture drivers'";
	err = make_pool(of);
	if (err)
		return err;
	*why = "there is not enough memory";
	err = yt_coverage_init(&of->coverage, of->count, &of->config.cpus);
	if (err)
		return err;
	make_plan(of);
	err = make_cpus(of);
	if (err)
		return err;
	err = yt_exchange_init(&of->exchange);
	if (err)
		return err;
	return yt_replay_make(of);
}

void yt_exercise_free_cpus(struct yt_exercise *of)
{
	unsigned int cpu;

	if (of->cpus)
		for_each_possible_cpu(cpu)
			if (of->cpus[cpu]) {
				yt_cpu_wait(of->cpus[cpu]);
				yt_cpu_free(of->cpus[cpu]);
			}
	kfree(of->cpus);
	of->cpus = NULL;
	yt_exchange_free(&of->exchange);
	yt_replay_free(of);
	yt_pool_free(&of->pool);
}

void yt_exercise_free(struct yt_exercise *of)
{
	if (!of)
		return;
	yt_roster_free(&of->roster);
	yt_coverage_free(&of->coverage);
	kfree(of->subjects);
	kvfree(of);
}

u64 yt_exercise_memory(const struct yt_exercise *of)
{
	return sizeof(*of) +
	       max(READ_ONCE(of->pool.memory), of->pool.memory_planned) +
	       yt_coverage_memory(&of->coverage) + yt_mismatch_ring_memory() +
	       yt_roster_memory(&of->roster) + sizeof(struct yt_recheck) +
	       yt_replay_memory(of) + yt_exchange_memory() +
	       cpumask_weight(&of->config.cpus) * yt_cpu_memory(of);
}
