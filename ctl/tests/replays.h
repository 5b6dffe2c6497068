// SPDX-License-Identifier: GPL-2.0-or-later
// What a machine with a given fault would make of running packets again.
#pragma once

#include "faults.h"

namespace ct::test {

// Adds it to the records that are of packets.
void run_again(Evidence &evidence, BugClass bug_class, Random &random);

} // namespace ct::test
