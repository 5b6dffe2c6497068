// SPDX-License-Identifier: GPL-2.0-or-later
// Modules as newer kernels have them on disk.
#pragma once

#include <string>

namespace ct {

// What a .xz file holds, as far as it can be had and up to a bound.
[[nodiscard]] std::string unpacked_xz(const std::string &packed);

} // namespace ct
