// SPDX-License-Identifier: GPL-2.0-or-later
// What one record shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "damage/damage.h"
#include "damage/foreign.h"
#include "record/bug_class.h"

namespace ct {

struct RecordDiagnosis {
    std::uint64_t number = 0;
    bool injected = false;
    std::string unmade;           // why the packet could not be made again; else empty
    std::optional<Damage> damage; // of its text and ICV
    std::vector<OwnerKind> owners;
    std::vector<std::string> facts; // in words, the most telling first
    std::optional<BugClass> bug_class;
};

} // namespace ct
