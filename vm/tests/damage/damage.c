// SPDX-License-Identifier: GPL-2.0-only
/*
 * Damages the expected results of one test SA of a run, as bad memory would: behind the
 * back of cryptorture, whose drivers are all right. All of them, so that one is met.
 */
#include <linux/atomic.h>
#include <linux/kprobes.h>
#include <linux/module.h>

#include "vectors/test_sa.h"

static int after = 100;
module_param(after, int, 0444);
MODULE_PARM_DESC(after, "damage the test SA of the AFTERth use from now on");

static bool chained;
module_param(chained, bool, 0444);
MODULE_PARM_DESC(chained, "the result of one driver that makes IVs from the packet's");

static int done;
module_param(done, int, 0444);
MODULE_PARM_DESC(done, "only to be read: 1 when it is done");

static atomic_t taken;

static int on_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct yt_test_sa *test_sa = (struct yt_test_sa *)regs_return_value(regs);
	struct yt_vector *vector;
	unsigned int i;
	u8 *image;

	if (atomic_inc_return(&taken) != after)
		return 0;
	for (i = 0; i < YT_SA_VECTORS; i++) {
		vector = &test_sa->vectors[i];
		image = chained && test_sa->chained ? test_sa->chained[i] :
						     vector->sealed;
		image[yt_vector_sealed_len(vector) - 1] ^= 0x10;
	}
	WRITE_ONCE(done, 1);
	return 0;
}

static struct kretprobe probe = {
	.kp.symbol_name	= "cryptorture:yt_pool_get",
	.handler	= on_return,
};

static int __init damage_init(void)
{
	return register_kretprobe(&probe);
}

static void __exit damage_exit(void)
{
	unregister_kretprobe(&probe);
}

module_init(damage_init);
module_exit(damage_exit);
MODULE_DESCRIPTION("Damages expected results of cryptorture");
MODULE_LICENSE("GPL");
