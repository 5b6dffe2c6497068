// SPDX-License-Identifier: GPL-2.0-or-later
// The faults of cryptorture_busted that a selftest injects, and the run that has to find each.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "record/bug_class.h"

namespace ct {

struct BustedFault {
    std::string_view name; // of the module's parameter "fault"
    BugClass bug_class = BugClass::FpuNested;
    std::string_view mechanism;  // in words
    std::string_view drivers;    // of the run, as --drivers has them
    std::string_view parameters; // of the module, besides
    bool brief = false;          // also in the short form
    bool stands_in = false;      // only where the others of its class are not possible
};

[[nodiscard]] std::span<const BustedFault> busted_faults();
// The file of a selftest's folder that has a fault's records.
[[nodiscard]] std::string fault_file(std::string_view fault);
// Those that a list of names means: "fpu-nested,memory", "all,-fpu-sleep".
[[nodiscard]] Result<std::vector<BustedFault>> choose_faults(const std::string &option,
                                                             const std::string &text);

} // namespace ct
