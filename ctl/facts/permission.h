// SPDX-License-Identifier: GPL-2.0-or-later
// What this process may do.
#pragma once

#include <cstdint>
#include <optional>

#include "facts/source.h"
#include "record/examination.h"

namespace ct {

struct Permission {
    std::optional<std::uint32_t> user; // effective
    bool net_admin = false;            // CAP_NET_ADMIN: to start, stop and read a run
    bool sys_module = false;           // CAP_SYS_MODULE: to load the module
    bool user_namespace = true;        // it is the initial one
    std::optional<bool> net_namespace; // it is that of process 1, as far as can be seen
};

[[nodiscard]] Permission read_permission(const Source &source);

void report_permission(const Permission &permission, Findings &findings);

} // namespace ct
