// SPDX-License-Identifier: GPL-2.0-only
#include <linux/init.h>
#include <linux/utsname.h>
#include <net/genetlink.h>

#include "control/run.h"
#include "netlink/commands.h"
#include "netlink/dump.h"
#include "netlink/event.h"
#include "netlink/family.h"
#include "netlink/jobs.h"
#include "netlink/message.h"
#include "netlink/reply.h"
#include "netlink/request.h"

/* Commands without attributes refuse any: attribute 1 is not one of theirs. */
static const struct nla_policy no_policy[2] = {
	[1] = { .type = NLA_REJECT },
};

static int version_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *msg;
	void *header;
	int err;

	err = yt_begin_reply(info, CRYPTORTURE_CMD_VERSION_GET, NLMSG_DEFAULT_SIZE, &msg,
			     &header);
	if (err)
		return err;
	if (nla_put_string(msg, CRYPTORTURE_A_VERSION_MODULE, YT_VERSION) ||
	    nla_put_string(msg, CRYPTORTURE_A_VERSION_KERNEL, init_utsname()->release))
		err = -EMSGSIZE;
	return yt_end_reply(info, msg, header, err);
}

static int status_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *msg;
	void *header;
	int err;

	err = yt_begin_reply(info, info->genlhdr->cmd, YT_STATUS_SIZE, &msg, &header);
	if (err)
		return err;
	return yt_end_reply(info, msg, header, yt_put_run_status(msg));
}

static const struct genl_ops ops[] = {
	{
		.cmd = CRYPTORTURE_CMD_VERSION_GET,
		.flags = GENL_ADMIN_PERM,
		.policy = no_policy,
		.maxattr = ARRAY_SIZE(no_policy) - 1,
		.doit = version_get,
	}, {
		.cmd = CRYPTORTURE_CMD_STATUS_GET,
		.flags = GENL_ADMIN_PERM,
		.policy = no_policy,
		.maxattr = ARRAY_SIZE(no_policy) - 1,
		.doit = status_get,
	}, {
		.cmd = CRYPTORTURE_CMD_DRIVER_GET,
		.flags = GENL_ADMIN_PERM,
		.policy = no_policy,
		.maxattr = ARRAY_SIZE(no_policy) - 1,
		.dumpit = yt_driver_dump,
	}, {
		.cmd = CRYPTORTURE_CMD_CELL_GET,
		.flags = GENL_ADMIN_PERM,
		.policy = no_policy,
		.maxattr = ARRAY_SIZE(no_policy) - 1,
		.dumpit = yt_cell_dump,
	}, {
		.cmd = CRYPTORTURE_CMD_MISMATCH_GET,
		.flags = GENL_ADMIN_PERM,
		.policy = yt_mismatch_policy,
		.maxattr = CRYPTORTURE_A_MISMATCH_MAX,
		.doit = yt_mismatch_get,
		.start = yt_mismatch_start,
		.dumpit = yt_mismatch_dump,
	}, {
		.cmd = CRYPTORTURE_CMD_JOB_START,
		.flags = GENL_ADMIN_PERM,
		.policy = yt_job_start_policy,
		.maxattr = CRYPTORTURE_A_JOB_MAX,
		.doit = yt_job_start_command,
	}, {
		.cmd = CRYPTORTURE_CMD_JOB_GET,
		.flags = GENL_ADMIN_PERM,
		.policy = yt_job_policy,
		.maxattr = CRYPTORTURE_A_JOB_MAX,
		.doit = yt_job_get_command,
	}, {
		.cmd = CRYPTORTURE_CMD_JOB_CANCEL,
		.flags = GENL_ADMIN_PERM,
		.policy = yt_job_policy,
		.maxattr = CRYPTORTURE_A_JOB_MAX,
		.doit = yt_job_cancel_command,
	},
};

int __init yt_netlink_init(void)
{
	int err;

	yt_family.ops = ops;
	yt_family.n_ops = ARRAY_SIZE(ops);
	err = genl_register_family(&yt_family);
	/*
	 * modprobe takes EEXIST for "loaded already", which would be success. Nothing
	 * else that loading does can fail with it.
	 */
	if (err == -EEXIST) {
		pr_err("a generic netlink family of the name \"%s\" is registered already, by another module: unload that one first; not loading\n",
		       CRYPTORTURE_FAMILY_NAME);
		return -EBUSY;
	}
	if (err) {
		pr_err("cannot register the generic netlink family \"%s\" (error %d); not loading\n",
		       CRYPTORTURE_FAMILY_NAME, err);
		return err;
	}
	err = yt_job_owners_init();
	if (err) {
		genl_unregister_family(&yt_family);
		return err;
	}
	yt_events_start();
	return 0;
}

void yt_netlink_exit(void)
{
	/* Nothing happens after it, so no event is needed. */
	yt_run_close();
	yt_events_stop();
	yt_job_owners_exit();
	genl_unregister_family(&yt_family);
}
