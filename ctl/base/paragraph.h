// SPDX-License-Identifier: GPL-2.0-or-later
// Text folded into the rows of a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ct {

struct Folding {
    std::size_t indent = 0;  // of all rows but the first
    std::size_t columns = 0; // 0: not folded
    std::size_t rows = 0;    // at most, the rest is left out with " ..."; 0: no limit
};

// first and then the text, whose end of line is added. A word is never broken, and neither is
// a command in single quotes, so that it can be pasted: one that is longer than a row is left
// to the terminal, and counts as the rows that it takes there.
[[nodiscard]] std::string paragraph(const std::string &first, std::string_view text,
                                    const Folding &folding);

} // namespace ct
