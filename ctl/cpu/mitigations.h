// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's own list of CPU vulnerabilities and what it does about them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "facts/source.h"
#include "record/examination.h"

namespace ct {

using Mitigations = std::vector<std::pair<std::string, std::string>>;

[[nodiscard]] Mitigations read_mitigations(const Source &source);

void report_mitigations(const Mitigations &mitigations, Findings &findings);

} // namespace ct
