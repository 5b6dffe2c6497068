// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's FIPS mode, which restricts its crypto.
#pragma once

#include "facts/command_line.h"
#include "facts/source.h"
#include "record/examination.h"

namespace ct {

enum class Fips {
    Absent, // this kernel has no such mode
    Off,
    On,
};

[[nodiscard]] Fips read_fips(const Source &source);

void report_fips(Fips fips, const CommandLine &line, Findings &findings);

} // namespace ct
