// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/workqueue.h>

#include "disturb/preempt.h"
#include "disturb/timer.h"
#include "exercise/softirq.h"
#include "exercise/task.h"
#include "run.h"

/* Serialises start, stop and status. Taken before cpus_read_lock(). */
static DEFINE_MUTEX(control);

/* Of the present run, or the last one; under @control unless it says so. */
static struct ct_exercise *exercise;
static struct ct_status last;
static struct ct_mismatch_ring ring;	/* has a lock of its own */
static struct ct_timer *timers;
static struct ct_preempter *preempters;
static u64 begin;			/* ktime_get_ns() */
static bool end_asked;			/* any context: at the first mismatch */
static void (*listener)(bool begins);
static bool closed;			/* no further run may begin */

/* The run that CPU hotplug has to look after; under the hotplug lock. */
static struct ct_exercise *plugged;
static enum cpuhp_state hotplug_state;

static struct workqueue_struct *workqueue;
static struct delayed_work end_work;

static const char *const verdict_names[] = {
	[CT_VERDICT_NONE]		= "NONE",
	[CT_VERDICT_CLEAN]		= "CLEAN",
	[CT_VERDICT_CORRUPT]		= "CORRUPT",
	[CT_VERDICT_INCONCLUSIVE]	= "INCONCLUSIVE",
};

const char *ct_verdict_name(enum ct_verdict verdict)
{
	return verdict_names[verdict];
}

struct ct_mismatch_ring *ct_run_ring(void)
{
	return &ring;
}

void ct_run_listen(void (*new_listener)(bool begins))
{
	mutex_lock(&control);
	listener = new_listener;
	mutex_unlock(&control);
}

const struct ct_exercise *ct_run_get(void)
{
	mutex_lock(&control);
	return exercise;
}

void ct_run_put(void)
{
	mutex_unlock(&control);
}

bool ct_run_is_on(void)
{
	return READ_ONCE(last.state) == CT_RUN_RUNNING;
}

/* On the CPU itself: its timers are pinned to it. */
static void start_timers(void *data)
{
	struct ct_cpu *cpu = data;
	const struct ct_config *config = &cpu->exercise->config;

	if (config->contexts & BIT(CT_CONTEXT_SOFTIRQ))
		ct_softirq_start(cpu);
	if (config->disturb & BIT(CT_DISTURB_TIMER))
		ct_timer_start(timers, cpu);
}

static void stop_cpu(struct ct_cpu *cpu)
{
	ct_timer_stop(timers, cpu->cpu);
	ct_preempter_stop(preempters, cpu->cpu);
	ct_softirq_stop(cpu);
	ct_task_stop(cpu);
}

static int start_cpu(struct ct_cpu *cpu)
{
	const struct ct_config *config = &cpu->exercise->config;
	int err;

	if (config->contexts & BIT(CT_CONTEXT_TASK)) {
		err = ct_task_start(cpu);
		if (err)
			return err;
	}
	if (config->disturb & BIT(CT_DISTURB_PREEMPT)) {
		err = ct_preempter_start(preempters, cpu);
		if (err)
			goto stop;
	}
	err = smp_call_function_single(cpu->cpu, start_timers, cpu, 1);
	if (err)
		goto stop;
	return 0;
stop:
	stop_cpu(cpu);
	return err;
}

/* Hotplug callbacks: under the hotplug lock, so @plugged stands still. */
static int cpu_comes(unsigned int number)
{
	struct ct_cpu *cpu = plugged ? plugged->cpus[number] : NULL;

	if (cpu && start_cpu(cpu))
		pr_warn("CPU %u is back, but its workers could not be started\n",
			number);
	return 0;
}

static int cpu_goes(unsigned int number)
{
	struct ct_cpu *cpu = plugged ? plugged->cpus[number] : NULL;

	if (cpu) {
		stop_cpu(cpu);
		cpumask_set_cpu(number, &plugged->coverage.unplugged);
		pr_info("CPU %u goes offline in mid-run\n", number);
	}
	return 0;
}

static void on_mismatch(struct ct_exercise *of)
{
	if (of->config.until_mismatch && !READ_ONCE(end_asked)) {
		WRITE_ONCE(end_asked, true);
		mod_delayed_work(workqueue, &end_work, 0);
	}
}

static void on_batch(struct ct_cpu *cpu)
{
	ct_timer_resume(timers, cpu);
}

