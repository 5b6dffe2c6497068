// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/utsname.h>
#include <linux/workqueue.h>
#include <net/genetlink.h>

#include "compat.h"
#include "netlink/family.h"
#include "netlink/message.h"
#include "netlink/request.h"
#include "run.h"

/* Room for the status with every driver's name and disturber's reason in it. */
#define STATUS_SIZE	(4096 + CT_SUBJECTS_MAX * (CT_NAME_MAX + 8) + \
			 CT_DISTURBERS * 192)
#define MISMATCH_SIZE	(2 * CT_WINDOW + 2048)

static struct genl_family family;

/* Commands without attributes refuse any: attribute 1 is not one of theirs. */
static const struct nla_policy no_policy[2] = {
	[1] = { .type = NLA_REJECT },
};

static int out_of_memory(struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "there is not enough memory");
	return -ENOMEM;
}

static int find_subjects(struct netlink_ext_ack *extack)
{
	int err = ct_subjects_find();

	if (err == -ENOMEM)
		return out_of_memory(extack);
	if (err)
		NL_SET_ERR_MSG(extack, "the search for drivers was cut short");
	return err;
}

static int begin_reply(struct genl_info *info, u8 cmd, size_t size,
		       struct sk_buff **msg, void **header)
{
	*msg = genlmsg_new(size, GFP_KERNEL);
	if (!*msg)
		return out_of_memory(info->extack);
	*header = genlmsg_put_reply(*msg, info, &family, 0, cmd);
	if (!*header) {
		nlmsg_free(*msg);
		return -EMSGSIZE;
	}
	return 0;
}

static int end_reply(struct genl_info *info, struct sk_buff *msg, void *header,
		     int err)
{
	if (err) {
		nlmsg_free(msg);
		if (err == -ENOMEM)
			return out_of_memory(info->extack);
		NL_SET_ERR_MSG(info->extack, "the answer does not fit");
		return err;
	}
	genlmsg_end(msg, header);
	return genlmsg_reply(msg, info);
}

static int version_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *msg;
	void *header;
	int err;

	err = begin_reply(info, CT_CMD_VERSION_GET, NLMSG_DEFAULT_SIZE, &msg,
			  &header);
	if (err)
		return err;
	if (nla_put_string(msg, CT_VERSION_MODULE, CT_VERSION) ||
	    nla_put_string(msg, CT_VERSION_KERNEL, init_utsname()->release))
		err = -EMSGSIZE;
	return end_reply(info, msg, header, err);
}

static int run_start(struct sk_buff *skb, struct genl_info *info)
{
	const struct ct_subject **subjects = NULL;
	struct ct_config *config;
	unsigned int count;
	const char *why;
	int err = -ENOMEM;

	/* Not after a search of seconds. */
	if (ct_run_is_on()) {
		NL_SET_ERR_MSG(info->extack,
			       "a run is on already: 'cryptorture stop' ends it");
		return -EBUSY;
	}
	config = kmalloc(sizeof(*config), GFP_KERNEL);
	if (!config)
		return out_of_memory(info->extack);
	err = ct_get_config(info->attrs, config, info->extack);
	if (err)
		goto free;
	err = find_subjects(info->extack);
	if (err)
		goto free;
	err = ct_get_subjects(info->attrs[CT_CONFIG_DRIVERS], &subjects, &count,
			      info->extack);
	if (err)
		goto free;
	err = ct_run_start(config, subjects, count, &why);
	/* The sentences are constants, so they outlive this call. */
	if (err)
		ct_refuse(info->extack, NULL, why);
free:
	kfree(subjects);
	kfree(config);
	return err;
}

static int put_status(struct sk_buff *msg)
{
	const struct ct_exercise *of;
	struct ct_status *status;
	int err;

	status = kmalloc(sizeof(*status), GFP_KERNEL);
	if (!status)
		return -ENOMEM;
	ct_run_status(status);
	of = ct_run_get();
	/* One that has begun since has other drivers: then none are listed. */
	if (of && of->number != status->number)
		of = NULL;
	err = ct_put_status(msg, status, of);
	ct_run_put();
	kfree(status);
	return err;
}

static int status_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *msg;
	void *header;
	int err;

	err = begin_reply(info, info->genlhdr->cmd, STATUS_SIZE, &msg, &header);
	if (err)
		return err;
	return end_reply(info, msg, header, put_status(msg));
}

