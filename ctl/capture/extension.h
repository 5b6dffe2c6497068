// SPDX-License-Identifier: GPL-2.0-or-later
// IPv6 extension headers (RFC 8200): those that stand before what is carried.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "capture/octets.h"

namespace ct {

struct Extensions {
    std::uint8_t protocol = 0; // of what follows them
    std::size_t next = 0;      // where that begins
    bool fragment = false;
    std::uint16_t fragment_offset = 0; // bytes
    bool routed = false;               // a routing header has another final destination
};

// Hop-by-hop and destination options, routing and fragment headers.
[[nodiscard]] bool is_extension(std::uint8_t protocol);
// From the header of that protocol at begin, which may be none of them, to behind the last.
// Nothing: one reaches over the end of the bytes.
[[nodiscard]] std::optional<Extensions> skip_extensions(PacketView bytes, std::size_t begin,
                                                        std::uint8_t protocol);

} // namespace ct