/* What lasts only as long as the run does. */
static void free_workers(struct ct_exercise *of)
{
	unsigned int cpu;

	/* The driver may still write to its memory, and call us back. */
	if (of->abandoned && !closed) {
		pr_err("a driver has not given back a request: its memory stays allocated, and this module stays loaded\n");
		__module_get(THIS_MODULE);
		return;
	}
	if (of->abandoned)
		pr_err("a driver has not given back a request: unloading waits for it\n");
	if (of->cpus)
		for_each_possible_cpu(cpu)
			if (of->cpus[cpu]) {
				ct_cpu_wait(of->cpus[cpu]);
				ct_cpu_free(of->cpus[cpu]);
			}
	kfree(of->cpus);
	of->cpus = NULL;
	ct_pool_free(&of->pool);
}

static void free_exercise(struct ct_exercise *of)
{
	if (!of)
		return;
	ct_coverage_free(&of->coverage);
	kfree(of->subjects);
	kvfree(of);
}

/* What it holds, and what it will when the pool is full. */
static u64 memory_held(const struct ct_exercise *of)
{
	return sizeof(*of) +
	       max(READ_ONCE(of->pool.memory), of->pool.memory_planned) +
	       ct_coverage_memory(&of->coverage) + ct_mismatch_ring_memory() +
	       cpumask_weight(&of->config.cpus) * ct_cpu_memory(of);
}

static void add_operation(struct ct_status *status,
			  const struct ct_operation *op)
{
	status->injected += READ_ONCE(op->total_injected);
	status->injected_found += READ_ONCE(op->total_found);
	status->starved += READ_ONCE(op->starved);
}

/* Everything that counts, into @last. */
static void take_stock(void)
{
	const struct ct_exercise *of = exercise;
	unsigned int cpu, i;

	ct_mismatch_count(&ring, &last.records, &last.overwritten,
			  &last.unrecorded);
	if (!of || !of->cpus)
		return;
	last.elapsed = ktime_get_ns() - begin;
	ct_coverage_sum(&of->coverage, &last.sum);
	last.injected = 0;
	last.injected_found = 0;
	last.starved = 0;
	memset(last.sweep, 0, sizeof(last.sweep));
	for_each_cpu(cpu, &of->config.cpus) {
		add_operation(&last, &of->cpus[cpu]->task);
		for (i = 0; i < CT_SOFTIRQ_SLOTS; i++)
			add_operation(&last, &of->cpus[cpu]->softirq[i]);
		for (i = 0; i < CT_SWEEP_BINS; i++)
			last.sweep[i] += READ_ONCE(of->cpus[cpu]->sweep[i]);
	}
	last.memory = memory_held(of);
	last.vectors = READ_ONCE(of->pool.vectors);
	/* Pairs with the release in pool.c: the value is there when it is set. */
	last.digest_done = smp_load_acquire(&of->pool.digest_done);
	if (last.digest_done)
		memcpy(last.digest, of->pool.digest_value, CT_DIGEST_SIZE);
	last.timer_fired = ct_timers_fired(timers);
	last.preempt_woken = ct_preempters_woken(preempters);
}

void ct_run_status(struct ct_status *status)
{
	mutex_lock(&control);
	take_stock();
	*status = last;
	mutex_unlock(&control);
}

/* In the manner of rcutorture: one line with every parameter. */
static void log_verdict(void)
{
	const struct ct_config *config = &last.config;
	const struct ct_cell *total = &last.sum.total;

	pr_info("verdict %s: run=%llu seed=%#llx duration_ms=%llu contexts=%#x disturb=%#x cpus=%*pbl load=%u timer_hz=%u inject_every=%llu until_mismatch=%d drivers=%u end=%u elapsed_ms=%llu operations=%llu bytes=%llu mismatches=%llu injected=%llu injected_found=%llu fpu_hits=%llu nested=%llu preemptions=%llu cells=%u/%u memory_kib=%llu%s%s\n",
		ct_verdict_name(last.verdict), last.number, config->seed,
		config->duration_ms, config->contexts, config->disturb,
		cpumask_pr_args(&config->cpus), config->load, config->timer_hz,
		config->inject_every, config->until_mismatch, exercise->count,
		last.end, div_u64(last.elapsed, NSEC_PER_MSEC),
		total->operations, total->bytes, total->mismatches,
		last.injected, last.injected_found, total->fpu_hits,
		total->nested, total->preemptions, last.sum.reached,
		last.sum.planned, last.memory / 1024, last.failure[0] ? " because " : "",
		last.failure);
}

static void conclude(enum ct_end end)
{
	const char *why;

	take_stock();
	last.end = end;
	last.verdict = ct_coverage_verdict(&last.sum,
					   last.config.inject_every != 0,
					   last.injected, last.injected_found,
					   &why);
	if (why)
		strscpy(last.failure, why, sizeof(last.failure));
	WRITE_ONCE(last.state, CT_RUN_ENDED);
	log_verdict();
}

static void stop_all(struct ct_exercise *of)
{
	unsigned int cpu;

	cpus_read_lock();
	plugged = NULL;
	for_each_cpu(cpu, &of->config.cpus)
		if (of->cpus[cpu])
			stop_cpu(of->cpus[cpu]);
	cpus_read_unlock();
	ct_pool_stop(&of->pool);
}

