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
#define CT_STATUS_SIZE	(8192 + CT_SUBJECTS_MAX * (CT_NAME_MAX + 8))
/* Room for what came of running a packet again in all ways. */
#define CT_OUTCOME_SIZE	(8 * NLA_HDRLEN + 8 * sizeof(u32) + CT_NAME_MAX)
#define CT_REPLAY_SIZE	(256 + CT_REPLAYS_MAX * CT_OUTCOME_SIZE)

/* enum ct_status_attr of the present run, or the last one; or -ENOMEM. */
int ct_put_run_status(struct sk_buff *msg);
/* enum ct_status_attr. @of: the run whose drivers are listed, or NULL. */
int ct_put_status(struct sk_buff *msg, const struct ct_status *status,
		  const struct ct_exercise *of);
/* enum ct_driver_attr; @id: its number. */
int ct_put_driver(struct sk_buff *msg, unsigned int id,
		  const struct ct_subject *subject);
/* enum ct_cell_attr. */
int ct_put_cell(struct sk_buff *msg, const struct ct_exercise *of,
		unsigned int cpu, unsigned int driver, enum ct_context context,
		enum ct_direction direction);
/* enum ct_mismatch_attr, all of it. */
int ct_put_mismatch(struct sk_buff *msg, const struct ct_mismatch *mismatch);
/* The part of it that tells what came of running a packet again. */
int ct_put_replay(struct sk_buff *msg, const struct ct_outcomes *replay);
/* The part of enum ct_mismatch_attr that an event carries. */
int ct_put_mismatch_event(struct sk_buff *msg,
			  const struct ct_mismatch *mismatch);

#endif /* CRYPTORTURE_NETLINK_MESSAGE_H */
