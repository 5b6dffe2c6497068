// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's command line: the parts that matter here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "facts/source.h"
#include "record/examination.h"

namespace ct {

struct CommandLine {
    std::vector<std::string> words;

    [[nodiscard]] bool has(const std::string &name) const;
    // Of "name=value"; the last one counts.
    [[nodiscard]] std::optional<std::string> value(const std::string &name) const;
};

[[nodiscard]] CommandLine read_command_line(const Source &source);

void report_command_line(const CommandLine &line, Findings &findings);

} // namespace ct
