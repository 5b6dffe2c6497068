// SPDX-License-Identifier: GPL-2.0-or-later
// Module and program may be of different releases.
#pragma once

#include <string>

#include "base/error.h"

namespace ct {

// Adds the release of the module to an error that comes of the difference; module may be empty.
[[nodiscard]] Error with_release(Error error, const std::string &module);

} // namespace ct
