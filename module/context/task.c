// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/sched.h>

#include "chain/chain.h"
#include "context/softirq.h"
#include "context/task.h"
#include "cpu/clock.h"
#include "op/choice.h"
#include "op/operation.h"
#include "op/submit.h"
#include "verify/verify.h"
#include "verify/wait.h"

/* Operations on one test SA before the next is taken, other than chains. */
#define BATCH		16
/* Length of a burst at less than full load: waking up has a cost, too. */
#define BURST_NS	(2 * NSEC_PER_MSEC)
/* Waking the followers takes time too: so only every so many times. */
#define WAKE_EVERY	4
#define STREAM_TASK	0x7a5c

int yt_task_run(struct yt_operation *op, bool (*give_up)(const struct yt_cpu *cpu))
{
	int err;

	yt_operation_prepare(op);
	yt_operation_submit(op);
	err = yt_operation_finish(op, give_up);
	return err ? err : yt_verify(op);
}

/* All workers of a run see this at once, and are then stopped one after the other. */
static bool stopping(const struct yt_cpu *cpu)
{
	return READ_ONCE(cpu->exercise->stopping) || kthread_should_stop();
}

/*
 * Sleep as long as its share requires after @busy nanoseconds of work, or after the time that
 * the scheduler accounted since the last call: sleeping and waking count too.
 */
static void pace(struct yt_cpu *cpu, u64 busy, u64 *before, u64 *woken)
{
	u64 ran = current->se.sum_exec_runtime;
	u32 share = yt_config_share(&cpu->exercise->config, CRYPTORTURE_CONTEXT_TASK);
	ktime_t pause;

	busy = max(busy, ran - *before);
	*before = ran;
	pause = ns_to_ktime(div_u64(busy * (YT_SHARE_WHOLE - share), share));
	WRITE_ONCE(cpu->active, false);
	set_current_state(TASK_INTERRUPTIBLE);
	/* A stop before set_current_state() must not be missed. */
	if (!kthread_should_stop())
		schedule_hrtimeout_range(&pause, NSEC_PER_MSEC / 20,
					 HRTIMER_MODE_REL);
	__set_current_state(TASK_RUNNING);
	*woken = yt_clock();
	WRITE_ONCE(cpu->active, true);
	/* Pairs with wait_event() of the followers. */
	if (cpu->bursts++ % WAKE_EVERY == 0 && wq_has_sleeper(&cpu->resumed))
		wake_up_all(&cpu->resumed);
}

/* The thread may have been moved by others, or by the kernel when its CPU went offline. */
static void go_home(const struct yt_cpu *cpu)
{
	if (raw_smp_processor_id() != cpu->cpu || current->nr_cpus_allowed != 1)
		set_cpus_allowed_ptr(current, cpumask_of(cpu->cpu));
}

/*
 * Many requests in flight: so that they queue up, complete out of order, and
 * could be confused. The test SA is that of the worker's own
 * operation, which holds it until all are complete.
 */
static int fly(struct yt_cpu *cpu, const struct yt_pool_group *group,
	       struct yt_random *random)
{
	unsigned int count = 2 + yt_random_below(random, YT_FLIGHT_SLOTS - 1);
	unsigned int i;
	u32 latest = 0;
	int err = 0;

	for (i = 0; i < count; i++) {
		struct yt_operation *op = &cpu->flight[i];

		op->reader.test_sa = cpu->task->reader.test_sa;
		yt_choice_deferred(op, group, random);
		yt_operation_prepare(op);
		yt_operation_submit(op);
	}
	for (i = 0; i < count; i++)
		if (yt_operation_finish(&cpu->flight[i], stopping))
			err = -ETIME;
	for (i = 0; i < count; i++) {
		struct yt_operation *op = &cpu->flight[i];

		if (op->in_flight)
			continue;
		op->reordered = op->course.async && op->order < latest;
		latest = max(latest, op->order);
		yt_verify(op);
	}
	return err;
}

static int run_next(struct yt_cpu *cpu, const struct yt_pool_group *group,
		    struct yt_random *random)
{
	yt_choice_make(cpu->task, group, random);
	if (cpu->flight && yt_operation_driver(cpu->task)->deferred)
		return fly(cpu, group, random);
	return yt_task_run(cpu->task, stopping) < 0 ? -ETIME : 0;
}

/*
 * Operations by themselves have every layout, and are aimed at gaps of the
 * coverage; chains are fast. So until there are no gaps, only the former; then
 * one in eight, for a chain is as long as many batches of them.
 */
static bool chain_is_next(const struct yt_cpu *cpu,
			  const struct yt_pool_group *group,
			  struct yt_random *random)
{
	return (cpu->covered[CRYPTORTURE_CONTEXT_TASK] & group->bit) &&
	       !cpu->task->reader.test_sa->refused &&
	       yt_chain_suits(cpu, group) && !yt_random_below(random, 8);
}

/* The first packet that fits, from a random one on; false if there is none. */
static bool find_packet(const struct yt_test_sa *test_sa,
			struct yt_random *random, unsigned int *vector)
{
	unsigned int first = yt_random_below(random, YT_SA_VECTORS), i;

	for (i = 0; i < YT_SA_VECTORS; i++) {
		*vector = (first + i) % YT_SA_VECTORS;
		if (yt_chain_fits(&test_sa->vectors[*vector]))
			return true;
	}
	return false;
}

