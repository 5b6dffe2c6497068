/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run has of its own on one CPU, and what all its parts share.
 */
#ifndef CRYPTORTURE_EXERCISE_CPU_H
#define CRYPTORTURE_EXERCISE_CPU_H

#include <linux/hrtimer.h>
#include <linux/wait.h>

#include "evidence/coverage.h"
#include "evidence/mismatch.h"
#include "exercise/chain.h"
#include "exercise/config.h"
#include "exercise/exchange.h"
#include "exercise/operation.h"
#include "exercise/pool.h"

/* Operations that softirqs of one CPU can have in flight. */
#define CT_SOFTIRQ_SLOTS	2
/* And a worker, where drivers defer their work to other threads. */
#define CT_FLIGHT_SLOTS		16
#define CT_SWEEP_BINS		16
/* Mismatches of a run that are written to the kernel log. */
#define CT_LOGGED_MAX		16

struct ct_replay;

/**
 * struct ct_exercise - what all parts of a run share
 * @config: its parameters
 * @number: CT_STATUS_RUN
 * @pool: ready vectors
 * @coverage: plan and counts
 * @ring: where records go
 * @cpus: by CPU; NULL where the run is not
 * @count: how many drivers
 * @subjects: by number in the plan
 * @exchange: memory between two uses
 * @roster: tasks that make operations
 * @callers: thread group of the last caller, as the kernel numbers it, or 0
 * @replay: runs mismatches again; NULL where nobody does
 * @deferring: some of the drivers defer their work
 * @register_mismatches: registers that they found changed
 * @reference_mismatches: expected results on which two CPUs disagreed
 * @logged: mismatches written to the kernel log so far
 * @on_mismatch: called after each mismatch, in its context; may not sleep
 * @on_batch: called by a worker before each batch; mostly on its own CPU, but
 *	somebody may have moved it; may be NULL
 * @abandoned: a driver has not given back a request, so nothing is freed
 * @stopping: workers end what they are at, and take nothing more
 */
struct ct_exercise {
	struct ct_config config;
	u64 number;
	struct ct_pool pool;
	struct ct_coverage coverage;
	struct ct_mismatch_ring *ring;
	struct ct_cpu **cpus;
	unsigned int count;
	const struct ct_subject **subjects;
	struct ct_exchange exchange;
	struct ct_roster roster;
	pid_t callers;
	struct ct_replay *replay;
	bool deferring;
	atomic64_t register_mismatches;
	atomic64_t reference_mismatches;
	atomic_t logged;
	void (*on_mismatch)(struct ct_exercise *exercise);
	void (*on_batch)(struct ct_cpu *cpu);
	bool abandoned;
	bool stopping;
};

/**
 * struct ct_cpu - what a run has on one CPU
 * @exercise: the run
 * @cpu: number
 * @cells: its cells of coverage, without visits
 * @worker: the task worker, or NULL
 * @active: the worker is not sleeping for the sake of its load
 * @resumed: woken when it goes on, now and then
 * @bursts: times that it went on
 * @softirq_op: the one that a softirq is inside of
 * @task: the worker's operation
 * @chain: and its chain
 * @flight: CT_FLIGHT_SLOTS more of them, or NULL where no driver defers
 * @outstanding: requests that drivers have
 * @completions: asynchronous completions so far
 * @caller_lock: of all that is the caller's
 * @caller: the operation of a thread in a system call
 * @caller_random: its numbers
 * @softirq: operations of softirqs
 * @softirq_timer: whose softirq half runs them
 * @softirq_on: @softirq_timer goes on
 * @softirq_rests: it stopped itself because the worker sleeps
 * @softirq_random: numbers of the softirq
 * @sweep: interruptions by the part of the operation that they hit
 * @covered: by context: bits of the groups whose cells are all reached
 */
struct ct_cpu {
	struct ct_exercise *exercise;
	unsigned int cpu;
	struct ct_cell *cells;
	struct task_struct *worker;
	bool active;
	wait_queue_head_t resumed;
	unsigned int bursts;
	struct ct_operation *softirq_op;
	struct ct_operation task;
	struct ct_chain chain;
	struct ct_operation *flight;
	atomic_t outstanding;
	atomic_t completions;
	struct mutex caller_lock;	/* of the caller's operation */
	struct ct_operation caller;
	struct ct_random caller_random;
	struct ct_operation softirq[CT_SOFTIRQ_SLOTS];
	struct hrtimer softirq_timer;
	bool softirq_on;
	bool softirq_rests;
	struct ct_random softirq_random;
	u64 sweep[CT_SWEEP_BINS];
	u32 covered[CT_CONTEXTS];
};

/**
 * ct_cpu_make() - allocate what a run needs on one CPU
 * @exercise: the run, with pool and coverage
 * @cpu: number; one with cells of coverage
 *
 * Process context. Return: the structure, or an error pointer.
 */
struct ct_cpu *ct_cpu_make(struct ct_exercise *exercise, unsigned int cpu);
/* Workers and softirqs stopped, and every request given back. */
void ct_cpu_free(struct ct_cpu *cpu);

/*
 * Wait, for as long as it takes, until drivers have given back every request.
 * Process context; workers and softirqs stopped.
 */
void ct_cpu_wait(struct ct_cpu *cpu);
size_t ct_cpu_memory(const struct ct_exercise *exercise);

/* There is a worker, and it sleeps for the sake of its load. Any context. */
static inline bool ct_cpu_rests(const struct ct_cpu *cpu)
{
	return READ_ONCE(cpu->worker) && !READ_ONCE(cpu->active);
}

#endif /* CRYPTORTURE_EXERCISE_CPU_H */
