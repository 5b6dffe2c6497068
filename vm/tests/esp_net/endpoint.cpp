// SPDX-License-Identifier: GPL-2.0-or-later
#include "endpoint.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sys/socket.h>
#include <vector>

#include <linux/if_ether.h>
#include <linux/if_packet.h>

namespace ct::test {

namespace {

struct Name {
    sockaddr_storage bytes{};
    socklen_t size = 0;
    const sockaddr *get() const { return reinterpret_cast<const sockaddr *>(&bytes); }
};

Name name_of(const Address &address, std::uint16_t port)
{
    Name name;
    if (address.v6) {
        sockaddr_in6 raw{};
        raw.sin6_family = AF_INET6;
        raw.sin6_port = htons(port);
        std::memcpy(&raw.sin6_addr, address.bytes.data(), sizeof(raw.sin6_addr));
        std::memcpy(&name.bytes, &raw, sizeof(raw));
        name.size = sizeof(raw);
    } else {
        sockaddr_in raw{};
        raw.sin_family = AF_INET;
        raw.sin_port = htons(port);
        std::memcpy(&raw.sin_addr, address.bytes.data(), sizeof(raw.sin_addr));
        std::memcpy(&name.bytes, &raw, sizeof(raw));
        name.size = sizeof(raw);
    }
    return name;
}

Descriptor socket_in(const Namespace &space, const Address &address, int type, int protocol,
                     std::uint16_t port)
{
    Descriptor socket(-1);
    (void)space.inside([&]() -> Result<void> {
        socket = Descriptor(
            ::socket(address.v6 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, protocol));
        const int on = 1;
        (void)setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
        const Name name = name_of(address, port);
        if (bind(socket.number(), name.get(), name.size) != 0)
            socket.close();
        return {};
    });
    return socket;
}

bool readable(int socket, int milliseconds)
{
    pollfd waiting{socket, POLLIN, 0};
    return poll(&waiting, 1, milliseconds) == 1;
}

} // namespace

Udp::Udp(const Namespace &space, const Address &address, std::uint16_t port)
    : socket_(socket_in(space, address, SOCK_DGRAM, 0, port))
{
}

bool Udp::send(const Address &to, std::uint16_t port, std::size_t size)
{
    const std::vector<char> bytes(size, 'a');
    const Name name = name_of(to, port);
    return sendto(socket_.number(), bytes.data(), size, 0, name.get(), name.size) ==
           static_cast<ssize_t>(size);
}

bool Udp::take()
{
    std::array<char, 2048> bytes{};
    return recv(socket_.number(), bytes.data(), bytes.size(), MSG_DONTWAIT) > 0;
}

bool Udp::receive(int milliseconds)
{
    return readable(socket_.number(), milliseconds) && take();
}

std::string ping(const Namespace &space, const Address &from, const Address &to)
{
    const Descriptor socket =
        socket_in(space, from, SOCK_RAW, from.v6 ? int{IPPROTO_ICMPV6} : int{IPPROTO_ICMP}, 0);
    std::array<std::uint8_t, 64> request{};
    request[0] = from.v6 ? std::uint8_t{ICMP6_ECHO_REQUEST} : std::uint8_t{ICMP_ECHO};
    request[5] = 0x61;
    std::memset(request.data() + 8, 0x61, request.size() - 8);
    if (!from.v6) {
        std::uint32_t sum = 0;
        for (std::size_t place = 0; place < request.size(); place += 2)
            sum += static_cast<std::uint32_t>(request[place] << 8) + request[place + 1];
        sum = (sum & 0xffff) + (sum >> 16);
        sum = ~(sum + (sum >> 16)) & 0xffff;
        request[2] = static_cast<std::uint8_t>(sum >> 8);
        request[3] = static_cast<std::uint8_t>(sum);
    }
    const Name name = name_of(to, 0);
    if (sendto(socket.number(), request.data(), request.size(), 0, name.get(), name.size) < 0)
        return std::string("a ping cannot be sent: ") + std::strerror(errno);
    while (readable(socket.number(), 5000)) {
        std::array<std::uint8_t, 256> reply{};
        const ssize_t size = recv(socket.number(), reply.data(), reply.size(), 0);
        const std::size_t head = from.v6 ? 0 : 20;
        if (size >= static_cast<ssize_t>(head + request.size()) &&
            reply[head] ==
                (from.v6 ? std::uint8_t{ICMP6_ECHO_REPLY} : std::uint8_t{ICMP_ECHOREPLY}) &&
            std::memcmp(reply.data() + head + 8, request.data() + 8, request.size() - 8) == 0)
            return {};
    }
    return "no reply to a ping";
}

Flood::Flood(const Namespace &from_space, const Address &from, const Namespace &to_space,
             const Address &to)
    : here_(from_space, from, 7000), there_(to_space, to, 7000), to_(to),
      thread_([this] { work(); })
{
}

void Flood::work()
{
    constexpr std::uint64_t on_their_way = 16;
    int silence = 0;
    while (!stopped_ || (sent_ != received_ && silence < 3)) {
        if (!stopped_ && sent_ - received_ < on_their_way) {
            if (here_.send(to_, 7000, 1000))
                ++sent_;
            while (there_.take())
                ++received_;
        } else if (there_.receive(1000)) {
            ++received_;
            silence = 0;
        } else if (++silence == 3) {
            return; // lost
        }
    }
}

void Flood::stop()
{
    stopped_ = true;
    if (thread_.joinable())
        thread_.join();
}

std::string stream(const Namespace &from_space, const Address &from, const Namespace &to_space,
                   const Address &to, std::size_t size)
{
    const Descriptor listener = socket_in(to_space, to, SOCK_STREAM, 0, 7001);
    const Descriptor client = socket_in(from_space, from, SOCK_STREAM, 0, 0);
    const Name name = name_of(to, 7001);
    if (listen(listener.number(), 1) != 0 ||
        connect(client.number(), name.get(), name.size) != 0)
        return std::string("cannot connect: ") + std::strerror(errno);
    const Descriptor server(accept(listener.number(), nullptr, nullptr));
    std::size_t arrived = 0;
    const auto write_all = [size](int socket) {
        const std::vector<char> bytes(16384, 'b');
        for (std::size_t left = size; left > 0;) {
            const ssize_t done = ::send(socket, bytes.data(), std::min(left, bytes.size()), 0);
            if (done <= 0)
                return;
            left -= static_cast<std::size_t>(done);
        }
        (void)shutdown(socket, SHUT_WR);
    };
    const auto read_all = [](int socket, std::size_t &count) {
        std::array<char, 16384> bytes{};
        while (readable(socket, 10000)) {
            const ssize_t done = recv(socket, bytes.data(), bytes.size(), 0);
            if (done <= 0)
                return;
            count += static_cast<std::size_t>(done);
        }
    };
    std::size_t back = 0;
    std::thread from_client(write_all, client.number());
    std::thread from_server(write_all, server.number());
    std::thread at_client(read_all, client.number(), std::ref(back));
    read_all(server.number(), arrived);
    for (std::thread *const thread : {&from_client, &from_server, &at_client})
        thread->join();
    if (arrived != size || back != size)
        return std::to_string(arrived) + " and " + std::to_string(back) + " bytes arrived";
    return {};
}

namespace {

Descriptor packet_socket(const char *link)
{
    Descriptor socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL)));
    sockaddr_ll name{};
    name.sll_family = AF_PACKET;
    name.sll_protocol = htons(ETH_P_ALL);
    name.sll_ifindex = static_cast<int>(if_nametoindex(link));
    const int on = 1;
    (void)setsockopt(socket.number(), SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
    (void)bind(socket.number(), reinterpret_cast<const sockaddr *>(&name), sizeof(name));
    return socket;
}

void pass_on(int from, int to)
{
    std::array<char, 4096> frame{};
    for (;;) {
        const ssize_t size = recv(from, frame.data(), frame.size(), MSG_DONTWAIT);
        if (size <= 0)
            return;
        (void)::send(to, frame.data(), static_cast<std::size_t>(size), 0);
    }
}

} // namespace

Forwarder::Forwarder(const Namespace &space, const char *one, const char *other)
    : one_(-1), other_(-1)
{
    (void)space.inside([&]() -> Result<void> {
        one_ = packet_socket(one);
        other_ = packet_socket(other);
        return {};
    });
    thread_ = std::thread([this] {
        while (!stopped_) {
            std::array<pollfd, 2> waiting{
                {{one_.number(), POLLIN, 0}, {other_.number(), POLLIN, 0}}};
            (void)poll(waiting.data(), waiting.size(), 100);
            pass_on(one_.number(), other_.number());
            pass_on(other_.number(), one_.number());
        }
    });
}

Forwarder::~Forwarder()
{
    stopped_ = true;
    thread_.join();
}

} // namespace ct::test
