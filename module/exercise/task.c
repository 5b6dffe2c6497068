// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/sched.h>

#include "exercise/clock.h"
#include "exercise/task.h"
#include "exercise/verify.h"

/* Operations on one bundle before the next is taken. */
#define BATCH		16
/* At less than full load a batch ends after this, so that bursts are short. */
#define BURST_NS	(2 * NSEC_PER_MSEC)
#define STREAM_TASK	0x7a5c

int ct_task_run(struct ct_operation *op, bool (*give_up)(void))
{
	ct_operation_prepare(op);
	if (!ct_operation_submit(op) && !ct_operation_wait(op, give_up)) {
		op->in_flight = true;
		op->cpu->exercise->abandoned = true;
		return -ETIME;
	}
	return ct_verify(op);
}

static bool stopping(void)
{
	return kthread_should_stop();
}

/* Sleep as long as the load asks for after @busy nanoseconds of work. */
static void pace(struct ct_cpu *cpu, u64 busy)
{
	u32 load = cpu->exercise->config.load;
	ktime_t pause;

	if (load == CT_LOAD_FULL)
		return;
	pause = ns_to_ktime(div_u64(busy * (CT_LOAD_FULL - load), load));
	WRITE_ONCE(cpu->active, false);
	set_current_state(TASK_INTERRUPTIBLE);
	/* A stop that came before the state was set must not be slept over. */
	if (!kthread_should_stop())
		schedule_hrtimeout_range(&pause, NSEC_PER_MSEC / 20,
					 HRTIMER_MODE_REL);
	__set_current_state(TASK_RUNNING);
	WRITE_ONCE(cpu->active, true);
}

/* Somebody may have moved this thread, or the kernel, when its CPU went. */
static void go_home(const struct ct_cpu *cpu)
{
	if (raw_smp_processor_id() != cpu->cpu || current->nr_cpus_allowed != 1)
		set_cpus_allowed_ptr(current, cpumask_of(cpu->cpu));
}

/* Return: nanoseconds of work, or 0 when a request is lost for good. */
static u64 batch(struct ct_cpu *cpu, struct ct_random *random)
{
	struct ct_exercise *exercise = cpu->exercise;
	struct ct_operation *op = &cpu->task;
	struct ct_pool_group *group;
	u64 start = ct_clock();
	unsigned int i;

	group = &exercise->pool.groups[ct_random_below(random,
						       exercise->pool.count)];
	ct_pool_get(group, &op->reader, (u32)ct_random_u64(random));
	for (i = 0; i < BATCH && !kthread_should_stop(); i++) {
		ct_operation_choose(op, group, random);
		if (ct_task_run(op, stopping) < 0)
			return 0;
		cond_resched();
		if (exercise->config.load < CT_LOAD_FULL &&
		    ct_clock_ns(start, ct_clock()) > BURST_NS)
			break;
	}
	ct_pool_put(&op->reader);
	return max_t(u64, ct_clock_ns(start, ct_clock()), 1);
}

static int work(void *data)
{
	struct ct_cpu *cpu = data;
	struct ct_random random;
	u64 busy;

	/* What else the machine has to do comes first. */
	set_user_nice(current, MAX_NICE);
	ct_random_init(&random, cpu->exercise->config.seed, STREAM_TASK,
		       cpu->cpu);
	while (!kthread_should_stop()) {
		go_home(cpu);
		if (cpu->exercise->on_batch)
			cpu->exercise->on_batch(cpu);
		busy = batch(cpu, &random);
		if (!busy)
			break;
		pace(cpu, busy);
	}
	/* kthread_stop() needs the thread to be there. */
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ);
	return 0;
}

int ct_task_start(struct ct_cpu *cpu)
{
	struct task_struct *task;

	/* Of a worker before this one; the driver still has it. */
	if (cpu->task.in_flight)
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

void ct_task_stop(struct ct_cpu *cpu)
{
	struct task_struct *task = cpu->worker;

	if (!task)
		return;
	kthread_stop(task);
	WRITE_ONCE(cpu->worker, NULL);
}
