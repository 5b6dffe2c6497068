// SPDX-License-Identifier: GPL-2.0-or-later
// Operations that overlapped with those of the records, as newer modules report them.
#pragma once

#include "mechanisms/mechanism.h"

namespace ct::test {

// By what the mechanism is: wrong only while the driver works at another packet too. All other
// operations, and those of other mechanisms, overlap as often as it comes.
[[nodiscard]] bool needs_company(const Mechanism &mechanism);
void add_company(Evidence &evidence, bool needed, Random &random);

} // namespace ct::test
