// SPDX-License-Identifier: GPL-2.0-or-later
#include "traffic/channel.h"

#include <algorithm>
#include <cerrno>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <utility>

#include "net/batch.h"
#include "net/endpoint.h"
#include "net/filter.h"

namespace ct {

namespace {

constexpr std::size_t usual_datagram = 1024;
constexpr std::size_t largest_datagram = 65507 - datagram_head; // UDP over IPv4; ICMP the same
constexpr const char *no_udp = "cannot make a flow of UDP datagrams";
constexpr const char *no_pings = "cannot make a flow of pings";
constexpr std::size_t channel_batch = 32;
constexpr std::uint32_t channel_buffer = 4U << 20U; // room for every window
constexpr std::size_t ip_head_most = 60;

// UDP datagrams from one namespace to another.
class UdpChannel final : public Channel {
public:
    explicit UdpChannel(std::size_t largest);

    [[nodiscard]] Result<void> open(const FlowPlan &plan, const Namespace &from,
                                    const Namespace &to);
    int send(std::uint64_t number, PacketView content) override;
    bool receive(const std::function<void(const Message &)> &each) override;
    [[nodiscard]] int receiver() const override { return receiver_.number(); }
    [[nodiscard]] int sender() const override { return sender_.number(); }
    [[nodiscard]] bool backwards() const override { return false; }

private:
    Descriptor sender_{-1};
    Descriptor receiver_{-1};
    Batch batch_;
};

// Pings (ICMP and ICMPv6 echo requests) and their replies, by one raw socket.
class EchoChannel final : public Channel {
public:
    static constexpr std::size_t head_size = 8;
    using Head = std::array<std::uint8_t, head_size>;

    explicit EchoChannel(std::size_t largest);

    [[nodiscard]] Result<void> open(const FlowPlan &plan, const Namespace &from);
    int send(std::uint64_t number, PacketView content) override;
    bool receive(const std::function<void(const Message &)> &each) override;
    [[nodiscard]] int receiver() const override { return socket_.number(); }
    [[nodiscard]] int sender() const override { return socket_.number(); }
    [[nodiscard]] bool backwards() const override { return true; }

private:
    // The ICMP message of a packet as the socket gives it, and its size in the packet.
    [[nodiscard]] Message message_of(std::size_t received) const;

