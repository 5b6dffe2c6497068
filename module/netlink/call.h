/* SPDX-License-Identifier: GPL-2.0-only */
/* The commands of exercisers. */
#ifndef CRYPTORTURE_NETLINK_CALL_H
#define CRYPTORTURE_NETLINK_CALL_H

#include <net/genetlink.h>

/* Callbacks of CT_CMD_CALL and CT_CMD_REGISTER_REPORT. */
int ct_call_command(struct sk_buff *skb, struct genl_info *info);
int ct_register_command(struct sk_buff *skb, struct genl_info *info);

#endif /* CRYPTORTURE_NETLINK_CALL_H */
