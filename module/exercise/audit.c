// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/sched.h>

#include "evidence/compare.h"
#include "exercise/audit.h"

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

static u32 wrong_vectors(const struct yt_bundle *bundle)
{
	u32 wrong = 0;
	unsigned int i;

	BUILD_BUG_ON(YT_SA_VECTORS > 32);
	for (i = 0; i < YT_SA_VECTORS; i++)
		if (atomic_read(&bundle->wrong[i]))
			wrong |= BIT(i);
	return wrong;
}

/* Expected results of each driver, with the salt that it chose. */
static bool chained_agree(const struct yt_bundle *bundle,
			  const struct yt_bundle *again, unsigned int vector,
			  struct yt_recheck *memory)
{
	const struct yt_vector *case_of = &again->vectors[vector];
	u8 derived[YT_MAX_IV];
	unsigned int t;

	if (yt_seal_setkey(&memory->key, &again->sa))
		return true;
	for (t = 0; t < bundle->count; t++) {
		yt_transform_derived_iv(&bundle->transforms[t], case_of,
					derived);
		yt_seal_chained(case_of, &again->sa, &memory->key, derived,
				memory->image);
		if (!yt_same(memory->image, yt_bundle_sealed(bundle, t, vector),
			     yt_vector_sealed_len(case_of)))
			return false;
	}
	return true;
}

/* Compute the vectors @wrong again. Return: those that differ on this CPU. */
static u32 make_again(const struct yt_audit *audit,
		      const struct yt_bundle *bundle, u32 wrong,
		      struct yt_bundle **again)
{
	const struct yt_bundle_spec spec = {
		.alg = bundle->sa.alg,
		.seed = bundle->sa.seed,
		.number = bundle->sa.number,
		.sizes = audit->sizes,
		.breather = audit->memory->breather,
	};
	const struct yt_subject *failed;
	u32 damaged = 0;
	unsigned int i;

	*again = yt_bundle_make(&spec, &failed);
	if (IS_ERR(*again)) {
		*again = NULL;
		return 0;
	}
	for (i = 0; i < YT_SA_VECTORS; i++)
		if (wrong & BIT(i) &&
		    (!yt_bundle_agree(bundle, *again, i) ||
		     (bundle->chained &&
		      !chained_agree(bundle, *again, i, audit->memory))))
			damaged |= BIT(i);
	return damaged;
}

u64 yt_audit_bundle(const struct yt_audit *audit, const struct yt_bundle *bundle)
{
	u32 wrong = wrong_vectors(bundle), damaged;
	struct yt_bundle *one, *other = NULL;
	unsigned int i;
	u64 sum = 0;

	if (!wrong)
		return 0;
	damaged = make_again(audit, bundle, wrong, &one);
	if (damaged && yt_audit_move(audit->cpus, raw_smp_processor_id()))
		damaged &= make_again(audit, bundle, damaged, &other);
	for (i = 0; i < YT_SA_VECTORS; i++) {
		if (!(damaged & BIT(i)) ||
		    (other && !yt_bundle_agree(one, other, i)))
			continue;
		sum += atomic_read(&bundle->wrong[i]);
		pr_warn("the expected result of packet %llu of %s was damaged after CPU %u had computed it: %d mismatches say nothing about drivers\n",
			bundle->vectors[i].index, bundle->sa.alg->name,
			bundle->cpu, atomic_read(&bundle->wrong[i]));
	}
	yt_bundle_free(other);
	yt_bundle_free(one);
	return sum;
}
