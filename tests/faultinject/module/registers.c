// SPDX-License-Identifier: GPL-2.0-only
#include <linux/hash.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <asm/cpufeature.h>

#include "aim.h"
#include "registers.h"
#include "resume.h"
#include "ticker.h"
#include "xmm.h"
#include "compat.h"

#define SLOT_BITS	5

/**
 * struct slot - what a thread had in its registers
 * @whose: the thread; never dereferenced
 * @xmms: then
 * @highs: of the YMM registers then, on CPUs that have them
 */
struct slot {
	const struct task_struct *whose;
	struct yt_xmms xmms;
	struct yt_xmms highs;
};

/**
 * struct seen - a thread at its last return to user space
 * @whose: the thread; never dereferenced
 * @count: how often it had lost its CPU by then
 */
struct seen {
	const struct task_struct *whose;
	unsigned long count;
};

static enum yt_busted_change doing;
static DEFINE_RAW_SPINLOCK(lock);	/* of all below */
static const struct task_struct *other;
static struct yt_xmm others;
static struct slot slots[1 << SLOT_BITS];
static struct seen switches[1 << SLOT_BITS];

/* True if @value is another thread's; @mine is then kept for the next one. */
static bool exchange(const struct yt_xmm *mine, struct yt_xmm *value)
{
	bool known;

	raw_spin_lock(&lock);
	known = other && other != current;
	*value = others;
	others = *mine;
	other = current;
	raw_spin_unlock(&lock);
	return known;
}

static bool put_foreign(void)
{
	struct yt_xmm mine, value;

	yt_xmm5_save(&mine);
	if (!exchange(&mine, &value))
		return false;
	yt_xmm3_load(&value);
	return true;
}

static bool leak(void)
{
	struct yt_xmm mine, value;

	yt_ymm5_high_save(&mine);
	if (!exchange(&mine, &value))
		return false;
	yt_ymm3_high_load(&value);
	return true;
}

/* Returns the values of the last hit, and stores the current ones. */
static bool put_stale(void)
{
	struct slot *slot = &slots[hash_ptr(current, SLOT_BITS)];
	bool avx = boot_cpu_has(X86_FEATURE_AVX), differs;
	struct slot then, now = { .whose = current };

	yt_xmm_save(&now.xmms);
	if (avx)
		yt_ymm_highs_save(&now.highs);
	raw_spin_lock(&lock);
	then = *slot;
	*slot = now;
	raw_spin_unlock(&lock);
	differs = then.whose == current &&
		  memcmp(&now.xmms, &then.xmms, sizeof(now.xmms));
	if (!differs)
		return false;
	/* In this order: what loads an xmm leaves the upper half alone. */
	yt_xmm_load(&then.xmms);
	if (avx)
		yt_ymm_highs_load(&then.highs);
	return true;
}

static bool change(void)
{
	static const struct yt_xmms initial;

	switch (doing) {
	case YT_BUSTED_WORK:
		yt_xmm_work();
		return true;
	case YT_BUSTED_OWN:
		yt_xmm3_from_xmm7();
		return true;
	case YT_BUSTED_FOREIGN:
		return put_foreign();
	case YT_BUSTED_ZERO:
		yt_xmm3_zero();
		return true;
	case YT_BUSTED_STALE:
		return put_stale();
	case YT_BUSTED_INITIAL_SSE:
		yt_xmm_load(&initial);
		return true;
	case YT_BUSTED_INITIAL_AVX:
		yt_ymm_high_zero();
		return true;
	case YT_BUSTED_LEAK:
		return leak();
	case YT_BUSTED_INITIAL_MXCSR:
		yt_mxcsr_initial();
		return true;
	case YT_BUSTED_INITIAL_X87:
		yt_x87_initial();
		return true;
	case YT_BUSTED_INITIAL_K3:
		yt_k3_zero();
		return true;
	case YT_BUSTED_INITIAL_ZMM3:
		yt_zmm3_high_zero();
		return true;
	case YT_BUSTED_INITIAL_ZMM17:
		yt_zmm17_zero();
		return true;
	}
	return false;
}

static bool is_victim(void)
{
	return yt_busted_aim_is_program() && yt_user_registers_live() &&
	       yt_xmm_are_pattern();
}

static void tick(void)
{
	/* Counts the interrupt; over such a thread each one strikes. */
	yt_busted_aim_due();
	if (is_victim() && change())
		yt_busted_aim_done();
}

/* Registers are loaded after an FPU section as well; that is no switch. */
static bool was_switched(void)
{
	unsigned long count = current->nvcsw + current->nivcsw;
	struct seen *seen = &switches[hash_ptr(current, SLOT_BITS)];
	bool differs;

	raw_spin_lock(&lock);
	differs = seen->whose != current || seen->count != count;
	seen->whose = current;
	seen->count = count;
	raw_spin_unlock(&lock);
	return differs;
}

static void resumed(void)
{
	if (is_victim() && was_switched() && yt_busted_aim_due() && change())
		yt_busted_aim_done();
}

static int set(enum yt_busted_change what)
{
	doing = what;
	if (what == YT_BUSTED_INITIAL_AVX && !boot_cpu_has(X86_FEATURE_AVX))
		return -EOPNOTSUPP;
	if (what == YT_BUSTED_LEAK && !boot_cpu_has(X86_FEATURE_AVX2))
		return -EOPNOTSUPP;
	if ((what == YT_BUSTED_INITIAL_K3 || what == YT_BUSTED_INITIAL_ZMM3 ||
	     what == YT_BUSTED_INITIAL_ZMM17) && !boot_cpu_has(X86_FEATURE_AVX512F))
		return -EOPNOTSUPP;
	return YT_LIVE_IS_KNOWN ? 0 : -EOPNOTSUPP;
}

int yt_busted_registers_tick_start(enum yt_busted_change what)
{
	int err = set(what);

	return err ? err : yt_busted_ticker_start(tick);
}

int yt_busted_registers_resume_start(enum yt_busted_change what)
{
	int err = set(what);

	return err ? err : yt_busted_resume_start(resumed);
}

void yt_busted_registers_stop(void)
{
	yt_busted_resume_stop();
	yt_busted_ticker_stop();
}