static int run_stop(struct sk_buff *skb, struct genl_info *info)
{
	if (ct_run_stop(CT_END_STOPPED)) {
		NL_SET_ERR_MSG(info->extack, "no run is on");
		return -ESRCH;
	}
	return status_get(skb, info);
}

static int driver_start(struct netlink_callback *cb)
{
	return find_subjects(cb->extack);
}

static void *begin_item(struct sk_buff *msg, struct netlink_callback *cb,
			u8 cmd)
{
	return genlmsg_put(msg, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			   &family, NLM_F_MULTI, cmd);
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

static int driver_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	unsigned long id;

	for (id = cb->args[0]; id < ct_subjects_count(); id++) {
		void *header = begin_item(msg, cb, CT_CMD_DRIVER_GET);

		if (!header ||
		    !end_item(msg, header,
			      ct_put_driver(msg, ct_subject_get(id))))
			break;
	}
	cb->args[0] = id;
	return msg->len;
}

/**
 * struct cell_position - where a dump of cells is
 * @run: number of the run + 1, so that 0 is the beginning
 * @cpu: CPU number
 * @cell: ct_cell_index()
 */
struct cell_position {
	unsigned long run;
	unsigned long cpu;
	unsigned long cell;
};

static bool put_cell(struct sk_buff *msg, struct netlink_callback *cb,
		     const struct ct_exercise *of,
		     const struct cell_position *at)
{
	unsigned int direction = at->cell % CT_DIRECTIONS;
	unsigned int context = at->cell / CT_DIRECTIONS % CT_CONTEXTS;
	unsigned int driver = at->cell / CT_DIRECTIONS / CT_CONTEXTS;
	void *header;

	if (!ct_coverage_planned(&of->coverage, driver, context, direction))
		return true;
	header = begin_item(msg, cb, CT_CMD_CELL_GET);
	return header && end_item(msg, header,
				  ct_put_cell(msg, of, at->cpu, driver, context,
					      direction));
}

static int put_cells(struct sk_buff *msg, struct netlink_callback *cb,
		     const struct ct_exercise *of, struct cell_position *at)
{
	const struct cpumask *cpus = &of->coverage.plan.cpus;

	for (; at->cpu < nr_cpu_ids; at->cpu++, at->cell = 0) {
		if (!cpumask_test_cpu(at->cpu, cpus))
			continue;
		for (; at->cell < ct_coverage_cells(&of->coverage); at->cell++)
			if (!put_cell(msg, cb, of, at))
				return msg->len;
	}
	return msg->len;
}

static int cell_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct cell_position *at = (struct cell_position *)cb->args;
	const struct ct_exercise *of = ct_run_get();
	int err = 0;

	BUILD_BUG_ON(sizeof(*at) > sizeof(cb->args));
	if (at->run && (!of || at->run != of->number + 1)) {
		NL_SET_ERR_MSG(cb->extack, "another run has begun: ask again");
		err = -EAGAIN;
	} else if (of) {
		at->run = of->number + 1;
		err = put_cells(msg, cb, of, at);
	}
	ct_run_put();
	return err;
}

static int mismatch_get(struct sk_buff *skb, struct genl_info *info)
{
	struct ct_mismatch *copy;
	struct sk_buff *msg;
	void *header;
	int err;

	if (!info->attrs[CT_MISMATCH_NUMBER]) {
		NL_SET_ERR_MSG(info->extack, "no number of a mismatch was given");
		return -EINVAL;
	}
	copy = kmalloc(sizeof(*copy), GFP_KERNEL);
	if (!copy)
		return out_of_memory(info->extack);
	err = ct_mismatch_copy(ct_run_ring(),
			       nla_get_u64(info->attrs[CT_MISMATCH_NUMBER]),
			       copy);
	if (err) {
		ct_refuse(info->extack, info->attrs[CT_MISMATCH_NUMBER],
			  err == -ESTALE ?
			  "this record has been overwritten by later ones" :
			  "there is no mismatch of this number");
		err = -ENOENT;
		goto free;
	}
	err = begin_reply(info, CT_CMD_MISMATCH_GET, MISMATCH_SIZE, &msg,
			  &header);
	if (!err)
		err = end_reply(info, msg, header, ct_put_mismatch(msg, copy));
free:
	kfree(copy);
	return err;
}

