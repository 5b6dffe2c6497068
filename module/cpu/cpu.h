/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run has of its own on one CPU, and what all its parts share.
 */
#ifndef CRYPTORTURE_CPU_CPU_H
#define CRYPTORTURE_CPU_CPU_H

#include <linux/hrtimer.h>
#include <linux/wait.h>

#include "cpu/config.h"
#include "cpu/history.h"
#include "cpu/task_map.h"
#include "evidence/coverage.h"
#include "evidence/mismatch.h"
#include "vectors/exchange.h"
#include "vectors/pool.h"

/* Operations that softirqs of one CPU can have in flight. */
#define YT_SOFTIRQ_SLOTS	2
/* And a worker, where drivers defer their work to other threads. */
#define YT_FLIGHT_SLOTS		16
#define YT_SWEEP_BINS		16
/* Mismatches of a run that are written to the kernel log. */
#define YT_LOGGED_MAX		16

struct yt_chain;
struct yt_operation;
struct yt_replay_queue;

/**
 * struct yt_exercise - what all parts of a run share
 * @config: its parameters
 * @number: CRYPTORTURE_A_STATUS_RUN
 * @pool: ready vectors
 * @coverage: plan and counts
 * @ring: where records go
 * @cpus: by CPU; NULL where the run is not
 * @count: how many drivers
 * @drivers: by number in the plan
 * @exchange: memory between two uses
 * @task_map: tasks that make operations
 * @syscall_tgid: thread group of the last system call, as the kernel numbers it, or 0
 * @replays: mismatches to be run again; NULL where none are
 * @deferring: some of the drivers defer their work
 * @register_mismatches: registers that they found changed
 * @reference_mismatches: expected results on which two CPUs disagreed
 * @logged: mismatches written to the kernel log so far
 * @on_mismatch: called after each mismatch, in its context; may not sleep
 * @on_batch: called by a worker before each batch; mostly on its own CPU, but
 *	it may have been moved; may be NULL
 * @abandoned: a driver has not completed a request, so nothing is freed
 * @stopping: workers end what they are at, and take nothing more
 */
struct yt_exercise {
	struct yt_config config;
	u64 number;
	struct yt_pool pool;
	struct yt_coverage coverage;
	struct yt_mismatch_ring *ring;
	struct yt_cpu **cpus;
	unsigned int count;
	const struct yt_driver **drivers;
	struct yt_exchange exchange;
	struct yt_task_map task_map;
	pid_t syscall_tgid;
	struct yt_replay_queue *replays;
	bool deferring;
	atomic64_t register_mismatches;
	atomic64_t reference_mismatches;
	atomic_t logged;
	void (*on_mismatch)(struct yt_exercise *exercise);
	void (*on_batch)(struct yt_cpu *cpu);
	bool abandoned;
	bool stopping;
};

/**
 * struct yt_cpu - what a run has on one CPU
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
 * @flight: YT_FLIGHT_SLOTS more of them, or NULL where no driver defers
 * @outstanding: requests that drivers have
 * @completions: asynchronous completions so far
 * @syscall_lock: of @syscall and what belongs to it
 * @syscall: the operation of a thread in a system call
 * @syscall_random: its numbers
 * @softirq: YT_SOFTIRQ_SLOTS operations of softirqs
 * @softirq_timer: whose softirq half runs them
 * @softirq_on: @softirq_timer goes on
 * @softirq_rests: it stopped itself because the worker sleeps
 * @softirq_random: numbers of the softirq
 * @sweep: interruptions by the part of the operation that they hit
 * @histories: by context: what its operations were lately, each until its call returned
 * @verified: by context: operations outside of chains that were checked
 * @covered: by context: bits of the groups whose cells are all reached
 */
struct yt_cpu {
	struct yt_exercise *exercise;
	unsigned int cpu;
	struct yt_cell *cells;
	struct task_struct *worker;
	bool active;
	wait_queue_head_t resumed;
	unsigned int bursts;
	struct yt_operation *softirq_op;
	struct yt_operation *task;
	struct yt_chain *chain;
	struct yt_operation *flight;
	/* Written by drivers on any CPU, those above by this one. */
	atomic_t outstanding ____cacheline_aligned_in_smp;
	atomic_t completions;
	struct mutex syscall_lock;	/* of @syscall */
	struct yt_operation *syscall;
	struct yt_random syscall_random;
	struct yt_operation *softirq;
	struct hrtimer softirq_timer;
	bool softirq_on;
	bool softirq_rests;
	struct yt_random softirq_random;
	u64 sweep[YT_SWEEP_BINS];
	struct yt_history histories[__CRYPTORTURE_CONTEXT_MAX];
	u32 verified[__CRYPTORTURE_CONTEXT_MAX];
	u32 covered[__CRYPTORTURE_CONTEXT_MAX];
};

/* There is a worker, and it sleeps for the sake of its load. Any context. */
static inline bool yt_cpu_rests(const struct yt_cpu *cpu)
{
	return READ_ONCE(cpu->worker) && !READ_ONCE(cpu->active);
}

#endif /* CRYPTORTURE_CPU_CPU_H */
