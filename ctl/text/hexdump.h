// SPDX-License-Identifier: GPL-2.0-or-later
// The wrong bytes of a mismatch, block by block, expected over actual.
#pragma once

#include <cstddef>
#include <string>

#include "record/mismatch.h"

namespace ct {

struct HexdumpOptions {
    std::size_t rows_max = 4; // wrong rows shown; the others are counted
    std::size_t around = 1;   // right rows shown before and after
    bool others = true;       // say how many wrong rows are not shown
    bool colour = false;      // wrong bytes in reverse video too
};

// Lines with the given indent; empty when the record has no wrong output.
[[nodiscard]] std::string hexdump(const Mismatch &record, const HexdumpOptions &options,
                                  const std::string &indent);

} // namespace ct
