// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpufreq.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/pm_qos.h>
#include <linux/slab.h>

#include "disturb/disturber.h"
#include "disturb/thread.h"

/*
 * The freq disturber: upper limits to the clock frequency, another one every few
 * hundred milliseconds, so that voltage and frequency change under operations.
 * Holds a request for each frequency domain of the run's CPUs, and no policy: a
 * domain whose driver goes away takes its request with it.
 */

/* On average, at full load; longer at less. */
#define GAP_US		300000
#define STREAM_FREQ	0xf4e9

static u64 changes;

static u64 count(void)
{
	return READ_ONCE(changes);
}

#ifdef CONFIG_CPU_FREQ

/**
 * struct domain - CPUs that share a clock
 * @policy: the kernel's name for it; NULL when it has gone
 * @request: our limit
 * @min: kHz, the lowest that the hardware has
 * @max: the highest
 */
struct domain {
	struct cpufreq_policy *policy;
	struct freq_qos_request request;
	unsigned int min;
	unsigned int max;
};

static struct task_struct *thread;
static DEFINE_MUTEX(lock);		/* @domains and @n */
static struct domain *domains;
static unsigned int n;

/* Under @lock. */
static void let_go(struct domain *domain)
{
	if (!domain->policy)
		return;
	freq_qos_remove_request(&domain->request);
	domain->policy = NULL;
}

static int on_policy(struct notifier_block *block, unsigned long event,
		     void *data)
{
	unsigned int i;

	if (event != CPUFREQ_REMOVE_POLICY)
		return NOTIFY_DONE;
	mutex_lock(&lock);
	for (i = 0; i < n; i++)
		if (domains[i].policy == data)
			let_go(&domains[i]);
	mutex_unlock(&lock);
	return NOTIFY_OK;
}

static struct notifier_block policy_block = { .notifier_call = on_policy };

/* Under @lock. */
static bool known(const struct cpufreq_policy *policy)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (domains[i].policy == policy)
			return true;
	return false;
}

static void add_domain(unsigned int cpu)
{
	struct cpufreq_policy *policy = cpufreq_cpu_get(cpu);
	struct domain *domain = &domains[n];

	if (!policy)
		return;
	mutex_lock(&lock);
	domain->min = policy->cpuinfo.min_freq;
	domain->max = policy->cpuinfo.max_freq;
	if (domain->max > domain->min && !known(policy) &&
	    freq_qos_add_request(&policy->constraints, &domain->request,
				 FREQ_QOS_MAX, domain->max) >= 0) {
		domain->policy = policy;
		n++;
	}
	mutex_unlock(&lock);
	cpufreq_cpu_put(policy);
}

static void change(struct yt_random *random)
{
	unsigned int i;

	mutex_lock(&lock);
	for (i = 0; i < n; i++) {
		struct domain *domain = &domains[i];
		u32 range = domain->max - domain->min + 1;

		if (domain->policy &&
		    freq_qos_update_request(&domain->request, domain->min +
					    yt_random_below(random, range)) > 0)
			WRITE_ONCE(changes, changes + 1);
	}
	mutex_unlock(&lock);
}

static int vary(void *data)
{
	const struct yt_exercise *exercise = data;
	struct yt_random random;

	yt_random_init(&random, exercise->config.seed, STREAM_FREQ, 0);
	while (!kthread_should_stop()) {
		yt_thread_pause(exercise, &random, GAP_US);
		change(&random);
	}
	return 0;
}

static const char *impossible(const struct yt_exercise *exercise)
{
	bool fixed = false;
	unsigned int cpu;

	for_each_cpu(cpu, &exercise->config.cpus) {
		struct cpufreq_policy *policy = cpufreq_cpu_get(cpu);

		if (!policy)
			continue;
		fixed = policy->cpuinfo.max_freq <= policy->cpuinfo.min_freq;
		cpufreq_cpu_put(policy);
		if (!fixed)
			return NULL;
	}
	return fixed ? "the clock frequency is fixed" :
	       "no cpufreq driver is at work for the CPUs of the run, as in most virtual machines";
}

static void stop(void)
{
	unsigned int i;

	yt_thread_stop(&thread);
	cpufreq_unregister_notifier(&policy_block, CPUFREQ_POLICY_NOTIFIER);
	for (i = 0; i < n; i++)
		let_go(&domains[i]);
	kfree(domains);
	domains = NULL;
	n = 0;
}

static int start(struct yt_exercise *exercise)
{
	unsigned int cpu;
	int err;

	changes = 0;
	domains = kcalloc(cpumask_weight(&exercise->config.cpus), sizeof(*domains),
			  GFP_KERNEL);
	if (!domains)
		return -ENOMEM;
	err = cpufreq_register_notifier(&policy_block, CPUFREQ_POLICY_NOTIFIER);
	if (err)
		goto free;
	for_each_cpu(cpu, &exercise->config.cpus)
		add_domain(cpu);
	err = yt_thread_start(&thread, vary, exercise, 0, NULL, "freq");
	if (err)
		stop();
	return err;
free:
	kfree(domains);
	domains = NULL;
	return err;
}

#else

static const char *impossible(const struct yt_exercise *exercise)
{
	return "this kernel is built without cpufreq";
}

static int start(struct yt_exercise *exercise)
{
	return -EOPNOTSUPP;
}

static void stop(void)
{
}

#endif

const struct yt_disturber_ops yt_freq_disturber = {
	.name		= "freq",
	.unit		= "changes of the frequency limit",
	.impossible	= impossible,
	.start		= start,
	.stop		= stop,
	.count		= count,
};
