// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/kprobes.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <net/net_namespace.h>
#include <net/xfrm.h>

#include "compat.h"
#include "esp/count.h"
#include "esp/probe.h"

#ifdef CONFIG_KPROBES

/**
 * struct function - one that is probed
 * @probe: its name, and what is called
 * @direction: what it does
 * @is_probed: it is registered; it may have gone with its module
 * @missed: by earlier registrations
 */
struct function {
	struct kprobe probe;
	enum cryptorture_direction direction;
	bool is_probed;
	u64 missed;
};

/* All of these have their struct xfrm_state as the first argument. */
static int on_call(struct kprobe *probe, struct pt_regs *regs)
{
	const struct function *function = container_of(probe, struct function, probe);
	struct xfrm_state *state = (struct xfrm_state *)regs_get_kernel_argument(regs, 0);

	yt_esp_count(function->direction, xs_net(state)->ns.inum);
	return 0;
}

static struct function functions[] = {
	[CRYPTORTURE_ESP_FUNCTION_OUTPUT] = {
		.probe = { .symbol_name = "esp_output_tail", .pre_handler = on_call },
		.direction = CRYPTORTURE_DIRECTION_ENCRYPT,
	},
	[CRYPTORTURE_ESP_FUNCTION_INPUT] = {
		.probe = { .symbol_name = "esp_input", .pre_handler = on_call },
		.direction = CRYPTORTURE_DIRECTION_DECRYPT,
	},
	[CRYPTORTURE_ESP_FUNCTION_OUTPUT6] = {
		.probe = { .symbol_name = "esp6_output_tail", .pre_handler = on_call },
		.direction = CRYPTORTURE_DIRECTION_ENCRYPT,
	},
	[CRYPTORTURE_ESP_FUNCTION_INPUT6] = {
		.probe = { .symbol_name = "esp6_input", .pre_handler = on_call },
		.direction = CRYPTORTURE_DIRECTION_DECRYPT,
	},
};

static atomic_t proofs = ATOMIC_INIT(0);

static int on_proof(struct kprobe *probe, struct pt_regs *regs)
{
	atomic_inc(&proofs);
	return 0;
}

void yt_esp_proof(void);

/* Probed like the others: it shows whether probes are hit at all. */
noinline void yt_esp_proof(void)
{
	barrier();
}

static struct function proof = {
	.probe = { .symbol_name = "yt_esp_proof", .pre_handler = on_proof },
};

static DEFINE_MUTEX(lock);	/* of all that follows */
static unsigned int users;

static int register_function(struct function *function)
{
	int err;

	if (function->is_probed && !kprobe_gone(&function->probe))
		return 0;
	if (function->is_probed) {
		function->missed += function->probe.nmissed;
		unregister_kprobe(&function->probe);
	}
	/* So that it can be registered again after its removal. */
	function->probe.addr = NULL;
	function->probe.flags = 0;
	err = register_kprobe(&function->probe);
	function->is_probed = !err;
	return err;
}

static void unregister_function(struct function *function)
{
	if (function->is_probed)
		unregister_kprobe(&function->probe);
	function->is_probed = false;
	function->missed = 0;
}

/* Return: a mask of what is probed; 0: @err says why. */
static u32 register_all(int *err)
{
	u32 mask = 0;
	unsigned int i;

	*err = -ENOENT;
	for (i = 0; i < ARRAY_SIZE(functions); i++) {
		int failed = register_function(&functions[i]);

		if (!failed)
			mask |= BIT(i);
		else if (failed != -ENOENT)
			*err = -EOPNOTSUPP;
	}
	return mask;
}

static void unregister_all(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(functions); i++)
		unregister_function(&functions[i]);
	unregister_function(&proof);
}

/* Kprobes can be switched off at any time: try it. */
static bool is_hit(void)
{
	int before = atomic_read(&proofs);

	yt_esp_proof();
	return atomic_read(&proofs) != before;
}

