// SPDX-License-Identifier: GPL-2.0-or-later
#include "artifact/format.h"

#include <fmt/format.h>

#include "base/quantity.h"
#include "record/format.h"

namespace ct {

std::string format_refusal(std::uint64_t format)
{
    if (format == json_format)
        return {};
    if (format < json_format)
        return fmt::format("it is of format {}, and there is none", format);
    return fmt::format("it is of format {}, and cryptorture {} reads format {}", format,
                       CRYPTORTURE_VERSION, json_format);
}

std::string format_hint(const std::string &release)
{
    constexpr std::size_t longest = 40; // characters of a release
    if (release.empty() || release.size() > longest)
        return "read it with the release of cryptorture that wrote it, or with a later one";
    return fmt::format("read it with cryptorture {}, which wrote it, or with a later one",
                       printable(release));
}

} // namespace ct
