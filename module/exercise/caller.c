// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/percpu-rwsem.h>
#include <linux/sched/signal.h>

#include "exercise/caller.h"
#include "exercise/choice.h"
#include "exercise/task.h"

/*
 * Callers hold it for reading while they are inside a run: that writes nothing
 * shared between CPUs.
 */
static struct percpu_rw_semaphore gate;
static struct ct_exercise *inside;	/* under @gate; NULL: closed */

/* Good checks that callers tell of. */
static DEFINE_PER_CPU(u64, checks);

int ct_callers_init(void)
{
	return percpu_init_rwsem(&gate);
}

void ct_callers_exit(void)
{
	percpu_free_rwsem(&gate);
}

void ct_callers_open(struct ct_exercise *exercise)
{
	unsigned int cpu;

	percpu_down_write(&gate);
	for_each_possible_cpu(cpu)
		WRITE_ONCE(per_cpu(checks, cpu), 0);
	inside = exercise;
	percpu_up_write(&gate);
}

void ct_callers_close(void)
{
	percpu_down_write(&gate);
	inside = NULL;
	percpu_up_write(&gate);
}

u64 ct_callers_checks(void)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(checks, cpu));
	return sum;
}

/* A stuck request has been waited for long enough. */
static bool give_up(const struct ct_cpu *cpu)
{
	return true;
}

/* Return: as ct_task_run(). */
static int run_one(struct ct_cpu *cpu)
{
	struct ct_random *random = &cpu->caller_random;
	struct ct_operation *op = &cpu->caller;
	struct ct_pool_group *group;
	int what;

	group = ct_choice_take(op, random);
	if (!ct_random_below(random, CT_EXCHANGE_EVERY))
		ct_exchange_operation(&cpu->exercise->exchange, op);
	ct_choice_make(op, group, random);
	what = ct_task_run(op, give_up);
	/* A driver that keeps the request may still read from the bundle. */
	if (what >= 0)
		ct_pool_put(&op->reader);
	return what;
}

static void run_some(struct ct_cpu *cpu, struct ct_call *call)
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

static int enter(struct ct_cpu *cpu, struct ct_call *call)
{
	struct ct_seat *seat;

	if (mutex_lock_killable(&cpu->caller_lock))
		return -EINTR;
	if (cpu->caller.in_flight) {
		mutex_unlock(&cpu->caller_lock);
		return -EBUSY;
	}
	seat = ct_roster_join(&cpu->exercise->roster);
	cpu->caller.seat = seat;
	run_some(cpu, call);
	cpu->caller.seat = NULL;
	ct_roster_leave(&cpu->exercise->roster, seat);
	mutex_unlock(&cpu->caller_lock);
	return 0;
}

int ct_call(struct ct_call *call)
{
	struct ct_exercise *exercise;
	struct ct_cpu *cpu;
	int err = -ESRCH;

	percpu_down_read(&gate);
	exercise = inside;
	if (!exercise)
		goto up;
	this_cpu_add(checks, call->checks);
	/* One cache line of all, so not written without need. */
	if (READ_ONCE(exercise->callers) != current->tgid)
		WRITE_ONCE(exercise->callers, current->tgid);
	call->run = exercise->number;
	if (!(exercise->config.contexts & BIT(CT_CONTEXT_CALLER)))
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

int ct_report_register(const struct ct_register *found)
{
	struct ct_exercise *exercise;

	percpu_down_read(&gate);
	exercise = inside;
	if (exercise)
		ct_finding_register(exercise, found);
	percpu_up_read(&gate);
	return exercise ? 0 : -ESRCH;
}
