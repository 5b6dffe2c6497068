// SPDX-License-Identifier: GPL-2.0-or-later
// What carries numbered datagrams: a pair of UDP sockets, or one raw socket for pings, which
// the other host's kernel answers.
#pragma once

#include <array>
#include <functional>
#include <memory>

#include "base/descriptor.h"
#include "base/error.h"
#include "traffic/flow.h"

namespace ct {

// What a datagram begins with.
[[nodiscard]] std::array<std::uint8_t, datagram_head> datagram_number(std::uint64_t number);
// Payload of the datagram with that number, without the number itself.
[[nodiscard]] std::size_t datagram_size(const FlowPlan &plan, std::uint64_t number);
// The one's complement sum of RFC 1071, folded, not inverted: 0xffff over a whole message with
// the right checksum.
[[nodiscard]] std::uint16_t internet_sum(PacketView bytes, std::uint32_t before = 0);

class Channel {
public:
    // kind: not TCP. The calling thread may be in another namespace afterwards.
    [[nodiscard]] static Result<std::unique_ptr<Channel>>
    open(const FlowPlan &plan, const Namespace &from, const Namespace &to);
    Channel() = default;
    Channel(const Channel &) = delete;
    Channel &operator=(const Channel &) = delete;
    virtual ~Channel() = default;

    struct Message {
        PacketView payload;   // as much as there was room for
        std::size_t size = 0; // of it, in the packet
        bool refused = false; // wrong checksum, which the kernel has not looked at
    };
    // Gives an errno, or 0. Does not wait.
    virtual int send(std::uint64_t number, PacketView content) = 0;
    // All that are there, at most a few dozen. Does not wait. True: there may be more.
    virtual bool receive(const std::function<void(const Message &)> &each) = 0;
    // To wait for: what is received, and room to send.
    [[nodiscard]] virtual int receiver() const = 0;
    [[nodiscard]] virtual int sender() const = 0;
    [[nodiscard]] virtual bool backwards() const = 0; // what is received
};

} // namespace ct
