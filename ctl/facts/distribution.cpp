// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/distribution.h"

#include <fmt/format.h>

namespace ct {

std::string on_each(std::string_view apt, std::string_view dnf, std::string_view zypper)
{
    return fmt::format("Debian, Ubuntu: {}; RHEL, Fedora: {}; openSUSE: {}", apt, dnf, zypper);
}

std::string install_headers(std::string_view release)
{
    // openSUSE's releases end with the flavour; npos + 1 is the whole.
    const std::string_view flavour = release.substr(release.rfind('-') + 1);
    return fmt::format("install the kernel's headers ({})",
                       on_each(fmt::format("apt install linux-headers-{}", release),
                               fmt::format("dnf install kernel-devel-{}", release),
                               fmt::format("zypper install kernel-{}-devel", flavour)));
}

} // namespace ct
