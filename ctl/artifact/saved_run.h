// SPDX-License-Identifier: GPL-2.0-or-later
// A run as 'cryptorture run --out' wrote it down: run.json says what it was and
// how it ended, mismatches.jsonl has its records, a line each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "record/exit.h"
#include "record/identity.h"
#include "record/mismatch.h"
#include "report/quota.h"
#include "report/report.h"

namespace ct {

inline constexpr const char *run_file = "run.json";
inline constexpr const char *records_file = "mismatches.jsonl";
inline constexpr const char *report_file = "report.txt";

// Of mismatches.jsonl: about 60 MB.
inline constexpr Quota::Limits file_limits{10000, 1000, 2000};

struct SavedRun {
    std::string program; // version of the control program that wrote it; empty if unknown
    HostIdentity host;   // at the start
    bool ended = false;  // with a verdict; else the writer was cut off, or see error
    std::optional<Error> error;
    // Without an end: as far as it was written down, with no verdict and no coverage.
    Report report;
    std::vector<Mismatch> records;     // ascending by number
    std::uint64_t left_out = 0;        // by the quota of a storm
    std::vector<std::string> messages; // what the run had to say besides
    std::vector<std::string> warnings; // what is not whole in the folder

    // By the verdict; without an end, by whether there was a mismatch.
    [[nodiscard]] ExitStatus exit_status() const;
};

// Anything in the two files that is not as it was written is an error, but for a
// last line that was cut off, and for members that this release does not know.
[[nodiscard]] Result<SavedRun> read_run(const std::string &folder);

} // namespace ct
