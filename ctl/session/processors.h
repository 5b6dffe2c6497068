// SPDX-License-Identifier: GPL-2.0-or-later
// The CPUs of this machine, from /sys and /proc.
#pragma once

#include <string>
#include <vector>

#include "record/processor.h"

namespace ct {

// The CPUs that are online, as a list; empty if that cannot be read.
// root: before /sys and /proc.
[[nodiscard]] std::string online_cpus(const std::string &root);

// What of the machine a run on these CPUs (a list) leaves out.
[[nodiscard]] Untested untested_cpus(const std::string &root, const std::string &cpus);

// Ascending; what cannot be read is left empty, for a report must not fail by it.
[[nodiscard]] std::vector<Processor> read_processors(const std::string &root);

} // namespace ct
