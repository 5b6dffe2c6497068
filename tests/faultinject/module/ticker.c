// SPDX-License-Identifier: GPL-2.0-only
#include <linux/hrtimer.h>
#include <linux/percpu.h>
#include <linux/smp.h>

#include "aim.h"
#include "ticker.h"
#include "compat.h"

/* Multiples of the golden ratio of 2^32 fall evenly into any interval. */
#define SWEEP_STEP	2654435769U

/**
 * struct ticker - the timer of one CPU
 * @timer: expires in hardirq
 * @sweep: phase, advanced by SWEEP_STEP each time
 * @armed: it was started
 */
struct ticker {
	struct hrtimer timer;
	u32 sweep;
	bool armed;
};

static struct ticker __percpu *tickers;
static void (*called)(void);
static u64 period;
static bool on;

/* Between a half and one and a half periods, in step with nothing. */
static ktime_t next_gap(struct ticker *ticker)
{
	ticker->sweep += SWEEP_STEP;
	return ns_to_ktime(period / 2 + ((period * ticker->sweep) >> 32));
}

static enum hrtimer_restart expire(struct hrtimer *timer)
{
	struct ticker *ticker = container_of(timer, struct ticker, timer);

	if (!READ_ONCE(on))
		return HRTIMER_NORESTART;
	called();
	hrtimer_forward_now(timer, next_gap(ticker));
	return HRTIMER_RESTART;
}

/* On the CPU itself: the timer is pinned to it. */
static void arm(void *unused)
{
	struct ticker *ticker = this_cpu_ptr(tickers);

	yt_hrtimer_setup(&ticker->timer, expire, HRTIMER_MODE_REL_PINNED_HARD);
	ticker->armed = true;
	hrtimer_start(&ticker->timer, next_gap(ticker),
		      HRTIMER_MODE_REL_PINNED_HARD);
}

int yt_busted_ticker_start(void (*tick)(void))
{
	tickers = alloc_percpu(struct ticker);
	if (!tickers)
		return -ENOMEM;
	called = tick;
	period = NSEC_PER_SEC / yt_busted_aim_rate();
	WRITE_ONCE(on, true);
	on_each_cpu_mask(yt_busted_aim_cpus(), arm, NULL, true);
	return 0;
}

void yt_busted_ticker_stop(void)
{
	unsigned int cpu;

	if (!tickers)
		return;
	WRITE_ONCE(on, false);
	for_each_possible_cpu(cpu) {
		struct ticker *ticker = per_cpu_ptr(tickers, cpu);

		if (ticker->armed)
			hrtimer_cancel(&ticker->timer);
	}
	free_percpu(tickers);
	tickers = NULL;
}
