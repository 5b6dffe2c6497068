// SPDX-License-Identifier: GPL-2.0-or-later
// Records of operations that were confused with others, whether they were queued or not.
#pragma once

#include "mechanisms/machine.h"

namespace ct::test {

using RaceBytes = std::vector<std::uint8_t>;

// A matter of moments: with other CPUs' operations, or with softirqs over this one.
[[nodiscard]] Again race_again(double of_one, bool other_cpus = true);

// With the IV of another request for the same transform.
void iv_record(FaultMachine &machine, Random &random, const MachineDriver &driver);
// Another operation's result in this one's place; behind a shorter one lies what lay there.
Mismatch &swapped_record(FaultMachine &machine, Random &random, const MachineDriver &driver,
                         double same_sa);
// From some line on the destination is as it was.
Mismatch &early_record(FaultMachine &machine, Random &random, const MachineDriver &driver,
                       bool all);

} // namespace ct::test
