/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A kernel with CONFIG_KUNIT unset does not run suites of a module that
 * it loads: there they are run from module_init, with lib/kunit as a module of
 * our own. Only suites.c includes this.
 */
#ifndef CRYPTORTURE_KUNIT_STOCK_KERNEL_H
#define CRYPTORTURE_KUNIT_STOCK_KERNEL_H

#include <kunit/test.h>
#include <linux/module.h>

#if !IS_ENABLED(CONFIG_KUNIT)
extern struct kunit_suite *stock_suites[];	/* ends with NULL */

#undef kunit_test_suites
#define kunit_test_suites(...)	\
	struct kunit_suite *stock_suites[] = { __VA_ARGS__, NULL }

static int stock_count(void)
{
	int count = 0;

	while (stock_suites[count])
		count++;
	return count;
}

static int __init stock_init(void)
{
	return __kunit_test_suites_init(stock_suites, stock_count());
}
module_init(stock_init);

static void __exit stock_exit(void)
{
	__kunit_test_suites_exit(stock_suites, stock_count());
}
module_exit(stock_exit);
#endif

#endif /* CRYPTORTURE_KUNIT_STOCK_KERNEL_H */
