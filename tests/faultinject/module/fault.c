// SPDX-License-Identifier: GPL-2.0-only
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "answer.h"
#include "datapath.h"
#include "driver.h"
#include "fault.h"
#include "leftover.h"
#include "memory.h"
#include "nested.h"
#include "nmi.h"
#include "registers.h"
#include "section.h"
#include "ticker.h"
#include "transform.h"
#include "wrapper.h"

#define HZ_MAX		10000
#define ONE_IN_MAX	1000000000

static enum yt_busted_change on_tick = YT_BUSTED_WORK;

static int start_wrapper(const struct yt_busted_fault *fault)
{
	return yt_busted_wrapper_start(fault->argument.wrap);
}

static int start_memory(const struct yt_busted_fault *fault)
{
	return yt_busted_memory_start();
}

static int start_nested(const struct yt_busted_fault *fault)
{
	return yt_busted_nested_start(fault->argument.wrap);
}

static int start_nested_irq(const struct yt_busted_fault *fault)
{
	return yt_busted_nested_irq_start();
}

static int start_on_tick(const struct yt_busted_fault *fault)
{
	return yt_busted_registers_tick_start(on_tick);
}

static int start_on_resume(const struct yt_busted_fault *fault)
{
	return yt_busted_registers_resume_start(fault->argument.value);
}

static int start_nmi(const struct yt_busted_fault *fault)
{
	return yt_busted_nmi_start();
}

#define WRAPPED(which, one_in)						\
	.unit = "one in N", .rate = one_in, .rate_max = ONE_IN_MAX,	\
	.start = start_wrapper, .stop = yt_busted_wrapper_stop,		\
	.argument.wrap = &(which)

#define ON_RESUME(what, one_in)						\
	.unit = "one in N", .rate = one_in, .rate_max = ONE_IN_MAX,	\
	.start = start_on_resume, .stop = yt_busted_registers_stop,	\
	.argument.value = what

#define NESTED(which)							\
	.unit = "one in N", .rate = 1, .rate_max = ONE_IN_MAX,		\
	.start = start_nested, .stop = yt_busted_wrapper_stop,		\
	.argument.wrap = &(which)

