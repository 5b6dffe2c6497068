/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records to attributes. Every function returns 0, or -EMSGSIZE when the
 * message has no more room; the caller then drops or cancels the message.
 */
#ifndef CRYPTORTURE_NETLINK_MESSAGE_H
#define CRYPTORTURE_NETLINK_MESSAGE_H

#include <net/netlink.h>

#include "control/run.h"

/* Room for the status with every driver's name in it. */
#define YT_STATUS_SIZE	(8192 + YT_DRIVERS_MAX * (CRYPTORTURE_NAME_MAX + 8))
/* Room for the results of running a packet again in all ways. */
#define YT_OUTCOME_SIZE	(8 * NLA_HDRLEN + 8 * sizeof(u32) + CRYPTORTURE_NAME_MAX)
#define YT_REPLAY_SIZE	(256 + CRYPTORTURE_REPLAYS_MAX * YT_OUTCOME_SIZE)

/* enum cryptorture_status_attr of the current run, or the last one; or -ENOMEM. */
int yt_put_run_status(struct sk_buff *msg);
/* enum cryptorture_status_attr. @exercise: the run whose drivers are listed, or NULL. */
int yt_put_status(struct sk_buff *msg, const struct yt_status *status,
		  const struct yt_exercise *exercise);
/* enum cryptorture_driver_attr; @id: its number. */
int yt_put_driver(struct sk_buff *msg, unsigned int id,
		  const struct yt_driver *driver);
/* enum cryptorture_cell_attr. */
int yt_put_cell(struct sk_buff *msg, const struct yt_exercise *exercise,
		unsigned int cpu, unsigned int driver, enum cryptorture_context context,
		enum cryptorture_direction direction);
/* enum cryptorture_mismatch_attr, all of it. */
int yt_put_mismatch(struct sk_buff *msg, const struct yt_mismatch *mismatch);
/* The results of running its packet again. */
int yt_put_replay(struct sk_buff *msg, const struct yt_outcomes *replay);
/* The part of enum cryptorture_mismatch_attr that an event carries. */
int yt_put_mismatch_event(struct sk_buff *msg,
			  const struct yt_mismatch *mismatch);

#endif /* CRYPTORTURE_NETLINK_MESSAGE_H */