/**
 * struct mismatch_position - where a dump of records is
 * @number: of the record to go on with; 0 is the beginning
 * @run: CT_MISMATCH_RUN of the records before it; 0 when there were none
 */
struct mismatch_position {
	unsigned long number;
	unsigned long run;
};

static int mismatch_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct mismatch_position *at = (struct mismatch_position *)cb->args;
	struct nlattr *from = ct_dump_attrs(cb)[CT_MISMATCH_NUMBER];
	u64 number = at->number, records, overwritten, unrecorded;
	struct ct_mismatch *copy;
	int err;

	BUILD_BUG_ON(sizeof(*at) > sizeof(cb->args));
	copy = kmalloc(sizeof(*copy), GFP_KERNEL);
	if (!copy)
		return out_of_memory(cb->extack);
	if (!number)
		number = from ? max_t(u64, nla_get_u64(from), 1) : 1;
	for (;; number++) {
		void *header;

		err = ct_mismatch_copy(ct_run_ring(), number, copy);
		if (!err && at->run && at->run != copy->run) {
			kfree(copy);
			NL_SET_ERR_MSG(cb->extack,
				       "another run has begun: ask again");
			return -EAGAIN;
		}
		if (err == -ESTALE) {
			ct_mismatch_count(ct_run_ring(), &records, &overwritten,
					  &unrecorded);
			number = max(number, overwritten);
			continue;
		}
		if (err)
			break;
		header = begin_item(msg, cb, CT_CMD_MISMATCH_GET);
		if (!header || !end_item(msg, header, ct_put_mismatch(msg, copy)))
			break;
		at->run = copy->run;
	}
	at->number = number;
	kfree(copy);
	return msg->len;
}

static int bench(struct sk_buff *skb, struct genl_info *info)
{
	struct ct_bench_result result;
	struct ct_bench_spec spec;
	struct sk_buff *msg;
	void *header;
	int err;

	err = find_subjects(info->extack);
	if (err)
		return err;
	err = ct_get_bench(info->attrs, &spec, info->extack);
	if (err)
		return err;
	if (ct_run_is_on()) {
		NL_SET_ERR_MSG(info->extack,
			       "a run is on, and would be measured too: 'cryptorture stop' ends it");
		return -EBUSY;
	}
	err = ct_bench(&spec, &result);
	if (err) {
		ct_refuse(info->extack, NULL, result.why);
		return err;
	}
	err = begin_reply(info, CT_CMD_BENCH, NLMSG_DEFAULT_SIZE, &msg,
			  &header);
	if (err)
		return err;
	if (nla_put_u64_64bit(msg, CT_BENCH_OPERATIONS, result.operations,
			      CT_BENCH_PAD) ||
	    nla_put_u64_64bit(msg, CT_BENCH_BYTES, result.bytes,
			      CT_BENCH_PAD) ||
	    nla_put_u64_64bit(msg, CT_BENCH_TIME, result.time, CT_BENCH_PAD) ||
	    (result.generic &&
	     nla_put_string(msg, CT_BENCH_GENERIC, result.generic->driver)))
		err = -EMSGSIZE;
	return end_reply(info, msg, header, err);
}

