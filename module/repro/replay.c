// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mm.h>

#include "repro/replay.h"
#include "repro/runner.h"
#include "verify/replay_queue.h"

#define FINISH_SECONDS	5

/**
 * struct replays - those of a run
 * @exercise: the run
 * @queue: of those that wait
 * @thread: does the work, one after the other
 * @runner: its context
 */
struct replays {
	struct yt_exercise *exercise;
	struct yt_replay_queue queue;
	struct task_struct *thread;
	struct yt_replay_runner runner;
};

static struct replays *replays_of(const struct yt_exercise *exercise)
{
	return container_of(exercise->replays, struct replays, queue);
}

static void conclude(struct replays *replays, struct yt_replay_slot *slot,
		     enum cryptorture_replay_state state)
{
	struct yt_outcomes *outcomes = &replays->runner.outcomes;

	/* A part of the outcomes would mislead. */
	if (state != CRYPTORTURE_REPLAY_STATE_DONE)
		memset(outcomes, 0, sizeof(*outcomes));
	outcomes->state = state;
	yt_mismatch_set_replay(replays->exercise->ring, slot->number, outcomes);
	/* A driver that keeps the request still reads from its vectors. */
	yt_replay_drop(&replays->queue, slot,
		       replays->runner.single.op.in_flight);
}

static void do_slot(struct replays *replays, struct yt_replay_slot *slot)
{
	/* A request that is left in flight is never used again. */
	if (replays->runner.single.op.in_flight) {
		conclude(replays, slot, CRYPTORTURE_REPLAY_STATE_BUSY);
		return;
	}
	yt_replay_run(&replays->runner, &slot->packet);
	conclude(replays, slot, kthread_should_stop() ? CRYPTORTURE_REPLAY_STATE_ENDING :
							CRYPTORTURE_REPLAY_STATE_DONE);
}

static int work(void *data)
{
	struct replays *replays = data;
	struct yt_replay_queue *queue = &replays->queue;
	struct yt_replay_slot *slot;

	while (!kthread_should_stop()) {
		wait_event_interruptible(queue->changed,
					 kthread_should_stop() ||
					 yt_replay_waiting(queue));
		slot = yt_replay_waiting(queue);
		if (slot && !kthread_should_stop())
			do_slot(replays, slot);
	}
	return 0;
}

int yt_replay_make(struct yt_exercise *exercise)
{
	struct replays *replays;

	replays = kvzalloc(sizeof(*replays), GFP_KERNEL);
	if (!replays)
		return -ENOMEM;
	replays->exercise = exercise;
	yt_replay_queue_init(&replays->queue, &exercise->pool);
	exercise->replays = &replays->queue;
	return yt_replay_runner_init(&replays->runner, exercise);
}

void yt_replay_free(struct yt_exercise *exercise)
{
	struct replays *replays;

	if (!exercise->replays)
		return;
	replays = replays_of(exercise);
	yt_replay_runner_free(&replays->runner);
	kvfree(replays);
	exercise->replays = NULL;
}

size_t yt_replay_memory(const struct yt_exercise *exercise)
{
	return sizeof(struct replays) +
	       yt_replay_single_memory(exercise->pool.request_size);
}

int yt_replay_start(struct yt_exercise *exercise)
{
	struct replays *replays = replays_of(exercise);
	struct task_struct *task;

	task = kthread_run(work, replays, "cryptorture/replay");
	if (IS_ERR(task))
		return PTR_ERR(task);
	replays->thread = task;
	return 0;
}

void yt_replay_finish(struct yt_exercise *exercise)
{
	struct yt_replay_queue *queue = exercise->replays;
	struct yt_replay_slot *slot;
	struct replays *replays;

	if (!queue || queue->gone)
		return;
	replays = replays_of(exercise);
	yt_replay_queue_close(queue);
	if (replays->thread) {
		wait_event_timeout(queue->changed, yt_replay_all_free(queue),
				   FINISH_SECONDS * HZ);
		kthread_stop(replays->thread);
		replays->thread = NULL;
	}
	yt_replay_queue_gone(queue);
	while ((slot = yt_replay_waiting(queue)))
		conclude(replays, slot, CRYPTORTURE_REPLAY_STATE_ENDING);
}
