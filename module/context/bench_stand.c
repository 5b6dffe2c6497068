// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/mutex.h>

#include "context/bench_stand.h"
#include "context/slots.h"
#include "cpu/abandon.h"

const struct yt_driver *yt_bench_generic(const struct yt_driver *driver)
{
	const struct yt_driver *best = NULL;
	unsigned int i;

	for (i = 0; i < yt_drivers_count(); i++) {
		const struct yt_driver *other = yt_driver_get(i);

		if (other->alg == driver->alg && other->present &&
		    !other->broken && !other->simd && !other->deferred &&
		    (!best || other->priority > best->priority))
			best = other;
	}
	return best;
}

static int make_test_sa(struct yt_test_sa **test_sa,
			const struct yt_driver *driver, u32 payload_len,
			u64 seed)
{
	const struct yt_driver *failed;
	struct yt_test_sa_spec spec = {
		.alg = driver->alg,
		.drivers = &driver,
		.count = 1,
		.seed = seed,
		.payload_len = payload_len,
	};
	struct yt_test_sa *made = yt_test_sa_make(&spec, &failed);

	if (IS_ERR(made))
		return PTR_ERR(made);
	*test_sa = made;
	return 0;
}

/* A request that is not completed is a mismatch, too. */
static void on_mismatch(struct yt_exercise *exercise)
{
	WRITE_ONCE(exercise->stopping, true);
}

static int fill(struct yt_bench_stand *stand, const struct yt_bench_spec *spec,
		const struct yt_driver *generic, u64 seed)
{
	struct yt_exercise *exercise = &stand->exercise;
	unsigned int cpu = raw_smp_processor_id();
	struct yt_test_sa *test_sa;
	int err;

	yt_config_default(&exercise->config);
	err = yt_mismatch_ring_init(&stand->ring);
	if (err)
		return err;
	exercise->ring = &stand->ring;
	exercise->on_mismatch = on_mismatch;
	err = make_test_sa(&stand->test_sa, spec->driver, spec->payload_len,
			   seed);
	if (err)
		return err;
	test_sa = stand->test_sa;
	mutex_init(&exercise->pool.lock);
	INIT_LIST_HEAD(&exercise->pool.readers);
	exercise->pool.request_size = test_sa->transforms[0].request_size;
	if (generic) {
		err = make_test_sa(&stand->generic, generic, spec->payload_len,
				   seed);
		if (err)
			return err;
		exercise->pool.request_size =
			max(exercise->pool.request_size,
			    stand->generic->transforms[0].request_size);
	}
	err = yt_coverage_init(&exercise->coverage, 1, cpumask_of(cpu));
	if (err)
		return err;
	stand->group.alg = spec->driver->alg;
	stand->group.drivers = (const struct yt_driver **)&spec->driver;
	stand->group.numbers = stand->numbers;
	stand->group.count = 1;
	stand->group.bit = 1;
	stand->cpu = yt_cpu_make(exercise, cpu);
	return PTR_ERR_OR_ZERO(stand->cpu);
}

int yt_bench_stand_make(struct yt_bench_stand **stand,
			const struct yt_bench_spec *spec,
			const struct yt_driver *generic, u64 seed)
{
	*stand = kvzalloc(sizeof(**stand), GFP_KERNEL);
	if (!*stand)
		return -ENOMEM;
	return fill(*stand, spec, generic, seed);
}

void yt_bench_stand_free(struct yt_bench_stand *stand)
{
	if (!stand)
		return;
	if (stand->exercise.abandoned && yt_abandon())
		return;
	if (!IS_ERR_OR_NULL(stand->cpu)) {
		yt_cpu_wait(stand->cpu);
		yt_cpu_free(stand->cpu);
	}
	yt_coverage_free(&stand->exercise.coverage);
	yt_test_sa_free(stand->generic);
	yt_test_sa_free(stand->test_sa);
	yt_mismatch_ring_free(&stand->ring);
	kvfree(stand);
}
