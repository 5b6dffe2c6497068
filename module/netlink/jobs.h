/* SPDX-License-Identifier: GPL-2.0-only */
/* Netlink commands and events of jobs. */
#ifndef CRYPTORTURE_NETLINK_JOBS_H
#define CRYPTORTURE_NETLINK_JOBS_H

#include <net/genetlink.h>

#include "control/job.h"

/* Room for what is said of a job, without its result. */
#define YT_JOB_SIZE	(512 + CRYPTORTURE_NAME_MAX + YT_WHY_MAX)

extern const struct nla_policy yt_job_start_policy[CRYPTORTURE_A_JOB_MAX + 1];
extern const struct nla_policy yt_job_policy[CRYPTORTURE_A_JOB_MAX + 1];

/*
 * Callbacks of CRYPTORTURE_CMD_JOB_START, CRYPTORTURE_CMD_JOB_GET and CRYPTORTURE_CMD_JOB_CANCEL.
 */
int yt_job_start_command(struct sk_buff *skb, struct genl_info *info);
int yt_job_get_command(struct sk_buff *skb, struct genl_info *info);
int yt_job_cancel_command(struct sk_buff *skb, struct genl_info *info);

/* enum cryptorture_job_attr, without the result. Return: 0 or -EMSGSIZE. */
int yt_put_job(struct sk_buff *msg, struct yt_job *job);

/*
 * Jobs are cancelled when the socket that asked for them is closed. Process context,
 * once. Return: 0 or a negative errno.
 */
int yt_job_owners_init(void);
void yt_job_owners_exit(void);

#endif /* CRYPTORTURE_NETLINK_JOBS_H */
