// SPDX-License-Identifier: GPL-2.0-only
#include <linux/slab.h>
#include <net/genetlink.h>

#include "compat.h"
#include "control/run.h"
#include "netlink/dump.h"
#include "netlink/family.h"
#include "netlink/message.h"
#include "netlink/reply.h"
#include "netlink/request.h"

/* Room for a record; of its outcomes CRYPTORTURE_REPLAYS_MAX at most name a driver. */
#define MISMATCH_SIZE	(2 * CRYPTORTURE_WINDOW + 2048 + YT_REPLAY_SIZE)

static void *begin_item(struct sk_buff *msg, struct netlink_callback *cb,
			u8 cmd)
{
	return genlmsg_put(msg, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			   &yt_family, NLM_F_MULTI, cmd);
}

/* Return: true when the item is in, false when the message is full. */
static bool end_item(struct sk_buff *msg, void *header, int err)
{
	if (err) {
		genlmsg_cancel(msg, header);
		return false;
	}
	genlmsg_end(msg, header);
	return true;
}

int yt_driver_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct yt_driver driver;
	unsigned long id;

	for (id = cb->args[0]; yt_driver_copy(id, &driver); id++) {
		void *header = begin_item(msg, cb, CRYPTORTURE_CMD_DRIVER_GET);

		if (!header ||
		    !end_item(msg, header, yt_put_driver(msg, id, &driver)))
			break;
	}
	cb->args[0] = id;
	return msg->len;
}

/**
 * struct cell_position - where a dump of cells is
 * @run: number of the run + 1, so that 0 is the beginning
 * @cpu: CPU number
 * @cell: yt_cell_index()
 */
struct cell_position {
	unsigned long run;
	unsigned long cpu;
	unsigned long cell;
};

static bool put_cell(struct sk_buff *msg, struct netlink_callback *cb,
		     const struct yt_exercise *exercise,
		     const struct cell_position *at)
{
	unsigned int direction = at->cell % __CRYPTORTURE_DIRECTION_MAX;
	unsigned int context = at->cell / __CRYPTORTURE_DIRECTION_MAX % __CRYPTORTURE_CONTEXT_MAX;
	unsigned int driver = at->cell / __CRYPTORTURE_DIRECTION_MAX / __CRYPTORTURE_CONTEXT_MAX;
	void *header;

	if (!yt_coverage_planned(&exercise->coverage, driver, context, direction))
		return true;
	header = begin_item(msg, cb, CRYPTORTURE_CMD_CELL_GET);
	return header && end_item(msg, header,
				  yt_put_cell(msg, exercise, at->cpu, driver, context,
					      direction));
}

static int put_cells(struct sk_buff *msg, struct netlink_callback *cb,
		     const struct yt_exercise *exercise, struct cell_position *at)
{
	const struct cpumask *cpus = &exercise->coverage.plan.cpus;

	for (; at->cpu < nr_cpu_ids; at->cpu++, at->cell = 0) {
		if (!cpumask_test_cpu(at->cpu, cpus))
			continue;
		for (; at->cell < yt_coverage_cells(&exercise->coverage); at->cell++)
			if (!put_cell(msg, cb, exercise, at))
				return msg->len;
	}
	return msg->len;
}

int yt_cell_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct cell_position *at = (struct cell_position *)cb->args;
	const struct yt_exercise *exercise = yt_run_lock();
	int err = 0;

	BUILD_BUG_ON(sizeof(*at) > sizeof(cb->args));
	if (at->run && (!exercise || at->run != exercise->number + 1)) {
		NL_SET_ERR_MSG(cb->extack, "another run has begun: ask again");
		err = -EAGAIN;
	} else if (exercise) {
		at->run = exercise->number + 1;
		err = put_cells(msg, cb, exercise, at);
	}
	yt_run_unlock();
	return err;
}

/* Like yt_mismatch_copy(), of the current run or the last one. */
static int copy_record(u64 number, struct yt_mismatch *copy)
{
	const struct yt_exercise *exercise = yt_run_lock();
	int err = exercise ? yt_mismatch_copy(exercise->ring, number, copy) : -ENOENT;

	yt_run_unlock();
	return err;
}

/* The first kept record from @number on; sets @number to its number. */
static int next_record(u64 *number, struct yt_mismatch *copy)
{
	const struct yt_exercise *exercise = yt_run_lock();
	int err = -ENOENT;

	/* It may be overwritten between the two. */
	if (exercise)
		do {
			*number = yt_mismatch_next(exercise->ring, *number);
			err = yt_mismatch_copy(exercise->ring, *number, copy);
		} while (err == -ESTALE);
	yt_run_unlock();
	return err;
}

int yt_mismatch_get(struct sk_buff *skb, struct genl_info *info)
{
	struct yt_mismatch *copy;
	struct sk_buff *msg;
	void *header;
	int err;

	if (!info->attrs[CRYPTORTURE_A_MISMATCH_NUMBER]) {
		NL_SET_ERR_MSG(info->extack, "no number of a mismatch was given");
		return -EINVAL;
	}
	copy = kmalloc(sizeof(*copy), GFP_KERNEL);
	if (!copy)
		return yt_out_of_memory(info->extack);
	err = copy_record(nla_get_u64(info->attrs[CRYPTORTURE_A_MISMATCH_NUMBER]), copy);
	if (err) {
		yt_refuse(info->extack, info->attrs[CRYPTORTURE_A_MISMATCH_NUMBER],
			  err == -ESTALE ?
			  "this record has been overwritten by later ones" :
			  "there is no mismatch of this number");
		err = -ENOENT;
		goto free;
	}
	err = yt_begin_reply(info, CRYPTORTURE_CMD_MISMATCH_GET, MISMATCH_SIZE, &msg,
			     &header);
	if (!err)
		err = yt_end_reply(info, msg, header, yt_put_mismatch(msg, copy));
free:
	kfree(copy);
	return err;
}

/**
 * struct mismatch_position - where a dump of records is
 * @number: of the record to go on with; 0 is the beginning
 * @run: CRYPTORTURE_A_MISMATCH_RUN of the records before it; 0 when there were none
 */
struct mismatch_position {
	unsigned long number;
	unsigned long run;
};

/* The longest record does not fit into the default buffer of a dump. */
int yt_mismatch_start(struct netlink_callback *cb)
{
	cb->min_dump_alloc = MISMATCH_SIZE + NLMSG_HDRLEN + GENL_HDRLEN;
	return 0;
}

int yt_mismatch_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct mismatch_position *at = (struct mismatch_position *)cb->args;
	struct nlattr *from = yt_dump_attrs(cb)[CRYPTORTURE_A_MISMATCH_NUMBER];
	u64 number = at->number;
	struct yt_mismatch *copy;
	int err;

	BUILD_BUG_ON(sizeof(*at) > sizeof(cb->args));
	copy = kmalloc(sizeof(*copy), GFP_KERNEL);
	if (!copy)
		return yt_out_of_memory(cb->extack);
	if (!number)
		number = from ? max_t(u64, nla_get_u64(from), 1) : 1;
	for (;; number++) {
		void *header;

		err = next_record(&number, copy);
		if (!err && at->run && at->run != copy->run) {
			kfree(copy);
			NL_SET_ERR_MSG(cb->extack,
				       "another run has begun: ask again");
			return -EAGAIN;
		}
		if (err)
			break;
		header = begin_item(msg, cb, CRYPTORTURE_CMD_MISMATCH_GET);
		if (!header || !end_item(msg, header, yt_put_mismatch(msg, copy)))
			break;
		at->run = copy->run;
	}
	at->number = number;
	kfree(copy);
	return msg->len;
}
