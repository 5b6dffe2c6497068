// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/frame.h"

#include <cstring>

#include <linux/if_packet.h>

namespace ct {

namespace {

constexpr std::uint64_t ns_per_s = 1000000000;
// The kernel puts a sockaddr_ll behind the header of each frame.
constexpr std::size_t address_at = TPACKET_ALIGN(sizeof(tpacket3_hdr));
constexpr std::size_t frame_head = address_at + sizeof(sockaddr_ll);

} // namespace

BlockWalk::BlockWalk(PacketView block, std::uint32_t cpu) : block_(block), cpu_(cpu)
{
    tpacket_block_desc head{};
    if (block.size() < sizeof(head))
        return;
    std::memcpy(&head, block.data(), sizeof(head));
    at_ = head.hdr.bh1.offset_to_first_pkt;
    left_ = head.hdr.bh1.num_pkts;
}

std::optional<Frame> BlockWalk::next()
{
    if (left_ == 0)
        return std::nullopt;
    --left_;
    tpacket3_hdr head{};
    if (at_ > block_.size() || block_.size() - at_ < frame_head) {
        left_ = 0;
        return std::nullopt;
    }
    const PacketView rest = block_.subspan(at_);
    std::memcpy(&head, rest.data(), sizeof(head));
    if (head.tp_mac > rest.size() || rest.size() - head.tp_mac < head.tp_snaplen) {
        left_ = 0;
        return std::nullopt;
    }
    if (head.tp_next_offset == 0)
        left_ = 0;
    at_ += head.tp_next_offset;
    Frame frame;
    frame.time_ns = head.tp_sec * ns_per_s + head.tp_nsec;
    frame.cpu = cpu_;
    frame.outgoing = rest[address_at + offsetof(sockaddr_ll, sll_pkttype)] == PACKET_OUTGOING;
    frame.checksum_pending = (head.tp_status & TP_STATUS_CSUMNOTREADY) != 0;
    frame.size = head.tp_len;
    frame.bytes = rest.subspan(head.tp_mac, head.tp_snaplen);
    return frame;
}

} // namespace ct
