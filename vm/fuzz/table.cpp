// SPDX-License-Identifier: GPL-2.0-or-later
#include "table.h"

namespace fuzz {

#include "table.inc"

const Attribute *find(int set, unsigned id)
{
    for (const Attribute &attribute : *sets[static_cast<std::size_t>(set)].attributes)
        if (attribute.id == id)
            return &attribute;
    return nullptr;
}

} // namespace fuzz
