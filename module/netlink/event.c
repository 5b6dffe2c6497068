// SPDX-License-Identifier: GPL-2.0-only
#include <linux/workqueue.h>
#include <net/genetlink.h>

#include "control/run.h"
#include "netlink/event.h"
#include "netlink/family.h"
#include "netlink/jobs.h"
#include "netlink/message.h"

/* An event of this kind, filled by @put; one that cannot be sent is missed. */
static void send(u8 cmd, size_t size,
		 int (*put)(struct sk_buff *msg, const void *data),
		 const void *data)
{
	struct sk_buff *msg;
	void *header;

	if (!genl_has_listeners(&yt_family, &init_net, 0))
		return;
	msg = genlmsg_new(size, GFP_KERNEL);
	if (!msg)
		return;
	header = genlmsg_put(msg, 0, 0, &yt_family, 0, cmd);
	if (!header || put(msg, data)) {
		nlmsg_free(msg);
		return;
	}
	genlmsg_end(msg, header);
	genlmsg_multicast(&yt_family, msg, 0, 0, GFP_KERNEL);
}

static int put_mismatch_event(struct sk_buff *msg, const void *data)
{
	return yt_put_mismatch_event(msg, data);
}

static bool next_mismatch(u64 *run, u64 *told, struct yt_mismatch *copy)
{
	const struct yt_exercise *exercise = yt_run_lock();
	bool there = false;

	if (exercise) {
		if (exercise->number != *run)
			*told = 0;
		*run = exercise->number;
		there = yt_mismatch_follow(exercise->ring, told, copy);
	}
	yt_run_unlock();
	return there;
}

/* A work item never runs concurrently with itself. */
static void tell_mismatches(struct work_struct *work)
{
	static u64 run, told;
	static struct yt_mismatch copy;

	while (next_mismatch(&run, &told, &copy)) {
		send(CRYPTORTURE_CMD_EVENT_MISMATCH, NLMSG_DEFAULT_SIZE,
		     put_mismatch_event, &copy);
		cond_resched();
	}
}

static DECLARE_WORK(tell_work, tell_mismatches);

/* In the context of the operation. */
static void notify(void)
{
	queue_work(system_unbound_wq, &tell_work);
}

static int put_status_event(struct sk_buff *msg, const void *data)
{
	return yt_put_run_status(msg);
}

static void on_run(bool begins)
{
	/* Mismatches first: the end is the last event of a run. */
	if (!begins)
		flush_work(&tell_work);
	send(begins ? CRYPTORTURE_CMD_EVENT_STARTED : CRYPTORTURE_CMD_EVENT_ENDED, YT_STATUS_SIZE,
	     put_status_event, NULL);
}

static const struct yt_run_listener listener = {
	.run = on_run,
	.record = notify,
};

static int put_job_event(struct sk_buff *msg, const void *data)
{
	return yt_put_job(msg, (struct yt_job *)data);
}

static void on_job(struct yt_job *job)
{
	send(CRYPTORTURE_CMD_EVENT_JOB, YT_JOB_SIZE, put_job_event, job);
}

void yt_events_start(void)
{
	yt_run_listen(&listener);
	yt_jobs_listen(on_job);
}

void yt_events_stop(void)
{
	yt_jobs_listen(NULL);
	yt_run_listen(NULL);
	cancel_work_sync(&tell_work);
}
