// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/sched.h>

#include "evidence/compare.h"
#include "vectors/audit.h"

bool yt_audit_move(const struct cpumask *cpus, unsigned int from)
{
	unsigned int cpu;

	/* Try each: any of them may have gone offline, or may just now. */
	for_each_cpu_wrap(cpu, cpus, (from + 1) % nr_cpu_ids)
		if (cpu != from && cpu_online(cpu) &&
		    !set_cpus_allowed_ptr(current, cpumask_of(cpu)))
			return true;
	return false;
}

static u32 wrong_vectors(const struct yt_test_sa *test_sa)
{
	u32 wrong = 0;
	unsigned int i;

	BUILD_BUG_ON(YT_SA_VECTORS > 32);
	for (i = 0; i < YT_SA_VECTORS; i++)
		if (atomic_read(&test_sa->wrong[i]))
			wrong |= BIT(i);
	return wrong;
}

/* Expected results of each driver, with the salt that it chose. */
static bool chained_agree(const struct yt_test_sa *test_sa,
			  const struct yt_test_sa *again, unsigned int vector,
			  struct yt_recheck *memory)
{
	const struct yt_vector *case_of = &again->vectors[vector];
	u8 derived[YT_MAX_IV];
	unsigned int t;

	if (yt_seal_setkey(&memory->key, &again->sa))
		return true;
	for (t = 0; t < test_sa->count; t++) {
		yt_transform_derived_iv(&test_sa->transforms[t], case_of,
					derived);
		yt_seal_chained(case_of, &again->sa, &memory->key, derived,
				memory->image);
		if (!yt_same(memory->image, yt_test_sa_sealed(test_sa, t, vector),
			     yt_vector_sealed_len(case_of)))
			return false;
	}
	return true;
}

/* Compute the vectors @wrong again. Return: those that differ on this CPU. */
static u32 make_again(const struct yt_audit *audit,
		      const struct yt_test_sa *test_sa, u32 wrong,
		      struct yt_test_sa **again)
{
	const struct yt_test_sa_spec spec = {
		.alg = test_sa->sa.alg,
		.seed = test_sa->sa.seed,
		.number = test_sa->sa.number,
		.sizes = audit->sizes,
		.yield_hook = audit->memory->yield_hook,
	};
	const struct yt_driver *failed;
	u32 damaged = 0;
	unsigned int i;

	*again = yt_test_sa_make(&spec, &failed);
	if (IS_ERR(*again)) {
		*again = NULL;
		return 0;
	}
	for (i = 0; i < YT_SA_VECTORS; i++)
		if (wrong & BIT(i) &&
		    (!yt_test_sa_agree(test_sa, *again, i) ||
		     (test_sa->chained &&
		      !chained_agree(test_sa, *again, i, audit->memory))))
			damaged |= BIT(i);
	return damaged;
}

u64 yt_audit_test_sa(const struct yt_audit *audit, const struct yt_test_sa *test_sa)
{
	u32 wrong = wrong_vectors(test_sa), damaged;
	struct yt_test_sa *one, *other = NULL;
	unsigned int i;
	u64 sum = 0;

	if (!wrong)
		return 0;
	damaged = make_again(audit, test_sa, wrong, &one);
	if (damaged && yt_audit_move(audit->cpus, raw_smp_processor_id()))
		damaged &= make_again(audit, test_sa, damaged, &other);
	for (i = 0; i < YT_SA_VECTORS; i++) {
		if (!(damaged & BIT(i)) ||
		    (other && !yt_test_sa_agree(one, other, i)))
			continue;
		sum += atomic_read(&test_sa->wrong[i]);
		pr_warn("the expected result of packet %llu of %s was damaged after CPU %u had computed it: %d mismatches say nothing about drivers\n",
			test_sa->vectors[i].index, test_sa->sa.alg->name,
			test_sa->cpu, atomic_read(&test_sa->wrong[i]));
	}
	yt_test_sa_free(other);
	yt_test_sa_free(one);
	return sum;
}
