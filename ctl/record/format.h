// SPDX-License-Identifier: GPL-2.0-or-later
#pragma once

#include <cstdint>

namespace ct {

// Of every JSON object that has a "type", for a line may be kept without the others. Another
// number is another contract: members mean something else, or needed ones are gone. Further
// members keep the number, and readers pass them over. Objects without a "format" are of
// format 1, for earlier releases did not write it.
inline constexpr std::uint32_t json_format = 1;

} // namespace ct