static void stop_locked(enum ct_end end)
{
	WRITE_ONCE(last.state, CT_RUN_STOPPING);
	cancel_delayed_work(&end_work);
	stop_all(exercise);
	conclude(end);
	free_workers(exercise);
}

int ct_run_stop(enum ct_end end)
{
	void (*tell)(bool begins);

	mutex_lock(&control);
	if (last.state != CT_RUN_RUNNING) {
		mutex_unlock(&control);
		return -ESRCH;
	}
	stop_locked(end);
	tell = listener;
	mutex_unlock(&control);
	if (tell)
		tell(false);
	return 0;
}

/*
 * The timer wheel may be late by an eighth of a delay: so most of the way, then
 * most of the rest, and so on. Does nothing for a run without an end.
 */
static void queue_end(void)
{
	u64 length = last.config.duration_ms * NSEC_PER_MSEC;
	u64 gone = ktime_get_ns() - begin;

	if (!length)
		return;
	mod_delayed_work(workqueue, &end_work, gone >= length ? 0 :
			 nsecs_to_jiffies((length - gone) / 8 * 7) + 1);
}

/* The time is up, or the first mismatch has come. */
static void end_run(struct work_struct *work)
{
	void (*tell)(bool begins) = NULL;
	enum ct_end end = CT_END_NONE;

	mutex_lock(&control);
	if (last.state == CT_RUN_RUNNING) {
		u64 length = last.config.duration_ms * NSEC_PER_MSEC;

		/* It may have been queued for a run before this one. */
		if (READ_ONCE(end_asked))
			end = CT_END_MISMATCH;
		else if (length && ktime_get_ns() - begin >= length)
			end = CT_END_DURATION;
		else
			queue_end();
	}
	if (end != CT_END_NONE) {
		stop_locked(end);
		tell = listener;
	}
	mutex_unlock(&control);
	if (tell)
		tell(false);
}

/* Which drivers: those asked for, or all that can be used or ought to be. */
static int select_subjects(struct ct_exercise *of,
			   const struct ct_subject *const *asked,
			   unsigned int count)
{
	unsigned int i, n = asked ? count : ct_subjects_count();

	of->subjects = kcalloc(max(n, 1U), sizeof(*of->subjects), GFP_KERNEL);
	if (!of->subjects)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		const struct ct_subject *subject = asked ? asked[i] :
							   ct_subject_get(i);

		if (subject->present || subject->broken)
			of->subjects[of->count++] = subject;
	}
	return of->count ? 0 : -ENOENT;
}

static int make_pool(struct ct_exercise *of)
{
	const struct ct_subject **usable;
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
	of->pool.pause_ms = CT_POOL_REFRESH_MS * CT_LOAD_FULL / of->config.load;
	err = ct_pool_init(&of->pool, usable, numbers, n, of->config.seed);
free:
	kfree(numbers);
	kfree(usable);
	return err;
}

static void make_plan(struct ct_exercise *of)
{
	struct ct_plan *plan = &of->coverage.plan;
	unsigned int i;

	plan->contexts = of->config.contexts;
	plan->disturb = of->config.disturb;
	for (i = 0; i < of->count; i++) {
		plan->simd[i] = of->subjects[i]->simd;
		plan->aead[i] = ct_algorithm_is_aead(of->subjects[i]->alg);
		plan->failed[i] = of->subjects[i]->broken;
	}
}

static int make_cpus(struct ct_exercise *of)
{
	unsigned int cpu;

	of->cpus = kcalloc(nr_cpu_ids, sizeof(*of->cpus), GFP_KERNEL);
	if (!of->cpus)
		return -ENOMEM;
	for_each_cpu(cpu, &of->config.cpus) {
		struct ct_cpu *made = ct_cpu_make(of, cpu);

		if (IS_ERR(made))
			return PTR_ERR(made);
		of->cpus[cpu] = made;
	}
	return 0;
}

static int start_all(struct ct_exercise *of)
{
	unsigned int cpu;
	int err = 0;

	cpus_read_lock();
	for_each_cpu(cpu, &of->config.cpus) {
		/* It may have gone since the parameters were checked. */
		if (!cpu_online(cpu)) {
			cpumask_set_cpu(cpu, &of->coverage.unplugged);
			continue;
		}
		err = start_cpu(of->cpus[cpu]);
		if (err)
			break;
	}
	plugged = of;
	cpus_read_unlock();
	if (err)
		stop_all(of);
	return err;
}

