// SPDX-License-Identifier: GPL-2.0-or-later
// Raw sockets for TCP, UDP and ICMP of both families: each gets a copy of every packet for this
// host after decapsulation, and before the checksum of its transport header is looked at.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/error.h"
#include "capture/packet.h"

namespace ct {

struct Delivered {
    std::uint64_t time_ns = 0; // wall clock, when the kernel received the packet
    bool v6 = false;
    Address source;
    Address destination;
    std::uint8_t protocol = 0;
    PacketView bytes; // from the transport header on; valid until the next take()
};

class Tap {
public:
    // In the namespace of the calling thread.
    [[nodiscard]] static Result<Tap> open();
    Tap(Tap &&) noexcept;
    Tap &operator=(Tap &&) noexcept;
    Tap(const Tap &) = delete;
    Tap &operator=(const Tap &) = delete;
    ~Tap();

    [[nodiscard]] std::vector<int> descriptors() const;
    [[nodiscard]] Result<std::vector<Delivered>> take(std::size_t most); // never waits
    // Packets that found no room in the socket's buffer.
    [[nodiscard]] std::uint64_t dropped() const;

private:
    struct State;
    explicit Tap(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace ct
