// SPDX-License-Identifier: GPL-2.0-or-later
// Settings under /proc/sys/net of the network namespace of the calling thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace ct {

// name: "ipv4/conf/all/rp_filter". Those that this kernel does not have are left out.
[[nodiscard]] Result<void>
set_settings(const std::vector<std::pair<std::string_view, std::string_view>> &settings);

} // namespace ct
