// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>
#include <linux/slab.h>

#include "netlink/request.h"

/* Longer lists than a kernel with every CPU there can be needs. */
#define CPU_LIST_MAX	4096

static const struct nla_policy list_policy[CRYPTORTURE_A_LIST_MAX + 1] = {
	[CRYPTORTURE_A_LIST_DRIVER] = { .type = NLA_NUL_STRING, .len = CRYPTORTURE_NAME_MAX - 1 },
};

const struct nla_policy yt_config_policy[CRYPTORTURE_A_CONFIG_MAX + 1] = {
	[CRYPTORTURE_A_CONFIG_DURATION_MS]	= { .type = NLA_U64 },
	[CRYPTORTURE_A_CONFIG_SEED]		= { .type = NLA_U64 },
	[CRYPTORTURE_A_CONFIG_DRIVERS]		= NLA_POLICY_NESTED(list_policy),
	[CRYPTORTURE_A_CONFIG_CONTEXTS]		= { .type = NLA_U32 },
	[CRYPTORTURE_A_CONFIG_DISTURB]		= { .type = NLA_U32 },
	[CRYPTORTURE_A_CONFIG_CPUS]		= { .type = NLA_NUL_STRING,
						    .len = CPU_LIST_MAX },
	[CRYPTORTURE_A_CONFIG_LOAD]		= { .type = NLA_U32 },
	[CRYPTORTURE_A_CONFIG_TIMER_HZ]		= { .type = NLA_U32 },
	[CRYPTORTURE_A_CONFIG_INJECT_EVERY]	= { .type = NLA_U64 },
	[CRYPTORTURE_A_CONFIG_UNTIL_MISMATCH]	= { .type = NLA_FLAG },
	[CRYPTORTURE_A_CONFIG_SIZES]		= { .type = NLA_NUL_STRING,
						    .len = YT_SIZES_TEXT - 1 },
	[CRYPTORTURE_A_CONFIG_EXERCISERS]	= { .type = NLA_U32 },
};

const struct nla_policy yt_mismatch_policy[CRYPTORTURE_A_MISMATCH_MAX + 1] = {
	[CRYPTORTURE_A_MISMATCH_NUMBER]	= { .type = NLA_U64 },
};

const struct nla_policy yt_bench_policy[CRYPTORTURE_A_BENCH_MAX + 1] = {
	[CRYPTORTURE_A_BENCH_DRIVER]		= { .type = NLA_NUL_STRING,
						    .len = CRYPTORTURE_NAME_MAX - 1 },
	[CRYPTORTURE_A_BENCH_MODE]		= { .type = NLA_U32 },
	[CRYPTORTURE_A_BENCH_PAYLOAD]		= { .type = NLA_U32 },
	[CRYPTORTURE_A_BENCH_DIRECTION]		= { .type = NLA_U32 },
	[CRYPTORTURE_A_BENCH_DURATION_MS]	= { .type = NLA_U32 },
};

/* Of a record, just what makes its packet again. */
const struct nla_policy yt_replay_policy[CRYPTORTURE_A_MISMATCH_MAX + 1] = {
	[CRYPTORTURE_A_MISMATCH_DRIVER]		= { .type = NLA_NUL_STRING,
						    .len = CRYPTORTURE_NAME_MAX - 1 },
	[CRYPTORTURE_A_MISMATCH_LAYOUT]		= { .type = NLA_NUL_STRING,
						    .len = YT_LAYOUT_NAME - 1 },
	[CRYPTORTURE_A_MISMATCH_SEED]		= { .type = NLA_U64 },
	[CRYPTORTURE_A_MISMATCH_INDEX]		= { .type = NLA_U64 },
	[CRYPTORTURE_A_MISMATCH_PAYLOAD_LEN]	= { .type = NLA_U32 },
	[CRYPTORTURE_A_MISMATCH_DIRECTION]	= { .type = NLA_U32 },
	[CRYPTORTURE_A_MISMATCH_CONTEXT]	= { .type = NLA_U32 },
	[CRYPTORTURE_A_MISMATCH_CPU_BEFORE]	= { .type = NLA_U32 },
};

int yt_refuse(struct netlink_ext_ack *extack, const struct nlattr *attr,
	      const char *why)
{
	if (extack) {
		if (attr)
			NL_SET_BAD_ATTR(extack, attr);
		extack->_msg = why;
	}
	return -EINVAL;
}

static void get_u32(const struct nlattr *attr, u32 *value)
{
	if (attr)
		*value = nla_get_u32(attr);
}

static void get_u64(const struct nlattr *attr, u64 *value)
{
	if (attr)
		*value = nla_get_u64(attr);
}

int yt_get_config(struct nlattr **attrs, struct yt_config *config,
		  struct netlink_ext_ack *extack)
{
	const struct nlattr *cpus = attrs[CRYPTORTURE_A_CONFIG_CPUS];
	enum cryptorture_config_attr which;
	const char *why;

