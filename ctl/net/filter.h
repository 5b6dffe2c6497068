// SPDX-License-Identifier: GPL-2.0-or-later
// Filters in the kernel (classic BPF) for raw sockets, so that they only get what they are for.
#pragma once

#include <cstdint>

#include "base/descriptor.h"
#include "base/error.h"

namespace ct {

// What a raw socket of that protocol receives: for these ports (TCP, UDP: destination), or
// pings with an identifier among them. A raw socket of IPv4 has the IP header before it. What
// it has received before is gone.
struct PortRange {
    std::uint16_t first = 0;
    std::uint16_t last = 65535;
};
// left_out: not what is sent from that port to the same one; 0: nothing is left out.
[[nodiscard]] Result<void> filter_ports(const Descriptor &socket, bool v6, PortRange ports,
                                        std::uint16_t left_out = 0);
// requests: of echo requests too; else replies alone.
[[nodiscard]] Result<void> filter_echoes(const Descriptor &socket, bool v6, bool requests,
                                         PortRange identifiers);

} // namespace ct
