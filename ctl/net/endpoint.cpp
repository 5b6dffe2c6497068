// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/endpoint.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/stat.h>

#include <fmt/format.h>

namespace ct {

SocketAddress socket_address(const Address &address, std::uint16_t port)
{
    SocketAddress made;
    if (address.v6) {
        sockaddr_in6 in6{};
        in6.sin6_family = AF_INET6;
        in6.sin6_port = htons(port);
        std::memcpy(&in6.sin6_addr, address.bytes.data(), sizeof(in6.sin6_addr));
        std::memcpy(&made.storage, &in6, sizeof(in6));
        made.size = sizeof(in6);
    } else {
        sockaddr_in in{};
        in.sin_family = AF_INET;
        in.sin_port = htons(port);
        std::memcpy(&in.sin_addr, address.bytes.data(), sizeof(in.sin_addr));
        std::memcpy(&made.storage, &in, sizeof(in));
        made.size = sizeof(in);
    }
    return made;
}

Address address_of(const sockaddr_storage &storage)
{
    Address address;
    address.v6 = storage.ss_family == AF_INET6;
    if (address.v6) {
        sockaddr_in6 in6{};
        std::memcpy(&in6, &storage, sizeof(in6));
        std::memcpy(address.bytes.data(), &in6.sin6_addr, sizeof(in6.sin6_addr));
    } else {
        sockaddr_in in{};
        std::memcpy(&in, &storage, sizeof(in));
        std::memcpy(address.bytes.data(), &in.sin_addr, sizeof(in.sin_addr));
    }
    return address;
}

Result<void> enter_namespace(const Namespace &where)
{
    // To enter where one is already needs the same permission.
    struct stat own {};
    if (stat("/proc/thread-self/ns/net", &own) == 0 && own.st_ino == where.inode())
        return {};
    if (setns(where.descriptor(), CLONE_NEWNET) == 0)
        return {};
    return failure(errno == EPERM ? ErrorKind::Permission : ErrorKind::System,
                   "cannot enter a network namespace", errno_text(errno),
                   errno == EPERM ? "run it as root" : "");
}

Failure socket_failure(const std::string &what, int number)
{
    switch (number) {
    case EPERM:
    case EACCES:
        return failure(ErrorKind::Permission, what, errno_text(number),
                       "run it as root, with CAP_NET_RAW");
    case EAFNOSUPPORT:
    case EPROTONOSUPPORT:
        return failure(ErrorKind::Unsupported, what,
                       "this kernel does not have the protocol, or it is disabled",
                       "boot a kernel that has it, or leave out what needs it");
    case EADDRNOTAVAIL:
        return failure(ErrorKind::System, what, "the address is not one of this host",
                       "add it to an interface that is up");
    default:
        return failure(ErrorKind::System, what, errno_text(number), errno_hint(number));
    }
}

Result<Descriptor> make_socket(bool v6, int type, int protocol, const std::string &what)
{
    Descriptor made(
        socket(v6 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
    if (!made.open())
        return socket_failure(what, errno);
    return made;
}

Result<void> bind_socket(const Descriptor &socket, const Address &address, std::uint16_t port,
                         const std::string &what)
{
    const SocketAddress there = socket_address(address, port);
    if (bind(socket.number(), there.get(), there.size) == 0)
        return {};
    return socket_failure(fmt::format("{} at {} port {}", what, address_text(address), port),
                          errno);
}

Result<void> connect_socket(const Descriptor &socket, const Address &address,
                            std::uint16_t port, const std::string &what)
{
    const SocketAddress there = socket_address(address, port);
    if (connect(socket.number(), there.get(), there.size) == 0)
        return {};
    return socket_failure(fmt::format("{} to {} port {}", what, address_text(address), port),
                          errno);
}

void set_option(const Descriptor &socket, int level, int option, int value)
{
    (void)setsockopt(socket.number(), level, option, &value, sizeof(value));
}

void set_receive_buffer(const Descriptor &socket, std::uint32_t bytes)
{
    const int value = static_cast<int>(std::min(bytes, 1U << 30U));
    if (setsockopt(socket.number(), SOL_SOCKET, SO_RCVBUFFORCE, &value, sizeof(value)) != 0)
        set_option(socket, SOL_SOCKET, SO_RCVBUF, value);
}

std::uint64_t receive_drops(const Descriptor &socket)
{
    std::array<std::uint32_t, SK_MEMINFO_VARS> memory{};
    socklen_t size = sizeof(memory);
    if (getsockopt(socket.number(), SOL_SOCKET, SO_MEMINFO, memory.data(), &size) != 0)
        return 0;
    return memory.at(SK_MEMINFO_DROPS);
}

} // namespace ct
