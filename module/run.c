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

#include "disturb/disturber.h"
#include "disturb/hotplug.h"
#include "disturb/timer.h"
#include "exercise/caller.h"
#include "exercise/exercise.h"
#include "exercise/replay.h"
#include "exercise/softirq.h"
#include "exercise/task.h"
#include "run.h"

/* Serialises start, stop and status. Taken before cpus_read_lock(). */
static DEFINE_MUTEX(control);

/* Of the present run, or the last one; under @control unless it says so. */
static struct ct_exercise *exercise;
static struct ct_status last;
static struct ct_mismatch_ring ring;	/* has a lock of its own */
static bool end_asked;			/* any context: at the first mismatch */
static void (*listener)(bool begins);
static bool closed;			/* no further run may begin */

/* The run that CPU hotplug has to look after; under the hotplug lock. */
static struct ct_exercise *plugged;
static enum cpuhp_state hotplug_state;

static struct workqueue_struct *workqueue;
static struct delayed_work end_work;

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

/* On the CPU itself: its timer is pinned to it. */
static void start_softirq(void *data)
{
	ct_softirq_start(data);
}

static void stop_workers(struct ct_cpu *cpu)
{
	/* It resumes the softirqs, so it goes first. */
	ct_task_stop(cpu);
	ct_softirq_stop(cpu);
}

static int start_workers(struct ct_cpu *cpu)
{
	const struct ct_config *config = &cpu->exercise->config;
	int err = 0;

	if (config->contexts & BIT(CT_CONTEXT_TASK))
		err = ct_task_start(cpu);
	if (!err && config->contexts & BIT(CT_CONTEXT_SOFTIRQ))
		err = smp_call_function_single(cpu->cpu, start_softirq, cpu, 1);
	if (err)
		stop_workers(cpu);
	return err;
}

/* Hotplug callbacks: under the hotplug lock, so @plugged stands still. */
static int cpu_comes(unsigned int number)
{
	struct ct_cpu *cpu = plugged ? plugged->cpus[number] : NULL;

	if (cpu && (start_workers(cpu) || ct_disturbers_start_cpu(cpu)))
		pr_warn("CPU %u is back, but not all that ought to run there could be started\n",
			number);
	return 0;
}

/* Beside one that is about to go. */
static bool is_another_online(const struct cpumask *cpus, unsigned int number)
{
	unsigned int cpu;

	for_each_cpu_and(cpu, cpus, cpu_online_mask)
		if (cpu != number)
			return true;
	return false;
}

static int cpu_goes(unsigned int number)
{
	struct ct_cpu *cpu = plugged ? plugged->cpus[number] : NULL;

	if (!cpu)
		return 0;
	ct_disturbers_stop_cpu(number);
	stop_workers(cpu);
	cpumask_set_cpu(number, &plugged->coverage.unplugged);
	if (!ct_hotplug_takes(number))
		pr_info("CPU %u goes offline in mid-run\n", number);
	if (!is_another_online(&plugged->config.cpus, number))
		pr_warn("run %llu: none of its CPUs is online: it goes on when one comes back, or ends at its time\n",
			plugged->number);
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
	ct_timer_resume(cpu);
}

static void free_cpus(struct ct_exercise *of)
{
	/* The driver may still write to its memory, and call us back. */
	if (of->abandoned && !closed) {
		pr_err("a driver has not given back a request: its memory stays allocated, and this module stays loaded\n");
		__module_get(THIS_MODULE);
		return;
	}
	if (of->abandoned)
		pr_err("a driver has not given back a request: unloading waits for it\n");
	ct_exercise_free_cpus(of);
}

void ct_run_status(struct ct_status *status)
{
	mutex_lock(&control);
	if (last.state == CT_RUN_RUNNING)
		ct_status_take(&last, exercise);
	*status = last;
	mutex_unlock(&control);
}

static void stop_all(struct ct_exercise *of)
{
	unsigned int cpu;

	/* While all that might have been the cause still goes on. */
	ct_replay_finish(of);
	ct_callers_close();
	ct_disturbers_stop(of);
	cpus_read_lock();
	plugged = NULL;
	for_each_cpu(cpu, &of->config.cpus)
		stop_workers(of->cpus[cpu]);
	cpus_read_unlock();
	ct_pool_stop(&of->pool);
}

static void stop_locked(enum ct_end end)
{
	WRITE_ONCE(last.state, CT_RUN_STOPPING);
	cancel_delayed_work(&end_work);
	stop_all(exercise);
	ct_status_take(&last, exercise);
	ct_status_conclude(&last, exercise, end);
	free_cpus(exercise);
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
	u64 gone = ktime_get_ns() - last.begin;

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
		else if (length && ktime_get_ns() - last.begin >= length)
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
		err = start_workers(of->cpus[cpu]);
		if (err)
			break;
	}
	plugged = of;
	cpus_read_unlock();
	if (!err)
		err = ct_disturbers_start(of);
	if (err)
		stop_all(of);
	return err;
}

/* What the last run has left. */
static void forget(void)
{
	ct_exercise_free(exercise);
	exercise = NULL;
	ct_mismatch_ring_clear(&ring);
	WRITE_ONCE(end_asked, false);
	last = (struct ct_status){ .number = last.number };
}

/* The point of no return: what the last run found is gone after it. */
static int go(struct ct_exercise *of, const char **why)
{
	int err;

	last.config = of->config;
	last.drivers = of->count;
	last.started = ktime_get_real_ns();
	last.begin = ktime_get_ns();
	*why = "its threads could not be started";
	err = ct_pool_start(&of->pool);
	if (err)
		return err;
	err = ct_replay_start(of);
	if (err)
		return err;
	err = start_all(of);
	if (err)
		return err;
	last.number = of->number;
	exercise = of;
	WRITE_ONCE(last.state, CT_RUN_RUNNING);
	ct_callers_open(of);
	queue_end();
	pr_info("run %llu: %u drivers on %u CPUs, seed %#llx, %llu KiB\n",
		of->number, of->count, cpumask_weight(&of->config.cpus),
		of->config.seed, ct_exercise_memory(of) / 1024);
	return 0;
}

static int start_locked(const struct ct_config *config,
			const struct ct_subject *const *subjects,
			unsigned int count, const char **why)
{
	struct ct_exercise *of;
	int err;

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
	if (!of)
		return -ENOMEM;
	of->config = *config;
	of->number = last.number + 1;
	of->ring = &ring;
	of->on_mismatch = on_mismatch;
	of->on_batch = on_batch;
	err = ct_exercise_make(of, subjects, count, why);
	if (!err) {
		forget();
		/* Whoever names drivers knows what is left out. */
		last.misses_aesni = !subjects && ct_exercise_misses_aesni(of);
		err = go(of, why);
	}
	if (!err)
		return 0;
	free_cpus(of);
	ct_exercise_free(of);
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
	err = ct_callers_init();
	if (err)
		goto free_ring;
	err = -ENOMEM;
	workqueue = alloc_workqueue("cryptorture", WQ_UNBOUND, 0);
	if (!workqueue)
		goto exit_callers;
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
exit_callers:
	ct_callers_exit();
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
	ct_hotplug_restore();
	ct_callers_exit();
	forget();
	ct_mismatch_ring_free(&ring);
}