/* Everything but what runs. */
static int make_exercise(struct ct_exercise *of,
			 const struct ct_subject *const *subjects,
			 unsigned int count, const char **why)
{
	int err;

	of->ring = &ring;
	of->on_mismatch = on_mismatch;
	of->on_batch = on_batch;
	*why = "no driver that could be run is on this machine";
	err = select_subjects(of, subjects, count);
	if (err)
		return err;
	*why = "none of the drivers can be used: see 'cryptorture drivers'";
	err = make_pool(of);
	if (err)
		return err;
	*why = "there is not enough memory";
	err = ct_coverage_init(&of->coverage, of->count, &of->config.cpus);
	if (err)
		return err;
	make_plan(of);
	return make_cpus(of);
}

/* What the last run has left. */
static void forget(void)
{
	free_exercise(exercise);
	exercise = NULL;
	ct_timers_free(timers);
	ct_preempters_free(preempters);
	timers = NULL;
	preempters = NULL;
	ct_mismatch_ring_clear(&ring);
	WRITE_ONCE(end_asked, false);
	last = (struct ct_status){ .number = last.number };
}

/* The point of no return: what the last run found is gone after it. */
static int go(struct ct_exercise *of, const char **why)
{
	int err;

	last.config = of->config;
	last.started = ktime_get_real_ns();
	begin = ktime_get_ns();
	*why = "its threads could not be started";
	err = ct_pool_start(&of->pool);
	if (err)
		return err;
	err = start_all(of);
	if (err)
		return err;
	last.number = of->number;
	exercise = of;
	WRITE_ONCE(last.state, CT_RUN_RUNNING);
	queue_end();
	pr_info("run %llu: %u drivers on %u CPUs, seed %#llx, %llu KiB\n",
		of->number, of->count, cpumask_weight(&of->config.cpus),
		of->config.seed, memory_held(of) / 1024);
	return 0;
}

static int start_locked(const struct ct_config *config,
			const struct ct_subject *const *subjects,
			unsigned int count, const char **why)
{
	struct ct_preempter *new_preempters;
	struct ct_timer *new_timers;
	struct ct_exercise *of;
	int err = -ENOMEM;

	*why = "the module is being unloaded";
	if (closed)
		return -ESHUTDOWN;
	*why = "a run is on already: 'cryptorture stop' ends it";
	if (last.state == CT_RUN_RUNNING)
		return -EBUSY;
	*why = ct_config_check(config);
	if (*why)
		return -EINVAL;
	*why = "there is not enough memory";
	of = kvzalloc(sizeof(*of), GFP_KERNEL);
	new_timers = ct_timers_alloc();
	new_preempters = ct_preempters_alloc();
	if (!of || !new_timers || !new_preempters)
		goto free;
	of->config = *config;
	of->number = last.number + 1;
	err = make_exercise(of, subjects, count, why);
	if (err)
		goto free_made;
	forget();
	timers = new_timers;
	preempters = new_preempters;
	err = go(of, why);
	if (!err)
		return 0;
	/* forget() frees the timers when the next run starts. */
	new_timers = NULL;
	new_preempters = NULL;
free_made:
	free_workers(of);
	free_exercise(of);
	of = NULL;
free:
	ct_preempters_free(new_preempters);
	ct_timers_free(new_timers);
	kvfree(of);
	if (err == -ENOMEM)
		*why = "there is not enough memory";
	return err;
}

int ct_run_start(const struct ct_config *config,
		 const struct ct_subject *const *subjects, unsigned int count,
		 const char **why)
{
	void (*tell)(bool begins);
	int err;

	mutex_lock(&control);
	err = start_locked(config, subjects, count, why);
	tell = listener;
	mutex_unlock(&control);
	if (!err && tell)
		tell(true);
	return err;
}

void ct_run_close(void)
{
	mutex_lock(&control);
	closed = true;
	mutex_unlock(&control);
	ct_run_stop(CT_END_UNLOAD);
}

int ct_run_init(void)
{
	int err;

	err = ct_mismatch_ring_init(&ring);
	if (err)
		return err;
	err = -ENOMEM;
	workqueue = alloc_workqueue("cryptorture", WQ_UNBOUND, 0);
	if (!workqueue)
		goto free_ring;
	INIT_DELAYED_WORK(&end_work, end_run);
	err = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN,
					"cryptorture:online", cpu_comes,
					cpu_goes);
	if (err < 0)
		goto destroy_workqueue;
	hotplug_state = err;
	return 0;

destroy_workqueue:
	destroy_workqueue(workqueue);
free_ring:
	ct_mismatch_ring_free(&ring);
	return err;
}

void ct_run_exit(void)
{
	ct_run_close();
	cancel_delayed_work_sync(&end_work);
	cpuhp_remove_state_nocalls(hotplug_state);
	destroy_workqueue(workqueue);
	forget();
	ct_mismatch_ring_free(&ring);
}
