// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/utsname.h>
#include <net/genetlink.h>

#include "compat.h"
#include "netlink/call.h"
#include "netlink/dump.h"
#include "netlink/event.h"
#include "netlink/family.h"
#include "netlink/message.h"
#include "netlink/reply.h"
#include "netlink/request.h"
#include "run.h"

/* Commands without attributes refuse any: attribute 1 is not one of theirs. */
static const struct nla_policy no_policy[2] = {
	[1] = { .type = NLA_REJECT },
};

static int version_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *msg;
	void *header;
	int err;

	err = ct_begin_reply(info, CT_CMD_VERSION_GET, NLMSG_DEFAULT_SIZE, &msg,
			     &header);
	if (err)
		return err;
	if (nla_put_string(msg, CT_VERSION_MODULE, CT_VERSION) ||
	    nla_put_string(msg, CT_VERSION_KERNEL, init_utsname()->release))
		err = -EMSGSIZE;
	return ct_end_reply(info, msg, header, err);
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
		return ct_out_of_memory(info->extack);
	err = ct_get_config(info->attrs, config, info->extack);
	if (err)
		goto free;
	err = ct_find_subjects(info->extack);
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

static int status_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *msg;
	void *header;
	int err;

	err = ct_begin_reply(info, info->genlhdr->cmd, CT_STATUS_SIZE, &msg, &header);
	if (err)
		return err;
	return ct_end_reply(info, msg, header, ct_put_run_status(msg));
}

static int run_stop(struct sk_buff *skb, struct genl_info *info)
{
	if (ct_run_stop(CT_END_STOPPED)) {
		NL_SET_ERR_MSG(info->extack, "no run is on");
		return -ESRCH;
	}
	return status_get(skb, info);
}

static int bench(struct sk_buff *skb, struct genl_info *info)
{
	struct ct_bench_result result;
	struct ct_bench_spec spec;
	struct sk_buff *msg;
	void *header;
	int err;

	err = ct_find_subjects(info->extack);
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
	err = ct_begin_reply(info, CT_CMD_BENCH, NLMSG_DEFAULT_SIZE, &msg,
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
	return ct_end_reply(info, msg, header, err);
}

static int replay(struct sk_buff *skb, struct genl_info *info)
{
	struct ct_outcomes *outcomes;
	struct ct_rerun_spec spec;
	struct sk_buff *msg;
	const char *why;
	void *header;
	int err;

	err = ct_find_subjects(info->extack);
	if (err)
		return err;
	err = ct_get_rerun(info->attrs, &spec, info->extack);
	if (err)
		return err;
	if (ct_run_is_on()) {
		NL_SET_ERR_MSG(info->extack,
			       "a run is on, and keeps records of its own: 'cryptorture stop' ends it");
		return -EBUSY;
	}
	outcomes = kzalloc(sizeof(*outcomes), GFP_KERNEL);
	if (!outcomes)
		return ct_out_of_memory(info->extack);
	err = ct_rerun(&spec, outcomes, &why);
	if (err) {
		ct_refuse(info->extack, NULL, why);
		goto free;
	}
	err = ct_begin_reply(info, CT_CMD_REPLAY, CT_REPLAY_SIZE, &msg, &header);
	if (!err)
		err = ct_end_reply(info, msg, header,
				   ct_put_replay(msg, outcomes));
free:
	kfree(outcomes);
	return err;
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
		.start = ct_driver_start,
		.dumpit = ct_driver_dump,
	}, {
		.cmd = CT_CMD_CELL_GET,
		.flags = GENL_ADMIN_PERM,
		.policy = no_policy,
		.maxattr = ARRAY_SIZE(no_policy) - 1,
		.dumpit = ct_cell_dump,
	}, {
		.cmd = CT_CMD_MISMATCH_GET,
		.flags = GENL_ADMIN_PERM,
		.policy = ct_mismatch_policy,
		.maxattr = CT_MISMATCH_MAX,
		.doit = ct_mismatch_get,
		.start = ct_mismatch_start,
		.dumpit = ct_mismatch_dump,
	}, {
		.cmd = CT_CMD_BENCH,
		.flags = GENL_ADMIN_PERM,
		.policy = ct_bench_policy,
		.maxattr = CT_BENCH_MAX,
		.doit = bench,
	}, {
		.cmd = CT_CMD_CALL,
		.flags = GENL_ADMIN_PERM,
		.policy = ct_call_policy,
		.maxattr = CT_CALL_MAX,
		.doit = ct_call_command,
	}, {
		.cmd = CT_CMD_REGISTER_REPORT,
		.flags = GENL_ADMIN_PERM,
		.policy = ct_register_policy,
		.maxattr = CT_REGISTER_MAX,
		.doit = ct_register_command,
	}, {
		.cmd = CT_CMD_REPLAY,
		.flags = GENL_ADMIN_PERM,
		.policy = ct_rerun_policy,
		.maxattr = CT_MISMATCH_MAX,
		.doit = replay,
	},
};

/*
 * Events carry no bytes of packets: on kernels that cannot restrict a group to
 * root, anybody may listen, and damaged output may hold what is not ours.
 */
static const struct genl_multicast_group groups[] = {
	{ .name = CT_EVENTS_GROUP, CT_MCAST_ADMIN },
};

struct genl_family ct_family __ro_after_init = {
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

int ct_netlink_init(void)
{
	int err = genl_register_family(&ct_family);

	/*
	 * modprobe takes EEXIST for "loaded already", which would be success. Nothing
	 * else that loading does can fail with it.
	 */
	if (err == -EEXIST) {
		pr_err("a generic netlink family of the name \"%s\" is there already, of another module: unload that one first; not loading\n",
		       CT_FAMILY_NAME);
		return -EBUSY;
	}
	if (err) {
		pr_err("cannot register the generic netlink family \"%s\" (error %d); not loading\n",
		       CT_FAMILY_NAME, err);
		return err;
	}
	ct_events_start();
	return 0;
}

void ct_netlink_exit(void)
{
	/* Nothing can happen after it, so nobody asks for an event. */
	ct_run_close();
	ct_events_stop();
	genl_unregister_family(&ct_family);
}
