// SPDX-License-Identifier: GPL-2.0-only
#ifndef __KERNEL__
#include <stdio.h>
#endif

#include "packet/layout.h"

void ct_layout_choose(struct ct_layout *layout, struct ct_random *random)
{
	u64 bits = ct_random_u64(random);

	layout->in_place = (bits & 3) != 0;
	/* Half of the packets are aligned, as skbs mostly are. */
	layout->source_offset = bits & 4 ? 0 : (u8)((bits >> 8) & 15);
	layout->destination_offset = bits & 8 ? 0 : (u8)((bits >> 16) & 15);
	if (layout->in_place)
		layout->destination_offset = layout->source_offset;
}

void ct_layout_name(const struct ct_layout *layout, char name[CT_LAYOUT_NAME])
{
	if (layout->in_place)
		snprintf(name, CT_LAYOUT_NAME, "in-place+%u",
			 layout->source_offset);
	else
		snprintf(name, CT_LAYOUT_NAME, "out-of-place+%u+%u",
			 layout->source_offset, layout->destination_offset);
}
