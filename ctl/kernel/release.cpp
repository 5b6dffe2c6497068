// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/release.h"

#include <fmt/format.h>

#include "base/quantity.h"

namespace ct {

Error with_release(Error error, const std::string &module)
{
    if (error.kind == ErrorKind::OtherVersion && !module.empty())
        error.why += fmt::format(": it is of release {}", printable(module));
    return error;
}

} // namespace ct