static u64 missed_by_all(void)
{
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(functions); i++) {
		sum += functions[i].missed;
		if (functions[i].is_probed)
			sum += functions[i].probe.nmissed;
	}
	return sum;
}

static int start(struct yt_esp_probe *probe, struct yt_esp_counter *counter, u32 *mask)
{
	int err = yt_esp_counter_add(counter);

	if (err)
		return err;
	*mask = register_all(&err);
	if (*mask && (register_function(&proof) || !is_hit()))
		err = -EOPNOTSUPP;
	else if (*mask)
		err = 0;
	if (err) {
		if (!users)
			unregister_all();
		yt_esp_counter_remove(counter);
		return err;
	}
	users++;
	probe->counter = counter;
	probe->missed = missed_by_all();
	return 0;
}

static bool is_sound(const struct cryptorture_esp_probe_args *args)
{
	u32 i;

	if (args->namespaces_len > CRYPTORTURE_ESP_NAMESPACES_MAX || args->reserved)
		return false;
	for (i = 0; i < CRYPTORTURE_ESP_NAMESPACES_MAX; i++) {
		bool told = i < args->namespaces_len;

		if (told != !!args->namespaces[i])
			return false;
	}
	return true;
}

int yt_esp_probe_start(struct yt_esp_probe *probe, struct cryptorture_esp_probe_args *args)
{
	struct yt_esp_counter *counter;
	int err = -EEXIST;

	if (!is_sound(args))
		return -EINVAL;
	counter = yt_esp_counter_new(args->namespaces, args->namespaces_len);
	if (!counter)
		return -ENOMEM;
	mutex_lock(&lock);
	if (!probe->counter)
		err = start(probe, counter, &args->functions);
	mutex_unlock(&lock);
	if (err)
		yt_esp_counter_free(counter);
	return err;
}

static void copy_counts(struct cryptorture_esp_counts_args *to, const struct yt_esp_counts *from)
{
	unsigned int i;

	for (i = 0; i < __CRYPTORTURE_ESP_CONTEXT_MAX; i++) {
		to->encapsulation[i] = READ_ONCE(from->calls[CRYPTORTURE_DIRECTION_ENCRYPT][i]);
		to->decapsulation[i] = READ_ONCE(from->calls[CRYPTORTURE_DIRECTION_DECRYPT][i]);
	}
}

int yt_esp_probe_read(struct yt_esp_probe *probe, struct cryptorture_esp_counts_args *args)
{
	unsigned int cpu;
	int err;

	if (args->reserved)
		return -EINVAL;
	mutex_lock(&lock);
	err = -ENOENT;
	if (!probe->counter)
		goto unlock;
	err = -ERANGE;
	if (args->cpu >= nr_cpu_ids)
		goto unlock;
	cpu = args->cpu;
	while (!cpu_possible(cpu))
		if (++cpu >= nr_cpu_ids)
			goto unlock;
	args->functions = register_all(&err);
	err = -EOPNOTSUPP;
	if (!is_hit())
		goto unlock;
	args->cpu = cpu;
	args->missed = missed_by_all() - probe->missed;
	copy_counts(args, per_cpu_ptr(probe->counter->counts, cpu));
	err = 0;
unlock:
	mutex_unlock(&lock);
	return err;
}

void yt_esp_probe_stop(struct yt_esp_probe *probe)
{
	mutex_lock(&lock);
	if (probe->counter) {
		if (!--users)
			unregister_all();
		yt_esp_counter_remove(probe->counter);
		yt_esp_counter_free(probe->counter);
		probe->counter = NULL;
	}
	mutex_unlock(&lock);
}

#else

int yt_esp_probe_start(struct yt_esp_probe *probe, struct cryptorture_esp_probe_args *args)
{
	return -ENOPKG;
}

int yt_esp_probe_read(struct yt_esp_probe *probe, struct cryptorture_esp_counts_args *args)
{
	return -ENOENT;
}

void yt_esp_probe_stop(struct yt_esp_probe *probe)
{
}

#endif /* CONFIG_KPROBES */
