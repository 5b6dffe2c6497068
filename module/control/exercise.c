// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat.h"
#include "context/slots.h"
#include "control/exercise.h"
#include "drivers/feature.h"
#include "repro/replay.h"
#include "vectors/refresh.h"
#include "verify/finding.h"

/* Which drivers: those named, or all that can be used or are expected. */
static int select_drivers(struct yt_exercise *exercise,
			  const struct yt_driver *const *asked,
			  unsigned int count)
{
	unsigned int i, n = asked ? count : yt_drivers_count();

	exercise->drivers = kcalloc(max(n, 1U), sizeof(*exercise->drivers), GFP_KERNEL);
	if (!exercise->drivers)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		const struct yt_driver *driver = asked ? asked[i] :
							   yt_driver_get(i);

		if (driver->present || driver->broken)
			exercise->drivers[exercise->count++] = driver;
	}
	return exercise->count ? 0 : -ENOENT;
}

/* By its name; from Linux 7.0 on -lib drivers use AES-NI, too. */
static bool uses_aesni(const char *driver)
{
	return strstr(driver, "aesni") || strstr(driver, "vaes") ||
	       strstr(driver, "aes-lib");
}

bool yt_exercise_misses_aesni(const struct yt_exercise *exercise)
{
	unsigned int i;

	if (!yt_cpu_does_aes())
		return false;
	/* The library does not use features that are disabled on the command line. */
	if (yt_features_missing(BIT(YT_FEATURE_AES)))
		return true;
	for (i = 0; i < exercise->count; i++)
		if (!exercise->drivers[i]->broken &&
		    uses_aesni(exercise->drivers[i]->name))
			return false;
	return true;
}

static void on_disagreement(void *data, const struct yt_disagreement *found)
{
	yt_finding_reference(data, found);
}

static int make_pool(struct yt_exercise *exercise)
{
	const struct yt_driver **usable;
	unsigned int i, n = 0;
	unsigned int *numbers;
	int err = -ENOMEM;

	usable = kcalloc(exercise->count, sizeof(*usable), GFP_KERNEL);
	numbers = kcalloc(exercise->count, sizeof(*numbers), GFP_KERNEL);
	if (!usable || !numbers)
		goto free;
	for (i = 0; i < exercise->count; i++)
		if (!exercise->drivers[i]->broken) {
			numbers[n] = i;
			usable[n++] = exercise->drivers[i];
		}
	exercise->pool.sizes = &exercise->config.sizes;
	exercise->pool.cpus = &exercise->config.cpus;
	exercise->pool.on_disagreement = on_disagreement;
	exercise->pool.data = exercise;
	exercise->pool.load = exercise->config.load;
	err = yt_pool_init(&exercise->pool, usable, numbers, n, exercise->config.seed);
free:
	kfree(numbers);
	kfree(usable);
	return err;
}

static void make_plan(struct yt_exercise *exercise)
{
	struct yt_plan *plan = &exercise->coverage.plan;
	unsigned int i;

	plan->contexts = exercise->config.contexts;
	plan->disturb = exercise->config.disturb;
	plan->live = YT_LIVE_IS_KNOWN;
	plan->threaded = IS_ENABLED(CONFIG_PREEMPT_RT);
	for (i = 0; i < exercise->count; i++) {
		plan->simd[i] = exercise->drivers[i]->simd;
		plan->aead[i] = yt_algorithm_is_aead(exercise->drivers[i]->alg);
		plan->failed[i] = exercise->drivers[i]->broken;
		plan->deferred[i] = exercise->drivers[i]->deferred;
	}
}

static int make_cpus(struct yt_exercise *exercise)
{
	unsigned int cpu, i;
	int err;

	for (i = 0; i < exercise->count; i++)
		exercise->deferring |= exercise->drivers[i]->deferred &&
				 !exercise->drivers[i]->broken;
	/* A worker and a caller on each CPU. */
	err = yt_task_map_init(&exercise->task_map, 2 * cpumask_weight(&exercise->config.cpus));
	if (err)
		return err;
	exercise->cpus = kcalloc(nr_cpu_ids, sizeof(*exercise->cpus), GFP_KERNEL);
	if (!exercise->cpus)
		return -ENOMEM;
	for_each_cpu(cpu, &exercise->config.cpus) {
		struct yt_cpu *made = yt_cpu_make(exercise, cpu);

		if (IS_ERR(made))
			return PTR_ERR(made);
		exercise->cpus[cpu] = made;
	}
	return 0;
}

int yt_exercise_make(struct yt_exercise *exercise,
		     const struct yt_driver *const *drivers,
		     unsigned int count, const char **why)
{
	int err;

	*why = "no driver that could be run is on this machine";
	err = select_drivers(exercise, drivers, count);
	if (err)
		return err;
	*why = "none of the drivers can be used: see 'cryptorture drivers'";
	err = make_pool(exercise);
	if (err)
		return err;
	*why = "there is not enough memory";
	err = yt_coverage_init(&exercise->coverage, exercise->count, &exercise->config.cpus);
	if (err)
		return err;
	make_plan(exercise);
	err = make_cpus(exercise);
	if (err)
		return err;
	err = yt_exchange_init(&exercise->exchange);
	if (err)
		return err;
	return yt_replay_make(exercise);
}

void yt_exercise_free_cpus(struct yt_exercise *exercise)
{
	unsigned int cpu;

	/* On, where a run could not be started; it looks at readers, which are freed here. */
	yt_refresh_stop(&exercise->pool);
	if (exercise->cpus)
		for_each_possible_cpu(cpu)
			if (exercise->cpus[cpu]) {
				yt_cpu_wait(exercise->cpus[cpu]);
				yt_cpu_free(exercise->cpus[cpu]);
			}
	kfree(exercise->cpus);
	exercise->cpus = NULL;
	yt_exchange_free(&exercise->exchange);
	yt_replay_free(exercise);
	yt_pool_free(&exercise->pool);
}

void yt_exercise_free(struct yt_exercise *exercise)
{
	if (!exercise)
		return;
	yt_task_map_free(&exercise->task_map);
	yt_coverage_free(&exercise->coverage);
	kfree(exercise->drivers);
	kvfree(exercise);
}

u64 yt_exercise_memory(const struct yt_exercise *exercise)
{
	return sizeof(*exercise) +
	       max(READ_ONCE(exercise->pool.memory), exercise->pool.memory_planned) +
	       yt_coverage_memory(&exercise->coverage) + yt_mismatch_ring_memory() +
	       yt_task_map_memory(&exercise->task_map) + sizeof(struct yt_recheck) +
	       yt_replay_memory(exercise) + yt_exchange_memory() +
	       cpumask_weight(&exercise->config.cpus) * yt_cpu_memory(exercise);
}
