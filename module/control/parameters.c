// SPDX-License-Identifier: GPL-2.0-only
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "control/job.h"
#include "control/parameters.h"
#include "control/run.h"
#include "cpu/config.h"
#include "drivers/driver.h"
#include "drivers/search.h"
#include "op/operation.h"
#include "vectors/buffer.h"
#include "vectors/edge.h"

static ulong run_seconds;
module_param(run_seconds, ulong, 0444);
MODULE_PARM_DESC(run_seconds,
		 "seconds to run for when loaded, 0 to 31622400; default 0: no run until the control program asks for one");

static unsigned long long seed;
module_param(seed, ullong, 0444);
MODULE_PARM_DESC(seed,
		 "of that run, any 64-bit number; default 0: a random one");

static char *drivers;
module_param(drivers, charp, 0444);
MODULE_PARM_DESC(drivers,
		 "of that run, cra_driver_names with a semicolon between two; default: every driver");

static uint contexts = YT_CONTEXTS_DEFAULT;
module_param(contexts, uint, 0444);
MODULE_PARM_DESC(contexts,
		 "of that run, bits: 1 task, 2 softirq; default 3");

static uint disturb = YT_DISTURB_DEFAULT;
module_param(disturb, uint, 0444);
MODULE_PARM_DESC(disturb,
		 "of that run, bits: 1 timer, 2 preempt, 4 shuffle, 8 ipi, 16 resched, 64 hotplug, 128 memory; default 31: all but hotplug and memory");

static char *cpus;
module_param(cpus, charp, 0444);
MODULE_PARM_DESC(cpus,
		 "of that run, a list such as 0-3,5; default: every CPU that is online");

static uint load = CRYPTORTURE_LOAD_FULL;
module_param(load, uint, 0444);
MODULE_PARM_DESC(load,
		 "of that run, per mille of each CPU's time, 1 to 1000; default 1000");

static uint timer_hz = CRYPTORTURE_TIMER_HZ_DEFAULT;
module_param(timer_hz, uint, 0444);
MODULE_PARM_DESC(timer_hz,
		 "of that run, interrupts a second on each CPU by the timer disturber, 10 to 200000; default 4000");

static unsigned long long inject_every;
module_param(inject_every, ullong, 0444);
MODULE_PARM_DESC(inject_every,
		 "of that run, flip a bit of our own output in every Nth operation of a worker; default 0: never");

static bool until_mismatch;
module_param(until_mismatch, bool, 0444);
MODULE_PARM_DESC(until_mismatch,
		 "of that run, end it at the first mismatch; default N");

static bool expendable;
module_param(expendable, bool, 0444);
MODULE_PARM_DESC(expendable,
		 "this is a throw-away machine, which may crash; default N");

static bool over_reads;
module_param(over_reads, bool, 0444);
MODULE_PARM_DESC(over_reads,
		 "of all runs, end sources at an unmapped page: a driver that reads beyond its source crashes this kernel; only with expendable=1; default N");

int yt_parameters_take(void)
{
	void *trial;

	if (!over_reads)
		return 0;
	if (!expendable) {
		pr_err("not loading: with over_reads=1 a driver that reads beyond its source crashes this kernel; for throw-away machines: expendable=1 as well\n");
		return -EINVAL;
	}
	trial = yt_edge_alloc(PAGE_SIZE);
	if (!trial) {
		pr_err("not loading: over_reads=1: this kernel does not let a page be unmapped, or has no memory: boot it other than as a Xen PV guest, or load without\n");
		return -EOPNOTSUPP;
	}
	yt_edge_free(trial, PAGE_SIZE);
	yt_buffer_over_reads = true;
	pr_warn("sources end at an unmapped page: a driver that reads beyond its source crashes this kernel; the oops names it\n");
	return 0;
}

static int get_config(struct yt_config *config)
{
	yt_config_default(config);
	/* So that no product below can overflow; too long is refused later. */
	config->duration_ms = min_t(u64, run_seconds, U32_MAX) * 1000;
	if (seed)
		config->seed = seed;
	config->contexts = contexts;
	config->disturb = disturb;
	config->load = load;
	config->timer_hz = timer_hz;
	config->inject_every = inject_every;
	config->until_mismatch = until_mismatch;
	if (cpus && cpulist_parse(cpus, &config->cpus)) {
		pr_err("cannot start a run: cpus=%s is not a list of CPUs: write it like 0-3,5\n",
		       cpus);
		return -EINVAL;
	}
	return 0;
}

static int choose_drivers(const struct yt_driver **chosen, unsigned int *count)
{
	char *names, *rest, *name;
	int err = 0;

	names = kstrdup(drivers, GFP_KERNEL);
	if (!names)
		return -ENOMEM;
	rest = names;
	while ((name = strsep(&rest, ";"))) {
		const struct yt_driver *driver = yt_driver_by_name(name);

		if (!driver || !driver->present || driver->broken ||
		    *count == YT_DRIVERS_MAX) {
			pr_err("cannot start a run: driver \"%s\" is not on this machine%s%s: see 'cryptorture drivers' or /proc/crypto\n",
			       name, driver ? ", " : "",
			       driver ? driver->reason : "");
			err = -ENOENT;
			break;
		}
		chosen[(*count)++] = driver;
	}
	kfree(names);
	return err;
}

/**
 * struct start - the job that begins the run
 * @job: the job
 * @config: parameters of the run
 */
struct start {
	struct yt_job job;
	struct yt_config config;
};

static void release(struct yt_job *job)
{
	kfree(container_of(job, struct start, job));
}

static int start_run(const struct yt_config *config)
{
	const struct yt_driver **chosen = NULL;
	unsigned int count = 0;
	const char *why;
	int err = 0;

	if (drivers && *drivers) {
		chosen = kcalloc(YT_DRIVERS_MAX, sizeof(*chosen),
				 GFP_KERNEL);
		if (!chosen)
			return -ENOMEM;
		err = choose_drivers(chosen, &count);
	}
	if (!err) {
		err = yt_run_start(config, chosen, count, &why);
		if (err)
			pr_err("cannot start a run: %s\n", why);
	}
	kfree(chosen);
	return err;
}

static int begin(struct yt_job *job)
{
	struct start *start = container_of(job, struct start, job);
	int err = yt_drivers_find(&job->steps);

	if (err) {
		pr_err("cannot start a run: the search for drivers was cut short (error %d)\n",
		       err);
		return err;
	}
	yt_steps_begin(&job->steps, CRYPTORTURE_JOB_STEP_START, 0);
	return start_run(&start->config);
}

static int start_by_job(struct start *start)
{
	int err;

	yt_job_init(&start->job);
	start->job.kind = CRYPTORTURE_JOB_KIND_START;
	start->job.run = begin;
	start->job.release = release;
	err = yt_job_submit(&start->job);
	if (!err)
		err = yt_job_wait(&start->job);
	return err;
}

int yt_parameters_start(void)
{
	struct start *start;
	const char *why;
	int err;

	if (!run_seconds)
		return 0;
	start = kzalloc(sizeof(*start), GFP_KERNEL);
	if (!start)
		return -ENOMEM;
	err = get_config(&start->config);
	if (err) {
		kfree(start);
		return err;
	}
	/* Before seconds are spent on a search. */
	why = yt_config_check(&start->config, NULL);
	if (why) {
		pr_err("cannot start a run: %s\n", why);
		kfree(start);
		return -EINVAL;
	}
	err = start_by_job(start);
	yt_job_put(&start->job);
	return err;
}
