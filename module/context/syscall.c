// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/percpu-rwsem.h>
#include <linux/sched/signal.h>

#include "context/syscall.h"
#include "context/task.h"
#include "op/choice.h"
#include "op/operation.h"

/*
 * User threads hold it for reading while they are in a run: that writes no memory that
 * is shared between CPUs.
 */
static struct percpu_rw_semaphore gate;
static struct yt_exercise *inside;	/* under @gate; NULL: closed */

/* Passed checks that user threads report. */
static DEFINE_PER_CPU(u64, checks);

int yt_syscall_init(void)
{
	return percpu_init_rwsem(&gate);
}

void yt_syscall_exit(void)
{
	percpu_free_rwsem(&gate);
}

void yt_syscall_open(struct yt_exercise *exercise)
{
	unsigned int cpu;

	percpu_down_write(&gate);
	for_each_possible_cpu(cpu)
		WRITE_ONCE(per_cpu(checks, cpu), 0);
	inside = exercise;
	percpu_up_write(&gate);
}

void yt_syscall_close(void)
{
	percpu_down_write(&gate);
	inside = NULL;
	percpu_up_write(&gate);
}

u64 yt_syscall_checks(void)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(checks, cpu));
	return sum;
}

/* Do not wait longer for a stuck request. */
static bool give_up(const struct yt_cpu *cpu)
{
	return true;
}

/* Return: as yt_task_run(). */
static int run_one(struct yt_cpu *cpu)
{
	struct yt_random *random = &cpu->syscall_random;
	struct yt_operation *op = cpu->syscall;
	struct yt_pool_group *group;
	int what;

	group = yt_choice_take(op, random);
	if (!yt_random_below(random, YT_EXCHANGE_EVERY))
		yt_exchange_buffers(&cpu->exercise->exchange, op->lean,
				    &op->source, &op->destination);
	yt_choice_make(op, group, random);
	what = yt_task_run(op, give_up);
	/* While the request is in flight the driver may read from the test SA. */
	if (what >= 0)
		yt_pool_put(&op->reader);
	return what;
}

static void run_some(struct yt_cpu *cpu, struct yt_call *call)
{
	while (call->done < call->operations && !signal_pending(current)) {
		int what;

		/* Moved elsewhere, it would count for the wrong CPU. */
		if (raw_smp_processor_id() != cpu->cpu)
			break;
		what = run_one(cpu);
		if (what < 0)
			break;
		call->done++;
		call->mismatches += what != 0;
		cond_resched();
	}
}

static int enter(struct yt_cpu *cpu, struct yt_call *call)
{
	struct yt_task_entry *entry;

	if (mutex_lock_killable(&cpu->syscall_lock))
		return -EINTR;
	if (cpu->syscall->in_flight) {
		mutex_unlock(&cpu->syscall_lock);
		return -EBUSY;
	}
	entry = yt_task_map_add(&cpu->exercise->task_map);
	cpu->syscall->entry = entry;
	run_some(cpu, call);
	cpu->syscall->entry = NULL;
	yt_task_map_remove(&cpu->exercise->task_map, entry);
	mutex_unlock(&cpu->syscall_lock);
	return 0;
}

int yt_call(struct yt_call *call)
{
	struct yt_exercise *exercise;
	struct yt_cpu *cpu;
	int err = -ESRCH;

	percpu_down_read(&gate);
	exercise = inside;
	if (!exercise)
		goto up;
	this_cpu_add(checks, call->checks);
	/* One cache line shared by all CPUs, so not written without need. */
	if (READ_ONCE(exercise->syscall_tgid) != current->tgid)
		WRITE_ONCE(exercise->syscall_tgid, current->tgid);
	call->run = exercise->number;
	if (!(exercise->config.contexts & BIT(CRYPTORTURE_CONTEXT_CALLER)))
		goto up;
	err = -ENODEV;
	cpu = exercise->cpus[raw_smp_processor_id()];
	if (!cpu)
		goto up;
	err = enter(cpu, call);
up:
	percpu_up_read(&gate);
	return err;
}

int yt_report_register(const struct yt_register *found)
{
	struct yt_exercise *exercise;

	percpu_down_read(&gate);
	exercise = inside;
	if (exercise)
		yt_finding_register(exercise, found);
	percpu_up_read(&gate);
	return exercise ? 0 : -ESRCH;
}
