// SPDX-License-Identifier: GPL-2.0-or-later
// What kernels have compressed on disk: modules, and their own configuration.
#pragma once

#include <cstddef>
#include <string>

namespace ct {

inline constexpr std::size_t module_max = 64UL << 20U; // ten times ours, with debug information
inline constexpr std::size_t kernel_config_max = 4UL << 20U; // ten times what one has

// What such a file holds, as far as it can be read, and little more than max bytes.
[[nodiscard]] std::string unpacked_gz(const std::string &packed, std::size_t max);
[[nodiscard]] std::string unpacked_xz(const std::string &packed, std::size_t max);
[[nodiscard]] std::string unpacked_zst(const std::string &packed, std::size_t max);

// By the end of its name; as it is where that says nothing.
[[nodiscard]] std::string unpacked_file(const std::string &name, std::string content,
                                        std::size_t max);

} // namespace ct
