// SPDX-License-Identifier: GPL-2.0-or-later
// What the same thing is called on the distributions that there are. Advice is often read
// on another machine than the one that it is for.
#pragma once

#include <string>
#include <string_view>

namespace ct {

// "Debian, Ubuntu: APT; RHEL, Fedora: DNF; openSUSE: ZYPPER"
[[nodiscard]] std::string on_each(std::string_view apt, std::string_view dnf,
                                  std::string_view zypper);

// What to do without the headers of that kernel, to build modules for it.
[[nodiscard]] std::string install_headers(std::string_view release);

} // namespace ct
