// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel counts for a network namespace: /proc/net/snmp, snmp6 and xfrm_stat.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace ct {

using NetCounters = std::vector<std::pair<std::string, std::uint64_t>>;

// Of the calling thread's namespace. What this kernel does not count is missing.
[[nodiscard]] Result<NetCounters> read_counters();

// "Tcp: A B" and "Tcp: 1 2": TcpA, TcpB; lines without their like, and what is no number, are
// left out.
[[nodiscard]] NetCounters parse_snmp(std::string_view text);
// "Udp6InErrors   0", a counter a line.
[[nodiscard]] NetCounters parse_counter_lines(std::string_view text);

} // namespace ct
