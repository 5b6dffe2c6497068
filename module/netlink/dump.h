/* SPDX-License-Identifier: GPL-2.0-only */
/* Answers of more than one message, and one of their items by its number. */
#ifndef CRYPTORTURE_NETLINK_DUMP_H
#define CRYPTORTURE_NETLINK_DUMP_H

#include <net/genetlink.h>

/*
 * Callbacks of CRYPTORTURE_CMD_DRIVER_GET, CRYPTORTURE_CMD_CELL_GET and
 * CRYPTORTURE_CMD_MISMATCH_GET.
 */
int yt_driver_dump(struct sk_buff *msg, struct netlink_callback *cb);
int yt_cell_dump(struct sk_buff *msg, struct netlink_callback *cb);
int yt_mismatch_start(struct netlink_callback *cb);
int yt_mismatch_dump(struct sk_buff *msg, struct netlink_callback *cb);
int yt_mismatch_get(struct sk_buff *skb, struct genl_info *info);

#endif /* CRYPTORTURE_NETLINK_DUMP_H */
