// SPDX-License-Identifier: GPL-2.0-only
/*
 * Damages one expected result of a run, as bad memory would: behind the back of
 * cryptorture, whose drivers are all right.
 */
#include <linux/atomic.h>
#include <linux/kprobes.h>
#include <linux/module.h>

#include "exercise/bundle.h"

static int after = 100;
module_param(after, int, 0444);
MODULE_PARM_DESC(after, "damage the bundle of the AFTERth use from now on");

static bool chained;
module_param(chained, bool, 0444);
MODULE_PARM_DESC(chained, "the result of one driver that makes IVs from the packet's");

static atomic_t taken;

static int on_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct ct_bundle *bundle = (struct ct_bundle *)regs_return_value(regs);
	struct ct_vector *vector = &bundle->vectors[1];
	u8 *image = chained && bundle->chained ? bundle->chained[1] :
						 vector->sealed;

	if (atomic_inc_return(&taken) == after)
		image[ct_vector_sealed_len(vector) - 1] ^= 0x10;
	return 0;
}

static struct kretprobe probe = {
	.kp.symbol_name	= "cryptorture:ct_pool_get",
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
MODULE_DESCRIPTION("Damages an expected result of cryptorture");
MODULE_LICENSE("GPL");
