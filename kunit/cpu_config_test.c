// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/test.h>
#include <linux/string.h>

#include "cpu/config.h"
#include "suites.h"

static struct yt_config *defaults(struct kunit *test)
{
	struct yt_config *config = kunit_kzalloc(test, sizeof(*config),
						 GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, config);
	yt_config_default(config);
	return config;
}

static void expect_refusal(struct kunit *test, const struct yt_config *config,
			   const char *words)
{
	enum cryptorture_config_attr which = CRYPTORTURE_A_CONFIG_UNSPEC;
	const char *why = yt_config_check(config, &which);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, why);
	KUNIT_EXPECT_NOT_ERR_OR_NULL(test, strstr(why, words));
	KUNIT_EXPECT_NE(test, (int)which, (int)CRYPTORTURE_A_CONFIG_UNSPEC);
}

static void defaults_can_be_run(struct kunit *test)
{
	struct yt_config *config = defaults(test);

	KUNIT_EXPECT_NULL(test, yt_config_check(config, NULL));
	KUNIT_EXPECT_EQ(test, config->contexts, 0x3u);
	/* Neither those off by default, nor what exercisers do. */
	KUNIT_EXPECT_EQ(test, config->disturb, 0x1fu);
	KUNIT_EXPECT_EQ(test, config->exercisers, 0u);
}

static void every_disturber_is_allowed(struct kunit *test)
{
	struct yt_config *config = defaults(test);
	unsigned int i;

	for (i = 0; i < __CRYPTORTURE_DISTURBER_MAX; i++) {
		if (i == CRYPTORTURE_DISTURBER_RETIRED_8)
			continue;
		config->disturb = BIT(i);
		KUNIT_EXPECT_NULL(test, yt_config_check(config, NULL));
	}
	config->disturb = 0;
	KUNIT_EXPECT_NULL(test, yt_config_check(config, NULL));
	config->disturb = YT_DISTURB_ALL;
	KUNIT_EXPECT_NULL(test, yt_config_check(config, NULL));
}

static void unknown_bits_are_refused(struct kunit *test)
{
	struct yt_config *config = defaults(test);

	config->disturb = BIT(__CRYPTORTURE_DISTURBER_MAX);
	expect_refusal(test, config, "memory 128");
	config->disturb = BIT(CRYPTORTURE_DISTURBER_RETIRED_8);
	expect_refusal(test, config, "memory 128");
	yt_config_default(config);
	config->contexts = BIT(__CRYPTORTURE_CONTEXT_MAX);
	expect_refusal(test, config, "caller 4");
	config->contexts = 0;
	expect_refusal(test, config, "no context");
}

static void callers_need_exercisers(struct kunit *test)
{
	struct yt_config *config = defaults(test);

	config->contexts = YT_CONTEXTS_ALL;
	expect_refusal(test, config, "needs exercisers");
	config->exercisers = CRYPTORTURE_EXERCISERS_MAX;
	KUNIT_EXPECT_NULL(test, yt_config_check(config, NULL));
	config->exercisers = CRYPTORTURE_EXERCISERS_MAX + 1;
	expect_refusal(test, config, "too many exercisers");
}

static void bounds_are_kept(struct kunit *test)
{
	struct yt_config *config = defaults(test);

	config->load = 0;
	expect_refusal(test, config, "load");
	config->load = CRYPTORTURE_LOAD_FULL + 1;
	expect_refusal(test, config, "load");
	yt_config_default(config);
	config->timer_hz = CRYPTORTURE_TIMER_HZ_MAX + 1;
	expect_refusal(test, config, "timer rate");
	yt_config_default(config);
	config->duration_ms = CRYPTORTURE_DURATION_MAX_MS + 1;
	expect_refusal(test, config, "too long");
	yt_config_default(config);
	cpumask_clear(&config->cpus);
	expect_refusal(test, config, "no CPU");
}

static void shares_add_up_to_the_load(struct kunit *test)
{
	struct yt_config *config = defaults(test);
	u32 task, softirq;

	KUNIT_EXPECT_EQ(test, yt_config_share(config, CRYPTORTURE_CONTEXT_TASK),
			YT_SHARE_WHOLE);
	KUNIT_EXPECT_EQ(test, yt_config_share(config, CRYPTORTURE_CONTEXT_SOFTIRQ),
			YT_SHARE_WHOLE / 5);
	for (config->load = 1; config->load < CRYPTORTURE_LOAD_FULL; config->load++) {
		config->exercisers = 1;
		config->contexts = YT_CONTEXTS_DEFAULT;
		KUNIT_EXPECT_FALSE(test, yt_config_follows(config));
		task = yt_config_share(config, CRYPTORTURE_CONTEXT_TASK);
		softirq = yt_config_share(config, CRYPTORTURE_CONTEXT_SOFTIRQ);
		KUNIT_EXPECT_EQ(test, task + softirq,
				config->load * (YT_SHARE_WHOLE / CRYPTORTURE_LOAD_FULL));
		KUNIT_EXPECT_EQ(test, task, 4 * softirq);
		config->contexts = BIT(CRYPTORTURE_CONTEXT_TASK) |
				   BIT(CRYPTORTURE_CONTEXT_CALLER);
		KUNIT_EXPECT_EQ(test, yt_config_share(config, CRYPTORTURE_CONTEXT_TASK),
				task + softirq);
		/* Within the time of the worker, which has nearly all of it. */
		config->exercisers = 0;
		config->contexts = YT_CONTEXTS_DEFAULT;
		KUNIT_EXPECT_TRUE(test, yt_config_follows(config));
		KUNIT_EXPECT_EQ(test, yt_config_share(config, CRYPTORTURE_CONTEXT_TASK),
				(task + softirq) - (task + softirq) / 8);
		KUNIT_EXPECT_EQ(test,
				yt_config_share(config, CRYPTORTURE_CONTEXT_SOFTIRQ),
				YT_SHARE_WHOLE / 5);
		/* With no worker there is none to follow. */
		config->contexts = BIT(CRYPTORTURE_CONTEXT_SOFTIRQ);
		KUNIT_EXPECT_FALSE(test, yt_config_follows(config));
		KUNIT_EXPECT_EQ(test,
				yt_config_share(config, CRYPTORTURE_CONTEXT_SOFTIRQ),
				softirq);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(defaults_can_be_run),
	KUNIT_CASE(every_disturber_is_allowed),
	KUNIT_CASE(unknown_bits_are_refused),
	KUNIT_CASE(callers_need_exercisers),
	KUNIT_CASE(bounds_are_kept),
	KUNIT_CASE(shares_add_up_to_the_load),
	{}
};

struct kunit_suite cpu_config_suite = {
	.name = "cpu_config",
	.test_cases = cases,
};
