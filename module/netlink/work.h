/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kinds of jobs do. */
#ifndef CRYPTORTURE_NETLINK_WORK_H
#define CRYPTORTURE_NETLINK_WORK_H

#include <net/netlink.h>

#include "drivers/steps.h"

/**
 * struct yt_work - a kind of job
 * @attr: of enum cryptorture_job_attr, the nest of its parameters, or 0
 * @max: attributes of that nest
 * @policy: of that nest
 * @check: validates the parameters in the netlink callback; or NULL
 * @run: does the work, in the thread of jobs
 * @result: of enum cryptorture_job_attr, the nest of its result, or 0
 * @size: bytes of that, at most
 *
 * @attrs are those of the nest; NULL where there is none. Refusals are reported by @extack.
 * Both return 0 or a negative errno.
 */
struct yt_work {
	unsigned int attr;
	unsigned int max;
	const struct nla_policy *policy;
	int (*check)(struct nlattr **attrs, struct netlink_ext_ack *extack);
	int (*run)(struct nlattr **attrs, struct yt_steps *steps,
		   struct sk_buff *result, struct netlink_ext_ack *extack);
	unsigned int result;
	size_t size;
};

/* By enum cryptorture_job_kind. */
extern const struct yt_work yt_works[__CRYPTORTURE_JOB_KIND_MAX];

#endif /* CRYPTORTURE_NETLINK_WORK_H */
