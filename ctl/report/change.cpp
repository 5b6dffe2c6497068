// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/change.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include <fmt/format.h>

#include "base/quantity.h"

namespace ct {

namespace {

constexpr std::size_t shown_max = 16; // bytes of each

std::string place_text(const Change &change, std::size_t first)
{
    switch (change.where) {
    case Outside::Destination:
        return fmt::format("of the destination at offset {}, which are no output,",
                           change.offset + first);
    case Outside::DestinationFront:
        return fmt::format("in front of a piece of the destination that begins at offset {}",
                           change.offset);
    case Outside::DestinationBehind:
        return fmt::format("behind a piece of the destination that ends at offset {}",
                           change.offset);
    case Outside::Source:
        return fmt::format("of the source at offset {}", change.offset + first);
    case Outside::SourceFront:
        return fmt::format("in front of a piece of the source that begins at offset {}",
                           change.offset);
    case Outside::SourceBehind:
        return fmt::format("behind a piece of the source that ends at offset {}",
                           change.offset);
    case Outside::IvFront:
        return "in front of the request's IV";
    case Outside::IvBehind:
        return "behind the request's IV";
    }
    return {};
}

} // namespace

std::string change_text(const Change &change)
{
    const std::size_t size = std::min(change.expected.size(), change.actual.size());
    std::size_t first = size;
    std::size_t end = 0;
    std::size_t wrong = 0;
    for (std::size_t place = 0; place < size; ++place) {
        if (change.expected[place] == change.actual[place])
            continue;
        first = std::min(first, place);
        end = place + 1;
        ++wrong;
    }
    if (wrong == 0)
        return "a byte that is no output was changed, and is right again";
    const std::size_t shown = std::min(end - first, shown_max);
    const auto bytes = [&](const std::vector<std::uint8_t> &from) {
        const auto begin = from.begin() + static_cast<std::ptrdiff_t>(first);
        return hex_text({begin, begin + static_cast<std::ptrdiff_t>(shown)}) +
               (end - first > shown ? "..." : "");
    };
    return fmt::format("{} {} {} changed: {} is {} now", plural(wrong, "byte", "bytes"),
                       place_text(change, first), wrong == 1 ? "was" : "were",
                       bytes(change.expected), bytes(change.actual));
}

} // namespace ct
