/* SPDX-License-Identifier: GPL-2.0-only */
/* The multicast group: runs that begin and end, and mismatches as they come. */
#ifndef CRYPTORTURE_NETLINK_EVENT_H
#define CRYPTORTURE_NETLINK_EVENT_H

/* Process context; the family is registered. */
void yt_events_start(void);
/* The same; no run is active, and none can begin. */
void yt_events_stop(void);

#endif /* CRYPTORTURE_NETLINK_EVENT_H */
