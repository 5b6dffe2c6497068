/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attributes to parameters. Lengths and types have been held against the
 * policies here before any of these functions is called.
 */
#ifndef CRYPTORTURE_NETLINK_REQUEST_H
#define CRYPTORTURE_NETLINK_REQUEST_H

#include <net/netlink.h>

#include "context/bench.h"
#include "cpu/config.h"
#include "drivers/driver.h"
#include "repro/request.h"

extern const struct nla_policy yt_config_policy[CRYPTORTURE_A_CONFIG_MAX + 1];
extern const struct nla_policy yt_mismatch_policy[CRYPTORTURE_A_MISMATCH_MAX + 1];
extern const struct nla_policy yt_bench_policy[CRYPTORTURE_A_BENCH_MAX + 1];
extern const struct nla_policy yt_replay_policy[CRYPTORTURE_A_MISMATCH_MAX + 1];

/**
 * yt_refuse() - say why
 * @extack: may be NULL
 * @attr: the attribute at fault, or NULL
 * @why: a constant: it is read when the command is over
 *
 * Return: -EINVAL.
 */
int yt_refuse(struct netlink_ext_ack *extack, const struct nlattr *attr,
	      const char *why);

/**
 * yt_get_config() - parameters of a run
 * @attrs: enum cryptorture_config_attr
 * @config: where to; what is absent gets its default
 * @extack: what is wrong, and with which attribute
 *
 * Return: 0 or -EINVAL.
 */
int yt_get_config(struct nlattr **attrs, struct yt_config *config,
		  struct netlink_ext_ack *extack);

/**
 * yt_get_drivers() - the drivers asked for
 * @attr: CRYPTORTURE_A_CONFIG_DRIVERS or NULL
 * @drivers: where to: an array to be freed with kfree(), or NULL for all
 * @count: how many
 * @extack: what is wrong, and with which attribute
 *
 * Return: 0, -ENOENT for a name that is not here, -EINVAL, -ENOMEM.
 */
int yt_get_drivers(const struct nlattr *attr,
		   const struct yt_driver ***drivers, unsigned int *count,
		   struct netlink_ext_ack *extack);

/* Return: 0, -EINVAL or -ENOENT with @extack set. */
int yt_get_bench(struct nlattr **attrs, struct yt_bench_spec *spec,
		 struct netlink_ext_ack *extack);

/* Return: 0, -EINVAL or -ENOENT with @extack set. */
int yt_get_replay(struct nlattr **attrs, struct yt_replay_request *spec,
		  struct netlink_ext_ack *extack);

#endif /* CRYPTORTURE_NETLINK_REQUEST_H */
