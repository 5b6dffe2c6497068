// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <net/genetlink.h>
#include <uapi/linux/cryptorture.h>

#include "compat.h"
#include "netlink/family.h"

/*
 * Events carry no bytes of packets: on kernels that cannot restrict a group to
 * root, any user may listen, and damaged output may hold data of others.
 */
static const struct genl_multicast_group groups[] = {
	{ .name = CRYPTORTURE_MCGRP_EVENTS, YT_MCAST_ADMIN },
};

struct genl_family yt_family __ro_after_init = {
	.name = CRYPTORTURE_FAMILY_NAME,
	.version = CRYPTORTURE_FAMILY_VERSION,
	.module = THIS_MODULE,
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
	.parallel_ops = true,
	YT_RESV_START_OP(CRYPTORTURE_CMD_VERSION_GET)
};
