// SPDX-License-Identifier: GPL-2.0-or-later
// One record with all that is known of it.
#pragma once

#include <string>

#include "record/mismatch.h"

namespace ct {

[[nodiscard]] std::string mismatch_text(const Mismatch &record, bool colour);

} // namespace ct
