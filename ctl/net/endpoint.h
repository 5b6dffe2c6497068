// SPDX-License-Identifier: GPL-2.0-or-later
// Sockets of flows and taps: made, bound, connected, with errors in words.
#pragma once

#include <cstdint>
#include <string>

#include <sys/socket.h>

#include "base/descriptor.h"
#include "base/error.h"
#include "capture/packet.h"
#include "net/namespace.h"

namespace ct {

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t size = sizeof(sockaddr_storage);

    [[nodiscard]] const sockaddr *get() const
    {
        return reinterpret_cast<const sockaddr *>(&storage);
    }
    [[nodiscard]] sockaddr *get() { return reinterpret_cast<sockaddr *>(&storage); }
};
[[nodiscard]] SocketAddress socket_address(const Address &address, std::uint16_t port);
[[nodiscard]] Address address_of(const sockaddr_storage &storage);

// The calling thread is in that namespace from now on.
[[nodiscard]] Result<void> enter_namespace(const Namespace &where);

[[nodiscard]] Failure socket_failure(const std::string &what, int number);
// Does not block. protocol: 0 for the usual one of the type.
[[nodiscard]] Result<Descriptor> make_socket(bool v6, int type, int protocol,
                                             const std::string &what);
[[nodiscard]] Result<void> bind_socket(const Descriptor &socket, const Address &address,
                                       std::uint16_t port, const std::string &what);
[[nodiscard]] Result<void> connect_socket(const Descriptor &socket, const Address &address,
                                          std::uint16_t port, const std::string &what);
void set_option(const Descriptor &socket, int level, int option, int value);
// Beyond the host's limit where that is permitted.
void set_receive_buffer(const Descriptor &socket, std::uint32_t bytes);
// Packets that found no room in its buffer, and some that were refused. Unlike what SO_RXQ_OVFL
// says it does not need another packet to be known.
[[nodiscard]] std::uint64_t receive_drops(const Descriptor &socket);

} // namespace ct