/* @limit: nanoseconds, or 0. */
static int run_chain(struct yt_cpu *cpu, const struct yt_pool_group *group,
		     struct yt_random *random, unsigned int vector, u64 limit)
{
	u32 bits = yt_random_below(random, 32);
	struct yt_chain_spec spec = {
		.test_sa = cpu->task->reader.test_sa,
		.group = group,
		/* Half of them aligned, as skbs mostly are. */
		.offset = bits & 1 ? bits >> 1 : 0,
		.vector = vector,
		.limit = limit ? limit : YT_CHAIN_NS,
		.strict = limit,
	};

	/* A chain is as long as many batches. */
	yt_exchange_page(&cpu->exercise->exchange, cpu->chain->pages,
			 YT_CHAIN_IMAGES);
	return yt_chain_run(cpu->chain, &spec, random, stopping) < 0 ?
	       -ETIME : 0;
}

static int run_singles(struct yt_cpu *cpu, const struct yt_pool_group *group,
		       struct yt_random *random, u64 limit)
{
	u64 start = yt_clock();
	unsigned int i;

	for (i = 0; i < BATCH && !stopping(cpu); i++) {
		if (run_next(cpu, group, random))
			return -ETIME;
		cond_resched();
		if (limit && yt_clock_ns(start, yt_clock()) > limit)
			break;
	}
	return 0;
}

/* The worker has nothing in flight. Seldom, because all CPUs share a lock. */
static void exchange(struct yt_cpu *cpu, struct yt_random *random)
{
	struct yt_exchange *with = &cpu->exercise->exchange;
	struct yt_operation *op = cpu->task;

	if (yt_random_below(random, YT_EXCHANGE_EVERY))
		return;
	yt_exchange_buffers(with, op->lean, &op->source, &op->destination);
	if (!cpu->flight)
		return;
	op = &cpu->flight[yt_random_below(random, YT_FLIGHT_SLOTS)];
	yt_exchange_buffers(with, op->lean, &op->source, &op->destination);
}

/* @limit: end after so many nanoseconds, or 0. Return: false when a request is lost. */
static bool batch(struct yt_cpu *cpu, struct yt_random *random, u64 limit)
{
	struct yt_operation *op = cpu->task;
	struct yt_pool_group *group;
	unsigned int vector;
	int err;

	group = yt_choice_take(op, random);
	exchange(cpu, random);
	/* For the rest of a burst, setting up a chain would take all of the time. */
	if (!op->meeting && (!limit || limit > BURST_NS / 2) &&
	    chain_is_next(cpu, group, random) &&
	    find_packet(op->reader.test_sa, random, &vector))
		err = run_chain(cpu, group, random, vector, limit);
	else
		err = run_singles(cpu, group, random, limit);
	if (err)
		return false;
	yt_pool_put(&op->reader);
	return true;
}

static void set_entry(struct yt_cpu *cpu, struct yt_task_entry *entry)
{
	unsigned int i;

	cpu->task->entry = entry;
	for (i = 0; cpu->flight && i < YT_FLIGHT_SLOTS; i++)
		cpu->flight[i].entry = entry;
}

static int work(void *data)
{
	struct yt_cpu *cpu = data;
	struct yt_random random;
	struct yt_task_entry *entry;
	u64 start, burst, ran = 0, busy = 0;

	entry = yt_task_map_add(&cpu->exercise->task_map);
	set_entry(cpu, entry);
	/* Other work of the machine comes first. */
	set_user_nice(current, MAX_NICE);
	yt_random_init(&random, cpu->exercise->config.seed, STREAM_TASK,
		       cpu->cpu);
	start = yt_clock();
	while (!stopping(cpu)) {
		go_home(cpu);
		yt_softirq_resume(cpu);
		if (cpu->exercise->on_batch)
			cpu->exercise->on_batch(cpu);
		burst = cpu->exercise->config.load < CRYPTORTURE_LOAD_FULL ? BURST_NS :
								    0;
		if (!batch(cpu, &random, burst ? burst - busy : 0))
			break;
		busy = yt_clock_ns(start, yt_clock());
		if (busy < burst)
			continue;
		if (burst)
			pace(cpu, busy, &ran, &start);
		busy = 0;
	}
	set_entry(cpu, NULL);
	yt_task_map_remove(&cpu->exercise->task_map, entry);
	/* kthread_stop() needs the thread to exist. */
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ);
	return 0;
}

static bool any_in_flight(const struct yt_cpu *cpu)
{
	unsigned int i;

	for (i = 0; cpu->flight && i < YT_FLIGHT_SLOTS; i++)
		if (cpu->flight[i].in_flight)
			return true;
	for (i = 0; i < YT_CHAIN_OPS; i++)
		if (cpu->chain->ops[i].op.in_flight)
			return true;
	return cpu->task->in_flight;
}

int yt_task_start(struct yt_cpu *cpu)
{
	struct task_struct *task;

	/* A request of an earlier worker is still in flight. */
	if (any_in_flight(cpu))
		return -EBUSY;
	task = kthread_create_on_node(work, cpu, cpu_to_node(cpu->cpu),
				      "cryptorture/%u", cpu->cpu);
	if (IS_ERR(task))
		return PTR_ERR(task);
	kthread_bind(task, cpu->cpu);
	cpu->active = true;
	WRITE_ONCE(cpu->worker, task);
	wake_up_process(task);
	return 0;
}

void yt_task_stop(struct yt_cpu *cpu)
{
	struct task_struct *task = cpu->worker;

	if (!task)
		return;
	kthread_stop(task);
	WRITE_ONCE(cpu->worker, NULL);
}
