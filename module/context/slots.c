// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/topology.h>

#include "chain/chain.h"
#include "context/slots.h"
#include "op/operation.h"

/* Streams of the run's seed for choices, apart from those for packets. */
#define STREAM_SOFTIRQ	0x50f7
#define STREAM_SYSCALL	0xca11

/* One piece of memory. */
struct slots {
	struct yt_cpu cpu;
	struct yt_operation task;
	struct yt_operation syscall;
	struct yt_operation softirq[YT_SOFTIRQ_SLOTS];
	struct yt_chain chain;
};

static int make_flight(struct yt_cpu *cpu, unsigned int request_size)
{
	unsigned int i;
	int err = 0;

	cpu->flight = kcalloc_node(YT_FLIGHT_SLOTS, sizeof(*cpu->flight),
				   GFP_KERNEL, cpu_to_node(cpu->cpu));
	if (!cpu->flight)
		return -ENOMEM;
	for (i = 0; !err && i < YT_FLIGHT_SLOTS; i++) {
		/* There are many of them: save memory. */
		cpu->flight[i].lean = true;
		err = yt_operation_init(&cpu->flight[i], cpu, CRYPTORTURE_CONTEXT_TASK,
					request_size);
	}
	return err;
}

struct yt_cpu *yt_cpu_make(struct yt_exercise *exercise, unsigned int number)
{
	unsigned int request_size = exercise->pool.request_size;
	struct slots *slots;
	struct yt_cpu *cpu;
	unsigned int i;
	int err;

	slots = kzalloc_node(sizeof(*slots), GFP_KERNEL, cpu_to_node(number));
	if (!slots)
		return ERR_PTR(-ENOMEM);
	cpu = &slots->cpu;
	cpu->task = &slots->task;
	cpu->syscall = &slots->syscall;
	cpu->softirq = slots->softirq;
	cpu->chain = &slots->chain;
	cpu->exercise = exercise;
	cpu->cpu = number;
	cpu->cells = exercise->coverage.cells[number];
	yt_random_init(&cpu->softirq_random, exercise->config.seed,
		       STREAM_SOFTIRQ, number);
	init_waitqueue_head(&cpu->resumed);
	mutex_init(&cpu->syscall_lock);
	yt_random_init(&cpu->syscall_random, exercise->config.seed,
		       STREAM_SYSCALL, number);
	err = yt_operation_init(cpu->task, cpu, CRYPTORTURE_CONTEXT_TASK, request_size);
	if (!err)
		err = yt_operation_init(cpu->syscall, cpu, CRYPTORTURE_CONTEXT_CALLER,
					request_size);
	if (!err)
		err = yt_chain_init(cpu->chain, cpu, request_size);
	if (!err && exercise->deferring)
		err = make_flight(cpu, request_size);
	for (i = 0; !err && i < YT_SOFTIRQ_SLOTS; i++)
		err = yt_operation_init(&cpu->softirq[i], cpu,
					CRYPTORTURE_CONTEXT_SOFTIRQ, request_size);
	if (err) {
		yt_cpu_free(cpu);
		return ERR_PTR(err);
	}
	yt_pool_add_reader(&exercise->pool, &cpu->task->reader);
	yt_pool_add_reader(&exercise->pool, &cpu->syscall->reader);
	for (i = 0; i < YT_SOFTIRQ_SLOTS; i++)
		yt_pool_add_reader(&exercise->pool, &cpu->softirq[i].reader);
	return cpu;
}

void yt_cpu_free(struct yt_cpu *cpu)
{
	unsigned int i;

	yt_operation_free(cpu->task);
	yt_operation_free(cpu->syscall);
	yt_chain_free(cpu->chain);
	for (i = 0; cpu->flight && i < YT_FLIGHT_SLOTS; i++)
		yt_operation_free(&cpu->flight[i]);
	kfree(cpu->flight);
	for (i = 0; i < YT_SOFTIRQ_SLOTS; i++)
		yt_operation_free(&cpu->softirq[i]);
	kfree(container_of(cpu, struct slots, cpu));
}

static void wait(struct yt_operation *op)
{
	/* In steps, to avoid the hung task warning. */
	while (op->in_flight && !wait_for_completion_timeout(&op->done, HZ))
		;
	op->in_flight = false;
}

void yt_cpu_wait(struct yt_cpu *cpu)
{
	unsigned int i;

	wait(cpu->task);
	wait(cpu->syscall);
	for (i = 0; i < YT_CHAIN_OPS; i++)
		wait(&cpu->chain->ops[i].op);
	for (i = 0; cpu->flight && i < YT_FLIGHT_SLOTS; i++)
		wait(&cpu->flight[i]);
	for (i = 0; i < YT_SOFTIRQ_SLOTS; i++)
		wait(&cpu->softirq[i]);
}

size_t yt_cpu_memory(const struct yt_exercise *exercise)
{
	unsigned int size = exercise->pool.request_size;
	size_t memory = sizeof(struct slots) +
		(2 + YT_SOFTIRQ_SLOTS) * yt_operation_memory(size, false) +
		yt_chain_memory(size);

	if (exercise->deferring)
		memory += YT_FLIGHT_SLOTS * (sizeof(struct yt_operation) +
					     yt_operation_memory(size, true));
	return memory;
}
