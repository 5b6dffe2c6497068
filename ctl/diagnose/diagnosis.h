// SPDX-License-Identifier: GPL-2.0-or-later
// What was wrong with each record of a run, and which class of bug all of them
// together match.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/record_diagnosis.h"
#include "damage/statistics.h"
#include "record/bug_class.h"
#include "record/mismatch.h"
#include "weigh/score.h"

namespace ct {

enum class Confidence { None, Low, Medium, High };

template <>
inline constexpr std::array<std::string_view, 4> names<Confidence>{"none", "low", "medium",
                                                                   "high"};

struct Diagnosis {
    std::vector<RecordDiagnosis> records;
    std::uint64_t real = 0;           // of these records
    std::uint64_t injected = 0;       // mismatches on request, of which not all are among them
    std::vector<std::string> summary; // what most of the others have in common, in words
    Tendencies statistics;
    std::vector<Suspicion> candidates; // those with any evidence, best first
    std::optional<BugClass> bug_class; // nothing: unclassified
    Confidence confidence = Confidence::None;
    bool proved = false; // one record alone could hardly be anything else
    // The one CPU where packets are wrong every time they are run again at once.
    std::optional<std::uint32_t> repeats_on;
    std::optional<std::uint64_t> seed;    // of all packets
    std::vector<std::string> next;        // what to try
    std::vector<std::string> mitigations; // for the operator
};

} // namespace ct
