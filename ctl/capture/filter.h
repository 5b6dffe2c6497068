// SPDX-License-Identifier: GPL-2.0-or-later
// What a ring lets through: a classic BPF program, over bytes from the IP header on.
#pragma once

#include <cstdint>
#include <vector>

struct sock_filter; // linux/filter.h

namespace ct {

struct RingOptions {
    std::uint32_t bytes = 32U << 20U; // in all, over all CPUs that are online
    std::uint32_t snap_received = 0;  // of frames received, bytes kept; 0: all
    bool esp_only = true;             // a filter in the kernel: ESP, or UDP of natt_port
    std::uint16_t natt_port = 4500;
    std::uint32_t sample = 1; // one packet of so many, by sequence number of ESP
};

// esp_only: the first fragment of ESP, or of UDP of natt_port with ESP in it; behind up to two
// extension headers of IPv6, since classic BPF has no loops.
[[nodiscard]] std::vector<sock_filter> ring_filter(const RingOptions &options);
// Lets nothing through.
[[nodiscard]] std::vector<sock_filter> closed_filter();

} // namespace ct
