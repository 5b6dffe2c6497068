// SPDX-License-Identifier: GPL-2.0-or-later
#include "stream.h"
#include "descriptor.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr std::size_t piece = 256 * 1024;

int fail(const char *what)
{
    std::fprintf(stderr, "peer: cannot %s: %s\n", what, std::strerror(errno));
    return 2;
}

} // namespace

int send_zeros(const char *address, unsigned short port)
{
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    if (inet_pton(AF_INET, address, &to.sin_addr) != 1)
        return fail("read the address");
    const Descriptor stream(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!stream.open())
        return fail("make a socket");
    // The receiver may be a little later.
    while (connect(stream.number(), reinterpret_cast<const sockaddr *>(&to), sizeof(to)) != 0) {
        if (errno != ECONNREFUSED)
            return fail("connect");
        usleep(1000);
    }
    const std::vector<char> zeros(piece);
    while (send(stream.number(), zeros.data(), zeros.size(), MSG_NOSIGNAL) > 0)
        ;
    return fail("send");
}

int receive_zeros(unsigned short port)
{
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_port = htons(port);
    const Descriptor door(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int yes = 1;
    if (!door.open() ||
        setsockopt(door.number(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0 ||
        bind(door.number(), reinterpret_cast<const sockaddr *>(&here), sizeof(here)) != 0 ||
        listen(door.number(), 1) != 0)
        return fail("listen");
    const Descriptor stream(accept4(door.number(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!stream.open())
        return fail("accept");
    std::vector<char> bytes(piece);
    const std::vector<char> zeros(piece);
    for (;;) {
        const ssize_t length = recv(stream.number(), bytes.data(), bytes.size(), 0);
        if (length <= 0)
            return fail("receive");
        if (std::memcmp(bytes.data(), zeros.data(), static_cast<std::size_t>(length)) != 0)
            return 1;
    }
}
