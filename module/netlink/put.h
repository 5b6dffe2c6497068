/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel's nla_put_ functions lack. Return: 0 or -EMSGSIZE. */
#ifndef CRYPTORTURE_NETLINK_PUT_H
#define CRYPTORTURE_NETLINK_PUT_H

#include <net/netlink.h>

static inline int put_u64(struct sk_buff *msg, int attr, u64 value, int pad)
{
	return nla_put_u64_64bit(msg, attr, value, pad);
}

/* A flag is there or not. */
static inline int put_flag(struct sk_buff *msg, int attr, bool value)
{
	return value ? nla_put_flag(msg, attr) : 0;
}

#endif /* CRYPTORTURE_NETLINK_PUT_H */
