// SPDX-License-Identifier: GPL-2.0-or-later
#include "watch/deliveries.h"

#include <algorithm>
#include <string_view>

#include "watch/residual.h"

namespace ct {

namespace {

constexpr std::uint64_t near_ns = 200'000'000; // how long after it was on the wire, or before

std::uint64_t hash_of(PacketView bytes)
{
    return std::hash<std::string_view>{}(
        {reinterpret_cast<const char *>(bytes.data()), bytes.size()});
}

std::uint64_t blend(std::uint64_t sum, std::uint64_t value)
{
    return (sum ^ (value + 0x9e3779b97f4a7c15U + (sum << 6U) + (sum >> 2U))) *
           0xff51afd7ed558ccdU;
}

std::uint64_t delivery_flow(std::uint8_t protocol, const Address &source,
                            const Address &destination, std::size_t size)
{
    return blend(blend(blend(hash_of(source.bytes), hash_of(destination.bytes)), protocol),
                 size);
}

// Whether its sender made a checksum at all.
bool has_checksum(const Deliverable &packet)
{
    constexpr std::uint8_t udp = 17;
    constexpr std::size_t checksum_at = 6;
    constexpr std::size_t header = 8;
    return packet.protocol != udp ||
           (packet.l4.size() >= header && big16(packet.l4, checksum_at) != 0);
}

struct Difference {
    std::size_t bytes = 0;
    std::size_t widest_gap = 0; // equal bytes between two that differ
    bool in_head = false;       // where ports, checksum and sequence number are
};

Difference difference(PacketView one, PacketView other)
{
    constexpr std::size_t head = 8;
    Difference result;
    std::size_t last = 0;
    for (std::size_t place = 0; place < one.size(); ++place) {
        if (one[place] == other[place])
            continue;
        if (result.bytes++ > 0)
            result.widest_gap = std::max(result.widest_gap, place - last - 1);
        last = place;
        result.in_head = result.in_head || place < head;
    }
    return result;
}

// Another packet of the flow differs in its head, and where it is damaged itself. Damage that
// begins in the head goes on from there.
bool is_another_packet(const Difference &found)
{
    constexpr std::size_t block = 16;
    return found.in_head && found.widest_gap >= block;
}

} // namespace

void Deliveries::add(const Delivered &packet)
{
    auto item = std::make_shared<Item>();
    item->time_ns = packet.time_ns;
    item->protocol = packet.protocol;
    item->source = packet.source;
    item->destination = packet.destination;
    item->content = blend(hash_of(packet.bytes), packet.protocol);
    item->flow =
        delivery_flow(packet.protocol, packet.source, packet.destination, packet.bytes.size());
    item->bytes.assign(packet.bytes.begin(), packet.bytes.end());
    bytes_ += item->bytes.size();
    by_content_.emplace(item->content, item);
    by_flow_.emplace(item->flow, item);
    items_.push_back(std::move(item));
    while (items_.size() > packets_most_ || bytes_ > bytes_most_)
        drop_front();
}

void Deliveries::unlink(const ItemPtr &item)
{
    const auto erase = [&item](Index &index, std::uint64_t key) {
        const auto range = index.equal_range(key);
        for (auto place = range.first; place != range.second; ++place)
            if (place->second == item) {
                index.erase(place);
                return;
            }
    };
    if (item->taken)
        return;
    item->taken = true;
    erase(by_content_, item->content);
    erase(by_flow_, item->flow);
}

void Deliveries::drop_front()
{
    unlink(items_.front());
    bytes_ -= items_.front()->bytes.size();
    items_.pop_front();
}

void Deliveries::forget_before(std::uint64_t time_ns)
{
    while (!items_.empty() && items_.front()->time_ns < time_ns)
        drop_front();
}

bool Deliveries::take_exact(const Deliverable &packet)
{
    const auto range = by_content_.equal_range(blend(hash_of(packet.l4), packet.protocol));
    for (auto place = range.first; place != range.second; ++place) {
        const ItemPtr item = place->second;
        if (item->protocol != packet.protocol || item->source != packet.source ||
            item->destination != packet.destination || item->bytes.size() != packet.l4.size() ||
            !std::equal(packet.l4.begin(), packet.l4.end(), item->bytes.begin()))
            continue;
        unlink(item);
        return true;
    }
    return false;
}

std::vector<std::uint8_t> Deliveries::take_wrong(const Deliverable &packet)
{
    if (!has_checksum(packet))
        return {};
    const std::uint16_t right =
        residual(packet.l4, packet.protocol, packet.source, packet.destination);
    ItemPtr best;
    std::size_t least = packet.l4.size() / 2 + 1;
    const auto range = by_flow_.equal_range(
        delivery_flow(packet.protocol, packet.source, packet.destination, packet.l4.size()));
    for (auto place = range.first; place != range.second; ++place) {
        const ItemPtr &item = place->second;
        const std::uint64_t apart = item->time_ns > packet.time_ns
                                        ? item->time_ns - packet.time_ns
                                        : packet.time_ns - item->time_ns;
        if (apart > near_ns || item->protocol != packet.protocol ||
            item->source != packet.source || item->destination != packet.destination ||
            item->bytes.size() != packet.l4.size() ||
            residual(item->bytes, packet.protocol, packet.source, packet.destination) == right)
            continue;
        const Difference found = difference(packet.l4, item->bytes);
        if (found.bytes >= least || is_another_packet(found))
            continue;
        least = found.bytes;
        best = item;
    }
    if (best == nullptr)
        return {};
    unlink(best);
    return best->bytes;
}

} // namespace ct
