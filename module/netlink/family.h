/* SPDX-License-Identifier: GPL-2.0-only */
/* The generic netlink family, to which netlink/commands gives its commands. */
#ifndef CRYPTORTURE_NETLINK_FAMILY_H
#define CRYPTORTURE_NETLINK_FAMILY_H

struct genl_family;

extern struct genl_family yt_family;

#endif /* CRYPTORTURE_NETLINK_FAMILY_H */