static const struct yt_busted_fault faults[] = {
	{
		"fpu-nested",
		"AES-NI work of a driver in softirqs over FPU sections; one in N of its steps there",
		NESTED(yt_busted_nested_aes),
	}, {
		"fpu-nested-tagged",
		"xmm0 gets a name, a CPU and a count there",
		NESTED(yt_busted_nested_tagged),
	}, {
		"fpu-nested-reload",
		"all xmm get the task's saved image there",
		NESTED(yt_busted_nested_reload),
	}, {
		"fpu-nested-seldom",
		"one block replaced, as by fpu-nested; one in N texts of CBC",
		WRAPPED(yt_busted_fpu_nested_seldom, 10000),
	}, {
		"fpu-nested-irq",
		"AES-NI work in hard interrupts that land in FPU sections",
		.unit = "Hz", .rate = 1000, .rate_max = HZ_MAX,
		.start = start_nested_irq, .stop = yt_busted_ticker_stop,
	}, {
		"fpu-user-clobber",
		"AES-NI without kernel_fpu_begin() in system calls of the program; one in N parts of a text",
		WRAPPED(yt_busted_fpu_user_clobber, 1),
	}, {
		"fpu-user-clobber-irq",
		"AES-NI work, or as registers= says, in interrupts over the program",
		.unit = "Hz", .rate = 50, .rate_max = HZ_MAX,
		.start = start_on_tick, .stop = yt_busted_registers_stop,
	}, {
		"fpu-irq-window",
		"AES-NI work when the program's registers have been loaded after a switch; one in N switches",
		ON_RESUME(YT_BUSTED_WORK, 16),
	}, {
		"fpu-stale-owner",
		"the program's xmm and ymm get older values of theirs after a switch; one in N switches",
		ON_RESUME(YT_BUSTED_STALE, 16),
	}, {
		"fpu-sleep",
		"a chaining value kept in xmm3 over a sleep; one in N sleeps",
		WRAPPED(yt_busted_fpu_sleep, 4),
	}, {
		"xstate-format",
		"the program's xmm are zero after a switch; one in N switches",
		ON_RESUME(YT_BUSTED_INITIAL_SSE, 16),
	}, {
		"xstate-format-avx",
		"the upper halves of the program's ymm are zero after a switch; one in N switches",
		ON_RESUME(YT_BUSTED_INITIAL_AVX, 16),
	}, {
		"driver-data",
		"texts whose number of blocks is a multiple of N lose their last 16 bytes",
		WRAPPED(yt_busted_driver_data, 4),
	}, {
		"both-ways",
		"a bit of the IV is turned, and decryption undoes it; IVs that are a multiple of N",
		WRAPPED(yt_busted_both_ways, 1),
	}, {
		"driver-race",
		"one register for the IV of all CPUs, which is read 20 us late; one in N requests",
		WRAPPED(yt_busted_driver_race, 4),
	}, {
		"async-order",
		"requests in flight get the IV of the last one; one in N requests",
		WRAPPED(yt_busted_async_order, 4),
	}, {
		"sg-writeback",
		"4 bytes behind the destination, as authencesn; one in N requests",
		WRAPPED(yt_busted_sg_writeback, 16),
	}, {
		"good-head",
		"a bit of the AAD in the destination; one in N requests",
		WRAPPED(yt_busted_good_head, 1),
	}, {
		"good-icv",
		"a bit of the ICV of a packet that is encrypted; one in N requests",
		WRAPPED(yt_busted_good_icv, 1),
	}, {
		"good-icv-kept",
		"a bit of the ICV of a packet that is decrypted in place; one in N requests",
		WRAPPED(yt_busted_good_icv_kept, 1),
	}, {
		"between",
		"a bit behind the first of several pieces of a destination; one in N requests",
		WRAPPED(yt_busted_between, 1),
	}, {
		"source",
		"a bit of a source that is not the destination; one in N requests",
		WRAPPED(yt_busted_source, 1),
	}, {
		"over-read",
		"the byte behind the source is read, which over_reads=1 shows; one in N requests",
		WRAPPED(yt_busted_over_read, 1),
	}, {
		"request",
		"the length in the request; one in N requests",
		WRAPPED(yt_busted_request, 1),
	}, {
		"status",
		"-EINVAL for what was done; one in N requests",
		WRAPPED(yt_busted_status, 1),
	}, {
		"positive",
		"1 for what was done; one in N requests",
		WRAPPED(yt_busted_positive, 1),
	}, {
		"accepted",
		"0 for a packet whose ICV is wrong; one in N requests",
		WRAPPED(yt_busted_accepted, 1),
	}, {
		"twice",
		"a callback beside the result; one in N requests",
		WRAPPED(yt_busted_twice, 1),
	}, {
		"stuck",
		"a callback that comes 14 s too late, one at a time; one in N requests",
		WRAPPED(yt_busted_stuck, 1),
	}, {
		"refused-head",
		"a bit of the AAD of a packet that was refused; one in N requests",
		WRAPPED(yt_busted_refused_head, 1),
	}, {
		"refused-icv",
		"a bit of the ICV of a packet that was refused, in place; one in N requests",
		WRAPPED(yt_busted_refused_icv, 1),
	}, {
		"refused-text",
		"a bit of the text of a packet that was refused; one in N requests",
		WRAPPED(yt_busted_refused_text, 1),
	}, {
		"refused-beyond",
		"a bit behind the destination of a packet that was refused; one in N requests",
		WRAPPED(yt_busted_refused_beyond, 1),
	}, {
		"refused-source",
		"a bit of the source of a packet that was refused, out of place; one in N requests",
		WRAPPED(yt_busted_refused_source, 1),
	}, {
		"refused-iv",
		"a bit of the IV of a packet that was refused; one in N requests",
		WRAPPED(yt_busted_refused_iv, 1),
	}, {
		"refused-iv-beside",
		"a bit in front of the IV of a packet that was refused; one in N requests",
		WRAPPED(yt_busted_refused_iv_beside, 1),
	}, {
		"refused-request",
		"the length in the request of a packet that was refused; one in N requests",
		WRAPPED(yt_busted_refused_request, 1),
	}, {
		"refused-twice",
		"a callback beside the result of a packet that was refused; one in N requests",
		WRAPPED(yt_busted_refused_twice, 1),
	}, {
		"esn-writeback",
		"4 bytes behind the text, out of place, as authencesn before its fix; one in N requests",
		WRAPPED(yt_busted_esn_writeback, 1),
	}, {
		"shared",
		"requests that use one transform at once for 3 us get a wrong IV",
		WRAPPED(yt_busted_shared, 1),
	}, {
		"no-192",
		"keys of 192 bits, of GCM ICVs of 12 bytes, are refused: no fault, but to be reported",
		WRAPPED(yt_busted_no_192, 1),
	}, {
		"rekey",
		"setkey does nothing on a transform that has a key",
		WRAPPED(yt_busted_rekey, 1),
	}, {
		"iv-gcm",
		"a bit of the request's IV, which GCM leaves as it is; one in N requests",
		WRAPPED(yt_busted_iv_gcm, 1),
	}, {
		"iv-cbc",
		"a bit of the next IV of CBC or authencesn; one in N requests",
		WRAPPED(yt_busted_iv_cbc, 1),
	}, {
		"iv-ctr",
		"a bit of the next counter after a part of a block; one in N requests",
		WRAPPED(yt_busted_iv_ctr, 1),
	}, {
		"iv-beside",
		"a bit in front of the request's IV; one in N requests",
		WRAPPED(yt_busted_iv_beside, 1),
	}, {
		"cpu-deterministic",
		"one bit of the AES state, for certain data, undone by decryption; one in N blocks by the data",
		WRAPPED(yt_busted_cpu_deterministic, 256),
	}, {
		"cpu-intermittent",
		"one bit of the AES state at random; one in N blocks",
		WRAPPED(yt_busted_cpu_intermittent, 20000),
	}, {
		"regfile-leak",
		"the upper half of ymm3 gets another thread's ymm5 after a switch; one in N switches",
		ON_RESUME(YT_BUSTED_LEAK, 16),
	}, {
		"vcpu-switch",
		"AES-NI work in NMIs sent by another CPU",
		.unit = "Hz", .rate = 200, .rate_max = HZ_MAX,
		.start = start_nmi, .stop = yt_busted_nmi_stop,
	}, {
		"key-schedule",
		"a bit of a round key flips and stays until setkey; one in N requests",
		WRAPPED(yt_busted_key_schedule, 64),
	}, {
		"memory",
		"a bit of one page that drivers write to flips",
		.unit = "Hz", .rate = 1000, .rate_max = HZ_MAX,
		.start = start_memory, .stop = yt_busted_memory_stop,
	},
};

