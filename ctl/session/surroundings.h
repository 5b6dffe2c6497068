// SPDX-License-Identifier: GPL-2.0-or-later
// What a process may inherit: descriptors that are missing, limits that are too low,
// signals that would end it without a message.
#pragma once

#include <optional>

#include "base/error.h"

namespace ct {

// To be called first in main(): from here on 0 to 2 are open, even if the caller closed them,
// so that no other file gets these numbers; a write to one of those that were
// missing is an error (EBADF). A reader that goes away and a limit of a file's size show
// as failed writes. An error where too few descriptors are left.
[[nodiscard]] std::optional<Error> settle_surroundings();

} // namespace ct
