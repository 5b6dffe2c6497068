// SPDX-License-Identifier: GPL-2.0-or-later
// A file of a saved run, which is not trusted: any size, any type.
#pragma once

#include <cstddef>
#include <string>

#include "base/error.h"

namespace ct {

// Nothing but a regular file of at most that many bytes is read.
[[nodiscard]] Result<std::string> read_file(const std::string &path, std::size_t size_max);

} // namespace ct
