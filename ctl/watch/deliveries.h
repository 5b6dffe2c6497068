// SPDX-License-Identifier: GPL-2.0-or-later
// What raw sockets of this host got a moment ago, found again by content. Most of it on a live
// host never was in ESP, and what overflows is the oldest: a packet that is not found here says
// nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "capture/packet.h"
#include "traffic/tap.h"

namespace ct {

// An opened packet, as far as its delivery goes.
struct Deliverable {
    PacketView l4; // from its transport header on
    std::uint8_t protocol = 0;
    Address source;
    Address destination;
    std::uint64_t time_ns = 0;
};

class Deliveries {
public:
    Deliveries(std::size_t packets_most = 8192, std::size_t bytes_most = 16U << 20U)
        : packets_most_(packets_most), bytes_most_(bytes_most)
    {
    }

    void add(const Delivered &packet);
    // Takes out one that is exactly this; false: there is none.
    bool take_exact(const Deliverable &packet);
    // Takes out the likeliest that is this one, but wrong: of the same flow, size and moment,
    // whose checksum says that it is not another packet, such as a retransmission with other
    // content, and which differs where one packet's damage does: a wrong packet whose own frame
    // was skipped is not laid to its neighbour. Empty: there is none.
    [[nodiscard]] std::vector<std::uint8_t> take_wrong(const Deliverable &packet);
    void forget_before(std::uint64_t time_ns);

private:
    struct Item {
        std::uint64_t time_ns = 0;
        std::uint8_t protocol = 0;
        Address source;
        Address destination;
        std::uint64_t content = 0;
        std::uint64_t flow = 0;
        std::vector<std::uint8_t> bytes;
        bool taken = false;
    };
    using ItemPtr = std::shared_ptr<Item>;
    using Index = std::unordered_multimap<std::uint64_t, ItemPtr>;

    void unlink(const ItemPtr &item);
    void drop_front();

    std::size_t packets_most_;
    std::size_t bytes_most_;
    std::size_t bytes_ = 0;
    std::deque<ItemPtr> items_; // in order of arrival
    Index by_content_;
    Index by_flow_;
};

} // namespace ct
