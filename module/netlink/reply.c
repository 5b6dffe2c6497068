// SPDX-License-Identifier: GPL-2.0-only
#include <net/genetlink.h>

#include "netlink/family.h"
#include "netlink/reply.h"

int yt_out_of_memory(struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "there is not enough memory");
	return -ENOMEM;
}

int yt_begin_reply(struct genl_info *info, u8 cmd, size_t size,
		   struct sk_buff **msg, void **header)
{
	*msg = genlmsg_new(size, GFP_KERNEL);
	if (!*msg)
		return yt_out_of_memory(info->extack);
	*header = genlmsg_put_reply(*msg, info, &yt_family, 0, cmd);
	if (!*header) {
		nlmsg_free(*msg);
		return -EMSGSIZE;
	}
	return 0;
}

int yt_end_reply(struct genl_info *info, struct sk_buff *msg, void *header,
		 int err)
{
	if (err) {
		nlmsg_free(msg);
		if (err == -ENOMEM)
			return yt_out_of_memory(info->extack);
		NL_SET_ERR_MSG(info->extack, "the answer does not fit");
		return err;
	}
	genlmsg_end(msg, header);
	return genlmsg_reply(msg, info);
}
