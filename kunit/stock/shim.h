/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included before everything else in each file of lib/kunit when that is built
 * as a module for a kernel that has CONFIG_KUNIT unset. All kernel headers that
 * lib/kunit uses come first, so that struct task_struct and struct module keep
 * the layout of the running kernel; only then is KUnit said to be enabled.
 */
#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/glob.h>
#include <linux/kref.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/panic.h>
#include <linux/reboot.h>
#include <linux/sched.h>
#include <linux/sched/debug.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#define CONFIG_KUNIT_MODULE 1

/* There is no task_struct.kunit_test, and test.c alone uses it. */
static struct {
	struct kunit *kunit_test;
} stock_task __maybe_unused;

#undef current
#define current (&stock_task)

#ifdef STOCK_WITHOUT_NOTIFIER	/* test.c */
#include <kunit/resource.h>
#include <kunit/test-bug.h>
#include <kunit/test.h>
#ifdef STOCK_WITH_ATTRIBUTES
#include <kunit/attributes.h>
#endif
/* The module notifier needs struct module's kunit_suites. */
#undef CONFIG_MODULES
#endif
