// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel module, reached over its netlink family.
#pragma once

#include <memory>

#include "kernel/kernel.h"

namespace ct {

// Errors: the module is not loaded, no permission, no generic netlink.
[[nodiscard]] Result<std::unique_ptr<Kernel>> open_kernel();

} // namespace ct