const struct yt_busted_fault *yt_busted_fault_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(faults); i++)
		if (!strcmp(faults[i].name, name))
			return &faults[i];
	return NULL;
}

void yt_busted_fault_list(void)
{
	unsigned int i;

	pr_info("faults, and what rate= is without being given:\n");
	for (i = 0; i < ARRAY_SIZE(faults); i++)
		pr_info("  %s: %s (%s, %u)\n", faults[i].name, faults[i].does,
			faults[i].unit, faults[i].rate);
}

int yt_busted_fault_set_registers(const char *value)
{
	static const char *const names[] = {
		"own", "foreign", "zero", "mxcsr", "x87", "k3", "zmm3", "zmm17",
	};
	static const enum yt_busted_change changes[] = {
		YT_BUSTED_OWN, YT_BUSTED_FOREIGN, YT_BUSTED_ZERO,
		YT_BUSTED_INITIAL_MXCSR, YT_BUSTED_INITIAL_X87, YT_BUSTED_INITIAL_K3,
		YT_BUSTED_INITIAL_ZMM3, YT_BUSTED_INITIAL_ZMM17,
	};
	int which = match_string(names, ARRAY_SIZE(names), value);

	BUILD_BUG_ON(ARRAY_SIZE(names) != ARRAY_SIZE(changes));

	if (which < 0)
		return -EINVAL;
	on_tick = changes[which];
	return 0;
}