	yt_config_default(config);
	get_u64(attrs[CRYPTORTURE_A_CONFIG_DURATION_MS], &config->duration_ms);
	if (attrs[CRYPTORTURE_A_CONFIG_DURATION_MS] && !config->duration_ms)
		return yt_refuse(extack, attrs[CRYPTORTURE_A_CONFIG_DURATION_MS],
				 "a duration of nothing: leave it out to run until stopped");
	get_u64(attrs[CRYPTORTURE_A_CONFIG_SEED], &config->seed);
	get_u32(attrs[CRYPTORTURE_A_CONFIG_EXERCISERS], &config->exercisers);
	if (config->exercisers) {
		config->contexts |= YT_CONTEXTS_EXERCISERS;
		config->disturb |= YT_DISTURB_EXERCISERS;
	}
	get_u32(attrs[CRYPTORTURE_A_CONFIG_CONTEXTS], &config->contexts);
	get_u32(attrs[CRYPTORTURE_A_CONFIG_DISTURB], &config->disturb);
	get_u32(attrs[CRYPTORTURE_A_CONFIG_LOAD], &config->load);
	get_u32(attrs[CRYPTORTURE_A_CONFIG_TIMER_HZ], &config->timer_hz);
	get_u64(attrs[CRYPTORTURE_A_CONFIG_INJECT_EVERY], &config->inject_every);
	config->until_mismatch = nla_get_flag(attrs[CRYPTORTURE_A_CONFIG_UNTIL_MISMATCH]);
	if (cpus && cpulist_parse(nla_data(cpus), &config->cpus))
		return yt_refuse(extack, cpus,
				 "not a list of CPUs: write it like 0-3,5");
	if (attrs[CRYPTORTURE_A_CONFIG_SIZES]) {
		why = yt_sizes_parse(&config->sizes,
				     nla_data(attrs[CRYPTORTURE_A_CONFIG_SIZES]),
				     CRYPTORTURE_PAYLOAD_MAX);
		if (why)
			return yt_refuse(extack, attrs[CRYPTORTURE_A_CONFIG_SIZES], why);
	}
	why = yt_config_check(config, &which);
	return why ? yt_refuse(extack, attrs[which], why) : 0;
}

static const struct yt_driver *get_driver(const struct nlattr *attr,
					  struct netlink_ext_ack *extack)
{
	const struct yt_driver *driver = yt_driver_by_name(nla_data(attr));

	if (!driver)
		yt_refuse(extack, attr, "unknown driver: see 'cryptorture drivers'");
	else if (!driver->present)
		yt_refuse(extack, attr,
			  "this driver is not on this machine: 'cryptorture drivers' says why");
	else if (driver->broken)
		yt_refuse(extack, attr,
			  "this driver cannot be used: 'cryptorture drivers' says why");
	else
		return driver;
	return NULL;
}

static bool is_in(const struct yt_driver *const *drivers, unsigned int count,
		  const struct yt_driver *driver)
{
	while (count--)
		if (drivers[count] == driver)
			return true;
	return false;
}

int yt_get_drivers(const struct nlattr *attr,
		   const struct yt_driver ***drivers, unsigned int *count,
		   struct netlink_ext_ack *extack)
{
	const struct yt_driver **list;
	const struct nlattr *name;
	unsigned int n = 0;
	int rest, err;

	*drivers = NULL;
	*count = 0;
	if (!attr)
		return 0;
	list = kcalloc(YT_DRIVERS_MAX, sizeof(*list), GFP_KERNEL);
	if (!list) {
		yt_refuse(extack, NULL, "there is not enough memory");
		return -ENOMEM;
	}
	nla_for_each_nested(name, attr, rest) {
		const struct yt_driver *driver = get_driver(name, extack);

		err = -ENOENT;
		if (!driver)
			goto free;
		/* Named twice is as good as once. */
		if (!is_in(list, n, driver))
			list[n++] = driver;
	}
	if (!n) {
		err = yt_refuse(extack, attr,
				"an empty list of drivers: leave it out for all");
		goto free;
	}
	*drivers = list;
	*count = n;
	return 0;
free:
	kfree(list);
	return err;
}

int yt_get_bench(struct nlattr **attrs, struct yt_bench_spec *spec,
		 struct netlink_ext_ack *extack)
{
	u32 mode = CRYPTORTURE_BENCH_MODE_RAW, direction = CRYPTORTURE_DIRECTION_ENCRYPT;

