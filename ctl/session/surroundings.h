// SPDX-License-Identifier: GPL-2.0-or-later
// What a process may be born into: descriptors that are missing, limits that are too low,
// signals that would end it without a word.
#pragma once

#include <optional>

#include "base/error.h"

namespace ct {

// The first thing of main(): from here on 0 to 2 are open, whatever the caller has closed,
// so that nothing else gets these numbers; what is written to one of those that were
// missing is an error (EBADF). A reader that goes away and a limit of a file's size show
// as failed writes. An error where hardly anything more can be opened.
[[nodiscard]] std::optional<Error> settle_surroundings();

} // namespace ct