    bool v6_ = false;
    std::uint16_t identifier_ = 0;
    Descriptor socket_{-1};
    Batch batch_;
};

// sendmsg() does not write to it.
iovec to_send(PacketView content)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
    return {const_cast<std::uint8_t *>(content.data()), content.size()};
}

void put_half(EchoChannel::Head &head, std::size_t at, std::uint16_t value)
{
    head.at(at) = static_cast<std::uint8_t>(value >> 8U);
    head.at(at + 1) = static_cast<std::uint8_t>(value);
}

UdpChannel::UdpChannel(std::size_t largest) : batch_(channel_batch, largest) {}

Result<void> UdpChannel::open(const FlowPlan &plan, const Namespace &from, const Namespace &to)
{
    // Bound first, so that no datagram finds the port closed; connected, so that strangers'
    // are kept away.
    const auto end = [&](const Namespace &where, const Address &own,
                         Descriptor &socket) -> Result<void> {
        if (auto entered = enter_namespace(where); !entered)
            return entered;
        auto made = make_socket(own.v6, SOCK_DGRAM, 0, no_udp);
        if (!made)
            return Failure(made.error());
        socket = std::move(*made);
        return bind_socket(socket, own, plan.port, no_udp);
    };
    if (auto done = end(to, plan.to, receiver_); !done)
        return done;
    if (auto done = end(from, plan.from, sender_); !done)
        return done;
    set_receive_buffer(receiver_, channel_buffer);
    if (auto done = connect_socket(receiver_, plan.from, plan.port, no_udp); !done)
        return done;
    return connect_socket(sender_, plan.to, plan.port, no_udp);
}

int UdpChannel::send(std::uint64_t number, PacketView content)
{
    auto head = datagram_number(number);
    std::array<iovec, 2> parts{iovec{head.data(), head.size()}, to_send(content)};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    return sendmsg(sender_.number(), &message, MSG_NOSIGNAL) < 0 ? errno : 0;
}

bool UdpChannel::receive(const std::function<void(const Message &)> &each)
{
    const int got = batch_.receive(receiver_.number(), 0, channel_batch);
    if (got <= 0)
        return false;
    const auto count = static_cast<std::size_t>(got);
    for (std::size_t i = 0; i < count; ++i)
        each({batch_.bytes(i), batch_.size(i), false});
    return count == channel_batch;
}

EchoChannel::EchoChannel(std::size_t largest)
    : batch_(channel_batch, largest + head_size + ip_head_most)
{
}

Result<void> EchoChannel::open(const FlowPlan &plan, const Namespace &from)
{
    if (auto entered = enter_namespace(from); !entered)
        return entered;
    v6_ = plan.from.v6;
    identifier_ = plan.port;
    auto made =
        make_socket(v6_, SOCK_RAW, v6_ ? int{IPPROTO_ICMPV6} : int{IPPROTO_ICMP}, no_pings);
    if (!made)
        return Failure(made.error());
    socket_ = std::move(*made);
    set_receive_buffer(socket_, channel_buffer);
    if (auto done = filter_echoes(socket_, v6_, false, {identifier_, identifier_}); !done)
        return done;
    if (auto done = bind_socket(socket_, plan.from, 0, no_pings); !done)
        return done;
    return connect_socket(socket_, plan.to, 0, no_pings);
}

int EchoChannel::send(std::uint64_t number, PacketView content)
{
    Head icmp{};
    icmp[0] = v6_ ? ICMP6_ECHO_REQUEST : ICMP_ECHO;
    put_half(icmp, 4, identifier_);
    put_half(icmp, 6, static_cast<std::uint16_t>(number));
    auto head = datagram_number(number);
    // The kernel fills in that of ICMPv6, which covers the addresses.
    if (!v6_)
        put_half(icmp, 2,
                 static_cast<std::uint16_t>(
                     ~internet_sum(icmp, internet_sum(head, internet_sum(content)))));
    std::array<iovec, 3> parts{iovec{icmp.data(), icmp.size()}, iovec{head.data(), head.size()},
                               to_send(content)};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    return sendmsg(socket_.number(), &message, MSG_NOSIGNAL) < 0 ? errno : 0;
}

Channel::Message EchoChannel::message_of(std::size_t received) const
{
    Message message{batch_.bytes(received), batch_.size(received), false};
    if (!v6_ && !message.payload.empty()) {
        const std::size_t head =
            std::min(message.payload.size(), (message.payload[0] & 0xfU) * std::size_t{4});
        message.payload = message.payload.subspan(head);
        message.size -= head;
        // As the kernel does for its own protocols; a raw socket is left to itself.
        message.refused =
            message.size == message.payload.size() && internet_sum(message.payload) != 0xffff;
    }
    const std::size_t head = std::min(message.payload.size(), head_size);
    message.payload = message.payload.subspan(head);
    message.size -= head;
    return message;
}

bool EchoChannel::receive(const std::function<void(const Message &)> &each)
{
    const int got = batch_.receive(socket_.number(), 0, channel_batch);
    if (got <= 0)
        return false;
    const auto count = static_cast<std::size_t>(got);
    for (std::size_t i = 0; i < count; ++i)
        each(message_of(i));
    return count == channel_batch;
}

} // namespace

std::array<std::uint8_t, datagram_head> datagram_number(std::uint64_t number)
{
    std::array<std::uint8_t, datagram_head> head{};
    for (std::size_t i = datagram_head; i-- > 0; number >>= 8U)
        head.at(i) = static_cast<std::uint8_t>(number);
    return head;
}

std::size_t datagram_size(const FlowPlan &plan, std::uint64_t number)
{
    const std::size_t size =
        plan.sizes.empty() ? usual_datagram : plan.sizes[number % plan.sizes.size()];
    return std::clamp(size, datagram_head, largest_datagram) - datagram_head;
}

std::uint16_t internet_sum(PacketView bytes, std::uint32_t before)
{
    std::uint64_t sum = before;
    std::size_t at = 0;
    for (; at + 1 < bytes.size(); at += 2)
        sum += static_cast<std::uint32_t>(bytes[at] << 8U) | bytes[at + 1];
    if (at < bytes.size())
        sum += static_cast<std::uint32_t>(bytes[at] << 8U);
    while (sum > 0xffff)
        sum = (sum & 0xffffU) + (sum >> 16U);
    return static_cast<std::uint16_t>(sum);
}

Result<std::unique_ptr<Channel>> Channel::open(const FlowPlan &plan, const Namespace &from,
                                               const Namespace &to)
{
    std::size_t largest = datagram_size(plan, 0);
    for (std::size_t turn = 1; turn < plan.sizes.size(); ++turn)
        largest = std::max(largest, datagram_size(plan, turn));
    largest += datagram_head;
    if (plan.kind == FlowKind::Ping) {
        auto channel = std::make_unique<EchoChannel>(largest);
        if (auto opened = channel->open(plan, from); !opened)
            return Failure(opened.error());
        return channel;
    }
    auto channel = std::make_unique<UdpChannel>(largest);
    if (auto opened = channel->open(plan, from, to); !opened)
        return Failure(opened.error());
    return channel;
}

} // namespace ct