static const struct genl_ops ops[] = {
	{
		.cmd = CT_CMD_VERSION_GET,
		.flags = GENL_ADMIN_PERM,
		.policy = no_policy,
		.maxattr = ARRAY_SIZE(no_policy) - 1,
		.doit = version_get,
	}, {
		.cmd = CT_CMD_RUN_START,
		.flags = GENL_ADMIN_PERM,
		.policy = ct_config_policy,
		.maxattr = CT_CONFIG_MAX,
		.doit = run_start,
	}, {
		.cmd = CT_CMD_RUN_STOP,
		.flags = GENL_ADMIN_PERM,
		.policy = no_policy,
		.maxattr = ARRAY_SIZE(no_policy) - 1,
		.doit = run_stop,
	}, {
		.cmd = CT_CMD_STATUS_GET,
		.flags = GENL_ADMIN_PERM,
		.policy = no_policy,
		.maxattr = ARRAY_SIZE(no_policy) - 1,
		.doit = status_get,
	}, {
		.cmd = CT_CMD_DRIVER_GET,
		.flags = GENL_ADMIN_PERM,
		.policy = no_policy,
		.maxattr = ARRAY_SIZE(no_policy) - 1,
		.start = driver_start,
		.dumpit = driver_dump,
	}, {
		.cmd = CT_CMD_CELL_GET,
		.flags = GENL_ADMIN_PERM,
		.policy = no_policy,
		.maxattr = ARRAY_SIZE(no_policy) - 1,
		.dumpit = cell_dump,
	}, {
		.cmd = CT_CMD_MISMATCH_GET,
		.flags = GENL_ADMIN_PERM,
		.policy = ct_mismatch_policy,
		.maxattr = CT_MISMATCH_MAX,
		.doit = mismatch_get,
		.dumpit = mismatch_dump,
	}, {
		.cmd = CT_CMD_BENCH,
		.flags = GENL_ADMIN_PERM,
		.policy = ct_bench_policy,
		.maxattr = CT_BENCH_MAX,
		.doit = bench,
	},
};

/*
 * Events carry no bytes of packets: on kernels that cannot restrict a group to
 * root, anybody may listen, and damaged output may hold what is not ours.
 */
static const struct genl_multicast_group groups[] = {
	{ .name = CT_EVENTS_GROUP, CT_MCAST_ADMIN },
};

static struct genl_family family __ro_after_init = {
	.name = CT_FAMILY_NAME,
	.version = CT_FAMILY_VERSION,
	.module = THIS_MODULE,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
	.parallel_ops = true,
	CT_RESV_START_OP(CT_CMD_VERSION_GET)
};

/* An event of this kind, filled by @put; one that cannot be sent is missed. */
static void send(u8 cmd, size_t size,
		 int (*put)(struct sk_buff *msg, const void *data),
		 const void *data)
{
	struct sk_buff *msg;
	void *header;

	if (!genl_has_listeners(&family, &init_net, 0))
		return;
	msg = genlmsg_new(size, GFP_KERNEL);
	if (!msg)
		return;
	header = genlmsg_put(msg, 0, 0, &family, 0, cmd);
	if (!header || put(msg, data)) {
		nlmsg_free(msg);
		return;
	}
	genlmsg_end(msg, header);
	genlmsg_multicast(&family, msg, 0, 0, GFP_KERNEL);
}

static int put_mismatch_event(struct sk_buff *msg, const void *data)
{
	return ct_put_mismatch_event(msg, data);
}

/* Only ever run by one thread at a time, as every work item. */
static void tell_mismatches(struct work_struct *work)
{
	static struct ct_mismatch copy;
	static u64 told;
	u64 records, overwritten, unrecorded;

	ct_mismatch_count(ct_run_ring(), &records, &overwritten, &unrecorded);
	/* Another run has begun since. */
	if (records < told)
		told = 0;
	for (told = max(told, overwritten); told < records; told++)
		if (!ct_mismatch_copy(ct_run_ring(), told + 1, &copy))
			send(CT_CMD_EVENT_MISMATCH, NLMSG_DEFAULT_SIZE,
			     put_mismatch_event, &copy);
}

static DECLARE_WORK(tell_work, tell_mismatches);

/* In the context of the operation. */
static void notify(void)
{
	queue_work(system_unbound_wq, &tell_work);
}

static int put_status_event(struct sk_buff *msg, const void *data)
{
	return put_status(msg);
}

static void on_run(bool begins)
{
	/* Mismatches first: the end is the last that is heard of a run. */
	if (!begins)
		flush_work(&tell_work);
	send(begins ? CT_CMD_EVENT_STARTED : CT_CMD_EVENT_ENDED, STATUS_SIZE,
	     put_status_event, NULL);
}

int ct_netlink_init(void)
{
	int err = genl_register_family(&family);

	if (err)
		return err;
	WRITE_ONCE(ct_run_ring()->notify, notify);
	ct_run_listen(on_run);
	return 0;
}

void ct_netlink_exit(void)
{
	/* Nothing can happen after it, so nobody asks for an event. */
	ct_run_close();
	ct_run_listen(NULL);
	WRITE_ONCE(ct_run_ring()->notify, NULL);
	cancel_work_sync(&tell_work);
	genl_unregister_family(&family);
}
