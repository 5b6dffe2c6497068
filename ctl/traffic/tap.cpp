// SPDX-License-Identifier: GPL-2.0-or-later
#include "traffic/tap.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <utility>

#include "net/batch.h"
#include "net/endpoint.h"
#include "net/filter.h"

namespace ct {

namespace {

constexpr const char *no_tap = "cannot see what is delivered to this host";
constexpr std::size_t tap_batch = 128;
constexpr std::size_t tap_room = 65536; // the largest IP packet

// The numbers are Linux's own, and not in every C library's headers.
constexpr int raw_level = 255; // SOL_RAW
constexpr int checksum_off = -1;

void read_control(const msghdr &header, Delivered &delivered)
{
    auto *const whole = const_cast<msghdr *>(&header); // NOLINT: CMSG_NXTHDR takes no const
    for (cmsghdr *control = CMSG_FIRSTHDR(whole); control != nullptr;
         control = CMSG_NXTHDR(whole, control)) {
        if (control->cmsg_level == SOL_SOCKET && control->cmsg_type == SCM_TIMESTAMPNS) {
            timespec time{};
            std::memcpy(&time, CMSG_DATA(control), sizeof(time));
            delivered.time_ns = static_cast<std::uint64_t>(time.tv_sec) * 1000000000 +
                                static_cast<std::uint64_t>(time.tv_nsec);
        } else if (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_PKTINFO) {
            in6_pktinfo info{};
            std::memcpy(&info, CMSG_DATA(control), sizeof(info));
            std::memcpy(delivered.destination.bytes.data(), &info.ipi6_addr,
                        sizeof(info.ipi6_addr));
        }
    }
}

// The IP header that a raw socket of IPv4 leaves before the packet. False: there is none.
bool strip_header(Delivered &delivered)
{
    constexpr std::size_t least = 20;
    constexpr std::size_t source_at = 12;
    constexpr std::size_t destination_at = 16;
    if (delivered.bytes.size() < least)
        return false;
    const std::size_t size = (delivered.bytes[0] & 0xfU) * std::size_t{4};
    if (size < least || size > delivered.bytes.size())
        return false;
    std::memcpy(delivered.source.bytes.data(), delivered.bytes.data() + source_at, 4);
    std::memcpy(delivered.destination.bytes.data(), delivered.bytes.data() + destination_at, 4);
    delivered.bytes = delivered.bytes.subspan(size);
    return true;
}

} // namespace

struct Tap::State {
    struct One {
        Descriptor socket{-1};
        bool v6 = false;
        std::uint8_t protocol = 0;
    };
    static Result<One> open_one(bool v6, int protocol, const TapOptions &options);

    std::vector<One> sockets;
    Batch batch{tap_batch, tap_room};
    std::size_t turn = 0; // which socket is asked first
};

Result<Tap::State::One> Tap::State::open_one(bool v6, int protocol, const TapOptions &options)
{
    auto made = make_socket(v6, SOCK_RAW, protocol, no_tap);
    if (!made)
        return Failure(made.error());
    One tap{std::move(*made), v6, static_cast<std::uint8_t>(protocol)};
    const PortRange range{options.first_port, options.last_port};
    const bool icmp = protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
    auto filtered =
        icmp ? filter_echoes(tap.socket, v6, true, range) : filter_ports(tap.socket, v6, range);
    if (!filtered)
        return Failure(filtered.error());
    set_receive_buffer(tap.socket, options.bytes);
    set_option(tap.socket, SOL_SOCKET, SO_TIMESTAMPNS, 1);
    if (v6)
        set_option(tap.socket, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    // A raw ICMPv6 socket drops packets with a wrong checksum. At the level of IPPROTO_IPV6
    // that cannot be changed (RFC 3542), but at this one it can.
    if (protocol == IPPROTO_ICMPV6)
        set_option(tap.socket, raw_level, IPV6_CHECKSUM, checksum_off);
    return tap;
}

Tap::Tap(std::unique_ptr<State> state) : state_(std::move(state)) {}
Tap::Tap(Tap &&) noexcept = default;
Tap &Tap::operator=(Tap &&) noexcept = default;
Tap::~Tap() = default;

Result<Tap> Tap::open(const TapOptions &options)
{
    auto state = std::make_unique<State>();
    constexpr std::array<int, 3> v4{IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP};
    constexpr std::array<int, 3> v6{IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMPV6};
    for (const bool six : {false, true})
        for (const int protocol : six ? v6 : v4) {
            auto made = State::open_one(six, protocol, options);
            if (!made && six && made.error().kind == ErrorKind::Unsupported)
                continue;
            if (!made)
                return Failure(made.error());
            state->sockets.push_back(std::move(*made));
        }
    return Tap(std::move(state));
}

std::vector<int> Tap::descriptors() const
{
    std::vector<int> all;
    for (const State::One &tap : state_->sockets)
        all.push_back(tap.socket.number());
    return all;
}

Result<std::vector<Delivered>> Tap::take(std::size_t most)
{
    std::vector<Delivered> taken;
    Batch &batch = state_->batch;
    most = std::min(most, batch.capacity());
    std::size_t used = 0;
    for (std::size_t i = 0; i < state_->sockets.size() && used < most; ++i) {
        const State::One &tap = state_->sockets[state_->turn++ % state_->sockets.size()];
        const int got = batch.receive(tap.socket.number(), used, most - used);
        if (got == -EAGAIN || got == -EINTR)
            continue;
        if (got < 0)
            return socket_failure(no_tap, -got);
        const std::size_t end = used + static_cast<std::size_t>(got);
        for (; used < end; ++used) {
            Delivered delivered;
            delivered.v6 = tap.v6;
            delivered.protocol = tap.protocol;
            delivered.bytes = batch.bytes(used);
            delivered.source.v6 = tap.v6;
            delivered.destination.v6 = tap.v6;
            if (tap.v6)
                delivered.source = address_of(batch.source(used));
            read_control(batch.header(used), delivered);
            if (tap.v6 || strip_header(delivered))
                taken.push_back(delivered);
        }
    }
    return taken;
}

std::uint64_t Tap::dropped() const
{
    std::uint64_t all = 0;
    for (const State::One &tap : state_->sockets)
        all += receive_drops(tap.socket);
    return all;
}

} // namespace ct
