// SPDX-License-Identifier: GPL-2.0-only
#include <linux/errno.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/fpu/api.h>

#include "compat.h"
#include "esp/count.h"

/* Read where preemption is off; written by one at a time. */
static struct yt_esp_counter __rcu *counters[CRYPTORTURE_ESP_PROBES_MAX];

struct yt_esp_counter *yt_esp_counter_new(const u32 *namespaces, u32 len)
{
	struct yt_esp_counter *counter = kzalloc(sizeof(*counter), GFP_KERNEL);

	if (!counter)
		return NULL;
	memcpy(counter->namespaces, namespaces, len * sizeof(*namespaces));
	counter->len = len;
	counter->counts = alloc_percpu(struct yt_esp_counts);
	if (!counter->counts) {
		kfree(counter);
		return NULL;
	}
	return counter;
}

void yt_esp_counter_free(struct yt_esp_counter *counter)
{
	if (counter)
		free_percpu(counter->counts);
	kfree(counter);
}

int yt_esp_counter_add(struct yt_esp_counter *counter)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(counters); i++) {
		if (rcu_access_pointer(counters[i]))
			continue;
		rcu_assign_pointer(counters[i], counter);
		return 0;
	}
	return -EBUSY;
}

void yt_esp_counter_remove(struct yt_esp_counter *counter)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(counters); i++)
		if (rcu_access_pointer(counters[i]) == counter)
			RCU_INIT_POINTER(counters[i], NULL);
	synchronize_rcu();
}

static enum cryptorture_esp_context context_of_call(void)
{
	/* With PREEMPT_RT, of the thread: its softirqs are not over FPU sections. */
	if (in_serving_softirq()) {
		/* A probe that is a breakpoint: what follows is not for NMIs. */
		if (in_nmi())
			return CRYPTORTURE_ESP_CONTEXT_UNKNOWN;
		/* In a softirq irq_fpu_usable() is false only inside an FPU section. */
		return irq_fpu_usable() ? CRYPTORTURE_ESP_CONTEXT_SOFTIRQ :
					  CRYPTORTURE_ESP_CONTEXT_NESTED_FPU;
	}
	if (in_hardirq() && !in_nmi())
		return CRYPTORTURE_ESP_CONTEXT_UNKNOWN;
	return softirq_count() ? CRYPTORTURE_ESP_CONTEXT_TASK_BH : CRYPTORTURE_ESP_CONTEXT_TASK;
}

static bool is_wanted(const struct yt_esp_counter *counter, u32 namespace)
{
	u32 i;

	for (i = 0; i < counter->len; i++)
		if (counter->namespaces[i] == namespace)
			return true;
	return !counter->len;
}

void yt_esp_count(enum cryptorture_direction direction, u32 namespace)
{
	enum cryptorture_esp_context context = context_of_call();
	struct yt_esp_counter *counter;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(counters); i++) {
		counter = rcu_dereference_sched(counters[i]);
		/* A softirq may come in between, so this is one instruction. */
		if (counter && is_wanted(counter, namespace))
			this_cpu_inc(counter->counts->calls[direction][context]);
	}
}
