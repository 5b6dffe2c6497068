// SPDX-License-Identifier: GPL-2.0-or-later
// Bytes that are no output, and were changed all the same, in words.
#pragma once

#include <string>

#include "record/mismatch.h"

namespace ct {

// Where, how many and which: "4 bytes behind a piece of the destination that ends at
// offset 96 were changed: dbdbdbdb is 00000001 now".
[[nodiscard]] std::string change_text(const Change &change);

} // namespace ct
