// SPDX-License-Identifier: GPL-2.0-only
#include <linux/workqueue.h>
#include <net/genetlink.h>

#include "netlink/event.h"
#include "netlink/family.h"
#include "netlink/message.h"
#include "run.h"

/* An event of this kind, filled by @put; one that cannot be sent is missed. */
static void send(u8 cmd, size_t size,
		 int (*put)(struct sk_buff *msg, const void *data),
		 const void *data)
{
	struct sk_buff *msg;
	void *header;

	if (!genl_has_listeners(&ct_family, &init_net, 0))
		return;
	msg = genlmsg_new(size, GFP_KERNEL);
	if (!msg)
		return;
	header = genlmsg_put(msg, 0, 0, &ct_family, 0, cmd);
	if (!header || put(msg, data)) {
		nlmsg_free(msg);
		return;
	}
	genlmsg_end(msg, header);
	genlmsg_multicast(&ct_family, msg, 0, 0, GFP_KERNEL);
}

static int put_mismatch_event(struct sk_buff *msg, const void *data)
{
	return ct_put_mismatch_event(msg, data);
}

/* Only ever run by one thread at a time, as every work item. */
static void tell_mismatches(struct work_struct *work)
{
	static struct ct_mismatch_place told;
	static struct ct_mismatch copy;

	while (ct_mismatch_follow(ct_run_ring(), &told, &copy)) {
		send(CT_CMD_EVENT_MISMATCH, NLMSG_DEFAULT_SIZE,
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
	return ct_put_run_status(msg);
}

static void on_run(bool begins)
{
	/* Mismatches first: the end is the last that is heard of a run. */
	if (!begins)
		flush_work(&tell_work);
	send(begins ? CT_CMD_EVENT_STARTED : CT_CMD_EVENT_ENDED, CT_STATUS_SIZE,
	     put_status_event, NULL);
}

void ct_events_start(void)
{
	WRITE_ONCE(ct_run_ring()->notify, notify);
	ct_run_listen(on_run);
}

void ct_events_stop(void)
{
	ct_run_listen(NULL);
	WRITE_ONCE(ct_run_ring()->notify, NULL);
	cancel_work_sync(&tell_work);
}
