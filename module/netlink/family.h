/* SPDX-License-Identifier: GPL-2.0-only */
/* The generic netlink family: commands, dumps, events. */
#ifndef CRYPTORTURE_NETLINK_FAMILY_H
#define CRYPTORTURE_NETLINK_FAMILY_H

struct genl_family;

extern struct genl_family yt_family;

/*
 * Process context, once, when everything else is ready. Return: 0; -EBUSY when
 * another module has a family of that name; another negative errno.
 */
int yt_netlink_init(void);
/* No command runs and no event is sent after it. */
void yt_netlink_exit(void);

#endif /* CRYPTORTURE_NETLINK_FAMILY_H */
