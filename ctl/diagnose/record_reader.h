// SPDX-License-Identifier: GPL-2.0-or-later
// A saved run, as 'cryptorture run --json' or '--out' wrote it: its mismatch lines,
// and the cells of its verdict.
#pragma once

#include <string>
#include <string_view>

#include "diagnose/diagnosis.h"
#include "record/error.h"

namespace ct {

struct SavedEvidence {
    Evidence evidence;
    std::uint64_t unreadable = 0; // mismatch lines that are not what they should be
    bool ended = false;           // there is a verdict
};

// A file, or the folder with it.
[[nodiscard]] Result<SavedEvidence> read_evidence(const std::string &path);
[[nodiscard]] SavedEvidence parse_evidence(std::string_view text);

} // namespace ct
