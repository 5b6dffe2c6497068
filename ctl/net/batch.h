// SPDX-License-Identifier: GPL-2.0-or-later
// Packets of a socket, many by one system call, in memory that is used again.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include <sys/socket.h>

#include "capture/packet.h"

namespace ct {

class Batch {
public:
    // count messages of at most `room` bytes.
    Batch(std::size_t count, std::size_t room);

    // From one socket, into the messages from `first` on, at most so many; none waits. Gives
    // how many, or a negative errno.
    [[nodiscard]] int receive(int socket, std::size_t first, std::size_t most);
    [[nodiscard]] std::size_t capacity() const { return headers_.size(); }

    [[nodiscard]] PacketView bytes(std::size_t message) const;
    // As the packet had it; more than there are bytes if the room was short.
    [[nodiscard]] std::size_t size(std::size_t message) const;
    [[nodiscard]] const sockaddr_storage &source(std::size_t message) const;
    [[nodiscard]] const msghdr &header(std::size_t message) const;

private:
    static constexpr std::size_t control_room = 256;
    struct alignas(cmsghdr) Control {
        std::array<std::uint8_t, control_room> bytes;
    };

    std::size_t room_;
    // NOLINTNEXTLINE(cppcoreguidelines-avoid-c-arrays): a structure of the kernel's interface
    std::unique_ptr<std::uint8_t[]> memory_; // not touched before it is used
    std::vector<mmsghdr> headers_;
    std::vector<iovec> parts_;
    std::vector<sockaddr_storage> sources_;
    std::vector<Control> controls_;
};

} // namespace ct
