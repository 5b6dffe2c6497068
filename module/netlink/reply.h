/* SPDX-License-Identifier: GPL-2.0-only */
/* What all commands need to answer, or to say why they do not. */
#ifndef CRYPTORTURE_NETLINK_REPLY_H
#define CRYPTORTURE_NETLINK_REPLY_H

#include <linux/types.h>
#include <net/genetlink.h>

/* Says so. Return: -ENOMEM. */
int yt_out_of_memory(struct netlink_ext_ack *extack);

/**
 * yt_begin_reply() - begin an answer
 * @info: of the request
 * @cmd: enum cryptorture_cmd
 * @size: bytes of attributes
 * @msg: where to
 * @header: for yt_end_reply()
 *
 * Return: 0, or -ENOMEM or -EMSGSIZE with nothing left behind.
 */
int yt_begin_reply(struct genl_info *info, u8 cmd, size_t size,
		   struct sk_buff **msg, void **header);

/**
 * yt_end_reply() - send an answer, or throw it away
 * @info: of the request
 * @msg: from yt_begin_reply(); not to be used afterwards
 * @header: the same
 * @err: of putting the attributes; not 0: it is thrown away, and that is said
 *
 * Return: @err, or what sending gave.
 */
int yt_end_reply(struct genl_info *info, struct sk_buff *msg, void *header,
		 int err);

#endif /* CRYPTORTURE_NETLINK_REPLY_H */
