// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <asm/fpu/api.h>

#include "disturb/preempt.h"

/* From a half to one and a half of it at full load; longer at less. */
#define GAP_US		1000
#define STREAM_PREEMPT	0x93ee

/**
 * struct ct_preempter - the real-time thread of one CPU
 * @task: the thread, or NULL
 * @cpu: what it disturbs
 * @woken: times that it took the CPU
 */
struct ct_preempter {
	struct task_struct *task;
	struct ct_cpu *cpu;
	u64 woken;
};

struct ct_preempter *ct_preempters_alloc(void)
{
	return kvcalloc(nr_cpu_ids, sizeof(struct ct_preempter), GFP_KERNEL);
}

void ct_preempters_free(struct ct_preempter *preempters)
{
	kvfree(preempters);
}

u64 ct_preempters_woken(const struct ct_preempter *preempters)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(preempters[cpu].woken);
	return sum;
}

static int preempt(void *data)
{
	struct ct_preempter *preempter = data;
	const struct ct_config *config = &preempter->cpu->exercise->config;
	struct ct_random random;

	ct_random_init(&random, config->seed, STREAM_PREEMPT,
		       preempter->cpu->cpu);
	while (!kthread_should_stop()) {
		u32 gap = (GAP_US / 2 + ct_random_below(&random, GAP_US)) *
			  (CT_LOAD_FULL / config->load);
		ktime_t pause = ns_to_ktime((u64)gap * NSEC_PER_USEC);

		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule_hrtimeout(&pause, HRTIMER_MODE_REL);
		__set_current_state(TASK_RUNNING);
		/* Leaves nothing of the worker in the registers. */
		kernel_fpu_begin();
		kernel_fpu_end();
		WRITE_ONCE(preempter->woken, preempter->woken + 1);
	}
	return 0;
}

int ct_preempter_start(struct ct_preempter *preempters, struct ct_cpu *cpu)
{
	struct ct_preempter *preempter = &preempters[cpu->cpu];
	struct task_struct *task;

	preempter->cpu = cpu;
	task = kthread_create_on_node(preempt, preempter, cpu_to_node(cpu->cpu),
				      "cryptorture/rt%u", cpu->cpu);
	if (IS_ERR(task))
		return PTR_ERR(task);
	kthread_bind(task, cpu->cpu);
	sched_set_fifo_low(task);
	preempter->task = task;
	wake_up_process(task);
	return 0;
}

void ct_preempter_stop(struct ct_preempter *preempters, unsigned int cpu)
{
	struct ct_preempter *preempter = &preempters[cpu];

	if (!preempter->task)
		return;
	kthread_stop(preempter->task);
	preempter->task = NULL;
}
