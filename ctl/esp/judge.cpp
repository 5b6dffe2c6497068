// SPDX-License-Identifier: GPL-2.0-or-later
#include "esp/judge.h"

#include <algorithm>
#include <netinet/in.h>

namespace ct {

namespace {

constexpr std::uint8_t tcp_syn = 0x02;
constexpr std::uint8_t echo_v4 = 8;
constexpr std::uint8_t echo_v6 = 128;
constexpr std::size_t trailer_size = 2; // pad length, next header
constexpr std::uint64_t guesses = 512;  // datagrams before and behind the last one

std::uint8_t protocol_of(const FlowPlan &plan)
{
    switch (plan.kind) {
    case FlowKind::Tcp:
        return IPPROTO_TCP;
    case FlowKind::Udp:
        return IPPROTO_UDP;
    case FlowKind::Ping:
        break;
    }
    return plan.from.v6 ? static_cast<std::uint8_t>(IPPROTO_ICMPV6)
                        : static_cast<std::uint8_t>(IPPROTO_ICMP);
}

std::uint64_t number_of(PacketView payload)
{
    std::uint64_t number = 0;
    for (std::size_t place = 0; place < datagram_head; ++place)
        number = number << 8U | payload[place];
    return number;
}

PacketView payload_of(const Judge::Opened &packet)
{
    return packet.text.subspan(packet.inner.payload, packet.inner.end - packet.inner.payload);
}

bool sane(const InnerView &inner, std::size_t size)
{
    return inner.payload <= inner.end && inner.end <= size && inner.payload > 0;
}

void put_content(const Content &content, FlowKind kind, std::uint64_t place,
                 std::span<std::uint8_t> payload)
{
    if (kind != FlowKind::Tcp) {
        std::uint64_t number = place;
        for (std::size_t byte = std::min(datagram_head, payload.size()); byte-- > 0;) {
            payload[byte] =
                static_cast<std::uint8_t>(place >> (8U * (datagram_head - 1 - byte)));
        }
        payload = payload.subspan(std::min(datagram_head, payload.size()));
        place = Content::place_of(number);
    }
    const PacketView right = content.at(place, payload.size());
    std::copy(right.begin(), right.end(), payload.begin());
}

std::size_t differences(PacketView one, PacketView other)
{
    std::size_t count = 0;
    for (std::size_t place = 0; place < one.size(); ++place)
        count += one[place] != other[place] ? 1 : 0;
    return count;
}

} // namespace

void Judge::add(const FlowPlan &plan)
{
    const std::uint8_t protocol = protocol_of(plan);
    for (const bool backwards : {false, true}) {
        if (backwards && plan.kind == FlowKind::Udp)
            continue;
        Way way;
        way.kind = plan.kind;
        way.number = plan.number;
        way.backwards = backwards;
        way.source = backwards ? plan.to : plan.from;
        way.destination = backwards ? plan.from : plan.to;
        way.port = plan.port;
        way.content = std::make_unique<Content>(
            plan.seed, content_number(plan.kind, plan.number, backwards), plan.pattern);
        ways_.insert_or_assign(Key{way.source, way.destination, protocol, plan.port},
                               std::move(way));
    }
}

Judge::Way *Judge::find(const InnerView &inner)
{
    const auto place = ways_.find(
        Key{inner.source, inner.destination, inner.protocol, inner.destination_port});
    if (place == ways_.end())
        return nullptr;
    Way &way = place->second;
    if (way.kind != FlowKind::Ping)
        return inner.source_port == way.port ? &way : nullptr;
    const bool request = inner.icmp_type == echo_v4 || inner.icmp_type == echo_v6;
    return request != way.backwards ? &way : nullptr;
}

std::optional<std::uint64_t> Judge::offset_of(const Way &way, const InnerView &inner)
{
    if (!way.first)
        return std::nullopt;
    // Nearest to the last one, of all that have these lower 32 bits.
    const std::uint32_t low = inner.tcp_sequence - *way.first;
    const auto step = static_cast<std::int32_t>(low - static_cast<std::uint32_t>(way.last));
    return way.last + static_cast<std::uint64_t>(static_cast<std::int64_t>(step));
}

std::optional<std::uint64_t> Judge::place_in(const Way &way, const Opened &packet)
{
    if (way.kind == FlowKind::Tcp)
        return offset_of(way, packet.inner);
    const PacketView payload = payload_of(packet);
    if (payload.size() < datagram_head)
        return std::nullopt;
    return number_of(payload);
}

bool Judge::payload_right(const Way &way, const Opened &packet, std::uint64_t place)
{
    PacketView payload = payload_of(packet);
    if (way.kind == FlowKind::Tcp)
        return !way.content->differs(payload, place);
    if (way.kind == FlowKind::Ping &&
        packet.inner.icmp_sequence != static_cast<std::uint16_t>(place))
        return false;
    payload = payload.subspan(datagram_head);
    return !way.content->differs(payload, Content::place_of(place));
}

void Judge::learn(Way &way, const Opened &packet, std::uint64_t place)
{
    way.last = std::max(way.last, place);
    way.next_header = packet.inner.next_header;
}

std::vector<std::uint8_t> Judge::rebuild(const Way &way, const Opened &packet,
                                         std::uint64_t place)
{
    const std::size_t size = packet.text.size();
    const std::size_t payload = packet.inner.payload;
    if (payload == 0 || payload + trailer_size > size)
        return {};
    std::vector<std::uint8_t> best;
    std::size_t least = size + 1;
    // The padding may be what is damaged: take the one that fits best.
    for (std::size_t padding = 0; padding < packet.align; ++padding) {
        if (payload + padding + trailer_size > size)
            break;
        std::vector<std::uint8_t> text(packet.text.begin(), packet.text.end());
        const std::size_t end = size - trailer_size - padding;
        put_content(*way.content, way.kind, place,
                    std::span(text).subspan(payload, end - payload));
        for (std::size_t byte = 0; byte < padding; ++byte)
            text[end + byte] = static_cast<std::uint8_t>(byte + 1);
        text[size - 2] = static_cast<std::uint8_t>(padding);
        if (way.next_header != 0)
            text[size - 1] = way.next_header;
        const std::size_t wrong = differences(text, packet.text);
        if (wrong >= least || parse_inner(text, packet.outer).fault != InnerFault::None)
            continue;
        least = wrong;
        best = std::move(text);
    }
    return best;
}

std::vector<std::uint8_t> Judge::guess(const Way &way, const Opened &packet,
                                       std::uint64_t &place)
{
    const PacketView payload = payload_of(packet);
    if (way.kind == FlowKind::Tcp || payload.size() < 2 * datagram_head)
        return {};
    const std::uint64_t first = way.last > guesses ? way.last - guesses : 0;
    for (std::uint64_t number = first; number < way.last + guesses; ++number) {
        if (way.kind == FlowKind::Ping &&
            static_cast<std::uint16_t>(number) != packet.inner.icmp_sequence)
            continue;
        // Most of the content must be that of the number: cheap to ask first.
        const PacketView body = payload.subspan(datagram_head);
        const PacketView right = way.content->at(Content::place_of(number), body.size());
        if (differences(body, right) > body.size() / 2)
            continue;
        auto text = rebuild(way, packet, number);
        if (text.empty())
            continue;
        place = number;
        return text;
    }
    return {};
}

Judgement Judge::judge(const Opened &packet)
{
    Judgement judgement;
    judgement.fault = packet.inner.fault;
    const bool whole = packet.inner.fault == InnerFault::None;
    Way *const way = sane(packet.inner, packet.text.size()) ? find(packet.inner) : nullptr;
    if (way == nullptr) {
        judgement.kind = whole ? Judgement::Kind::Other : Judgement::Kind::Wrong;
        return judgement;
    }
    judgement.flow = way->kind;
    judgement.number = way->number;
    judgement.backwards = way->backwards;
    if (way->kind == FlowKind::Tcp && (packet.inner.tcp_flags & tcp_syn) != 0 && whole &&
        packet.trusted) {
        way->first = packet.inner.tcp_sequence + 1;
        way->last = 0;
    }
    const bool syn = way->kind == FlowKind::Tcp && (packet.inner.tcp_flags & tcp_syn) != 0;
    const auto place = place_in(*way, packet);
    if (whole && (syn || payload_of(packet).empty())) {
        judgement.kind = Judgement::Kind::Right;
        return judgement;
    }
    if (whole && place && payload_right(*way, packet, *place)) {
        judgement.kind = Judgement::Kind::Right;
        judgement.place = *place;
        if (packet.trusted)
            learn(*way, packet, *place);
        return judgement;
    }
    if (whole && !place) // its stream began before the capture
        return judgement;
    if (whole) {
        judgement.kind = Judgement::Kind::WrongBefore;
        return judgement;
    }
    judgement.kind = Judgement::Kind::Wrong;
    if (place) {
        judgement.place = *place;
        judgement.expected = rebuild(*way, packet, *place);
    }
    if (judgement.expected.empty())
        judgement.expected = guess(*way, packet, judgement.place);
    return judgement;
}

} // namespace ct
