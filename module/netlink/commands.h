/* SPDX-License-Identifier: GPL-2.0-only */
/* The commands of the family, and its registration. */
#ifndef CRYPTORTURE_NETLINK_COMMANDS_H
#define CRYPTORTURE_NETLINK_COMMANDS_H

/*
 * Process context, once, when everything else is ready. Return: 0; -EBUSY when
 * another module has a family of that name; another negative errno.
 */
int yt_netlink_init(void);
/* No command runs and no event is sent after it. */
void yt_netlink_exit(void);

#endif /* CRYPTORTURE_NETLINK_COMMANDS_H */
