// SPDX-License-Identifier: GPL-2.0-only
#include <linux/preempt.h>
#include <linux/string.h>
#include <asm/fpu/api.h>

#include "busted/aim.h"
#include "busted/nested.h"
#include "busted/ticker.h"
#include "busted/xmm.h"
#include "compat.h"

static enum ct_busted_nested doing;
static bool softirqs_nest;

/*
 * irq_fpu_usable() in hardirq says no inside an FPU section, and also wherever
 * softirqs are off: where FPU sections leave them on, the two can be told apart.
 */
static bool in_section(void)
{
	if (irq_fpu_usable() || in_serving_softirq())
		return false;
	return !softirqs_nest || !softirq_count();
}

/* As the nested kernel_fpu_end() of old made the task's next access do. */
static void reload(void)
{
	struct ct_xmms image;

	memcpy(&image, ct_task_xmm_image(current), sizeof(image));
	ct_xmm_load(&image);
}

static void strike(void)
{
	/* Counts the interrupt; every one that lands in a section strikes. */
	ct_busted_aim_due();
	if (!in_section())
		return;
	switch (doing) {
	case CT_BUSTED_NESTED_AES:
		ct_xmm_work();
		break;
	case CT_BUSTED_NESTED_TAGGED:
		ct_xmm_tag();
		break;
	case CT_BUSTED_NESTED_RELOAD:
		reload();
		break;
	}
	ct_busted_aim_done();
}

int ct_busted_nested_start(enum ct_busted_nested what)
{
	doing = what;
	kernel_fpu_begin();
	softirqs_nest = !softirq_count();
	kernel_fpu_end();
	return ct_busted_ticker_start(strike);
}

void ct_busted_nested_stop(void)
{
	ct_busted_ticker_stop();
}
