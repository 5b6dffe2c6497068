// SPDX-License-Identifier: GPL-2.0-or-later
// Raw sockets for TCP, UDP and ICMP of both families: each gets a copy of every packet for this
// host after decapsulation, and before the checksum of its transport header is looked at: one
// that is wrong reaches the tap, of all three in both families.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/error.h"
#include "capture/packet.h"

namespace ct {

struct Delivered {
    // Wall clock, when the kernel received the packet; in the first moments after open() when
    // it was read.
    std::uint64_t time_ns = 0;
    bool v6 = false;
    Address source;
    Address destination;
    std::uint8_t protocol = 0;
    PacketView bytes; // from the transport header on; valid until the next take()
};

struct TapOptions {
    // Only what is sent to these ports, or pings with such an identifier.
    std::uint16_t first_port = 0;
    std::uint16_t last_port = 65535;
    // UDP between these ports is left out: ESP in UDP, of which there would be a copy too.
    std::uint16_t natt_port = 0;
    std::uint32_t bytes = 16U << 20U; // of each socket's buffer
};

class Tap {
public:
    // In the namespace of the calling thread. IPv6 is left out where the kernel has none.
    [[nodiscard]] static Result<Tap> open(const TapOptions &options = {});
    Tap(Tap &&other) noexcept;
    Tap &operator=(Tap &&other) noexcept;
    Tap(const Tap &) = delete;
    Tap &operator=(const Tap &) = delete;
    ~Tap();

    [[nodiscard]] std::vector<int> descriptors() const;
    // At most so many and at most 128; never waits.
    [[nodiscard]] Result<std::vector<Delivered>> take(std::size_t most);
    // Packets that found no room in the socket's buffer, or that no policy let in.
    [[nodiscard]] std::uint64_t dropped() const;

private:
    struct State;
    explicit Tap(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace ct