	memset(spec, 0, sizeof(*spec));
	spec->payload_len = 1420;
	spec->duration_ms = 100;
	if (!attrs[CRYPTORTURE_A_BENCH_DRIVER]) {
		NL_SET_ERR_MSG(extack, "no driver to measure was named");
		return -EINVAL;
	}
	spec->driver = get_driver(attrs[CRYPTORTURE_A_BENCH_DRIVER], extack);
	if (!spec->driver)
		return -ENOENT;
	get_u32(attrs[CRYPTORTURE_A_BENCH_MODE], &mode);
	get_u32(attrs[CRYPTORTURE_A_BENCH_DIRECTION], &direction);
	get_u32(attrs[CRYPTORTURE_A_BENCH_PAYLOAD], &spec->payload_len);
	get_u32(attrs[CRYPTORTURE_A_BENCH_DURATION_MS], &spec->duration_ms);
	if (mode >= __CRYPTORTURE_BENCH_MODE_MAX)
		return yt_refuse(extack, attrs[CRYPTORTURE_A_BENCH_MODE],
				 "unknown mode: raw is 0, verified 1, naive 2, single 3");
	if (direction != CRYPTORTURE_DIRECTION_ENCRYPT &&
	    direction != CRYPTORTURE_DIRECTION_DECRYPT)
		return yt_refuse(extack, attrs[CRYPTORTURE_A_BENCH_DIRECTION],
				 "unknown direction: encrypt is 0, decrypt is 1");
	if (!spec->payload_len || spec->payload_len > CRYPTORTURE_PAYLOAD_MAX)
		return yt_refuse(extack, attrs[CRYPTORTURE_A_BENCH_PAYLOAD],
				 "the payload is out of bounds: 1 to 9000 bytes");
	if (spec->duration_ms < CRYPTORTURE_BENCH_MIN_MS ||
	    spec->duration_ms > CRYPTORTURE_BENCH_MAX_MS)
		return yt_refuse(extack, attrs[CRYPTORTURE_A_BENCH_DURATION_MS],
				 "the duration is out of bounds: 1 to 1000 ms");
	spec->mode = mode;
	spec->direction = direction;
	return 0;
}

static int check_replay(struct nlattr **attrs, const struct yt_replay_request *spec,
			u32 direction, u32 context,
			struct netlink_ext_ack *extack)
{
	if (!spec->payload_len || spec->payload_len > CRYPTORTURE_PAYLOAD_MAX)
		return yt_refuse(extack, attrs[CRYPTORTURE_A_MISMATCH_PAYLOAD_LEN],
				 "the payload is out of bounds: 1 to 9000 bytes");
	if (direction >= __CRYPTORTURE_DIRECTION_MAX)
		return yt_refuse(extack, attrs[CRYPTORTURE_A_MISMATCH_DIRECTION],
				 "unknown direction: encrypt is 0, decrypt 1, tampered 2");
	if (direction == CRYPTORTURE_DIRECTION_TAMPERED && !yt_algorithm_is_aead(spec->driver->alg))
		return yt_refuse(extack, attrs[CRYPTORTURE_A_MISMATCH_DIRECTION],
				 "this algorithm has no ICV, so it refuses no tampered packet");
	if (context >= __CRYPTORTURE_CONTEXT_MAX)
		return yt_refuse(extack, attrs[CRYPTORTURE_A_MISMATCH_CONTEXT],
				 "unknown context: task is 0, softirq 1, caller 2");
	if (spec->cpu >= nr_cpu_ids || !cpu_online(spec->cpu))
		return yt_refuse(extack, attrs[CRYPTORTURE_A_MISMATCH_CPU_BEFORE],
				 "this CPU is not online");
	return 0;
}

int yt_get_replay(struct nlattr **attrs, struct yt_replay_request *spec,
		  struct netlink_ext_ack *extack)
{
	u32 direction = CRYPTORTURE_DIRECTION_ENCRYPT, context = CRYPTORTURE_CONTEXT_TASK;
	int err;

	memset(spec, 0, sizeof(*spec));
	if (!attrs[CRYPTORTURE_A_MISMATCH_DRIVER] || !attrs[CRYPTORTURE_A_MISMATCH_SEED] ||
	    !attrs[CRYPTORTURE_A_MISMATCH_INDEX] || !attrs[CRYPTORTURE_A_MISMATCH_PAYLOAD_LEN]) {
		NL_SET_ERR_MSG(extack,
			       "driver, seed, index and length of a packet belong together");
		return -EINVAL;
	}
	spec->driver = get_driver(attrs[CRYPTORTURE_A_MISMATCH_DRIVER], extack);
	if (!spec->driver)
		return -ENOENT;
	spec->cpu = raw_smp_processor_id();
	get_u64(attrs[CRYPTORTURE_A_MISMATCH_SEED], &spec->seed);
	get_u64(attrs[CRYPTORTURE_A_MISMATCH_INDEX], &spec->index);
	get_u32(attrs[CRYPTORTURE_A_MISMATCH_PAYLOAD_LEN], &spec->payload_len);
	get_u32(attrs[CRYPTORTURE_A_MISMATCH_CPU_BEFORE], &spec->cpu);
	get_u32(attrs[CRYPTORTURE_A_MISMATCH_DIRECTION], &direction);
	get_u32(attrs[CRYPTORTURE_A_MISMATCH_CONTEXT], &context);
	err = check_replay(attrs, spec, direction, context, extack);
	if (err)
		return err;
	if (attrs[CRYPTORTURE_A_MISMATCH_LAYOUT] &&
	    !yt_layout_parse(&spec->layout, nla_data(attrs[CRYPTORTURE_A_MISMATCH_LAYOUT])))
		return yt_refuse(extack, attrs[CRYPTORTURE_A_MISMATCH_LAYOUT],
				 "unknown layout: it is written like in-place/page/whole+3");
	spec->direction = direction;
	spec->context = context;
	return 0;
}
