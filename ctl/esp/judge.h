// SPDX-License-Identifier: GPL-2.0-or-later
// What an opened packet of a known flow has to be, from its content alone: without the packet
// that was sent, and in any order, so that a retransmission is nothing special.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <vector>

#include "capture/packet.h"
#include "record/words.h"
#include "traffic/content.h"
#include "traffic/flow.h"

namespace ct {

struct Judgement {
    enum class Kind {
        Right,
        Wrong,
        // Not the flow's content, but the sender's checksum is right over it: so it was wrong
        // before it was encapsulated, as the echo of a wrong request is.
        WrongBefore,
        Other, // no known flow's, and nothing wrong with its checksums
    };
    Kind kind = Kind::Other;
    InnerFault fault = InnerFault::None; // of the packet as it is
    std::optional<FlowKind> flow;
    std::uint32_t number = 0; // of the flow
    bool backwards = false;
    std::uint64_t place = 0; // in the stream, or number of the datagram
    // The text as it has to be; empty where headers are damaged that nothing tells.
    std::vector<std::uint8_t> expected;
};

class Judge {
public:
    void add(const FlowPlan &plan);
    struct Opened {
        PacketView text;     // with padding and trailer
        InnerView inner;     // of it
        IpHeader outer;      // in front of ESP
        unsigned align = 4;  // what ESP pads to: 4 with GCM, 16 with CBC
        bool trusted = true; // the ICV is right: others teach nothing
    };
    [[nodiscard]] Judgement judge(const Opened &packet);

private:
    // What is known of one direction of a flow.
    struct Way {
        FlowKind kind = FlowKind::Tcp;
        std::uint32_t number = 0;
        bool backwards = false;
        Address source;
        Address destination;
        std::uint16_t port = 0;
        std::unique_ptr<Content> content;
        std::optional<std::uint32_t> first; // TCP: sequence number of offset 0
        std::uint64_t last = 0;             // offset, or number of the datagram
        std::uint8_t next_header = 0;       // of its packets in ESP; 0: none seen yet
    };
    using Key = std::tuple<Address, Address, std::uint8_t, std::uint16_t>;

    [[nodiscard]] Way *find(const InnerView &inner);
    // Offset of a segment's payload, of 64 bits; nothing before its SYN was seen.
    [[nodiscard]] static std::optional<std::uint64_t> offset_of(const Way &way,
                                                                const InnerView &inner);
    static void learn(Way &way, const Opened &packet, std::uint64_t place);
    // Whether the payload is the flow's, and then where it stands.
    [[nodiscard]] static std::optional<std::uint64_t> place_in(const Way &way,
                                                               const Opened &packet);
    [[nodiscard]] static bool payload_right(const Way &way, const Opened &packet,
                                            std::uint64_t place);
    // The text with the content of that place; empty if its headers are not right then.
    [[nodiscard]] static std::vector<std::uint8_t> rebuild(const Way &way, const Opened &packet,
                                                           std::uint64_t place);
    // The likeliest of the places near the last one, for a datagram whose number is damaged.
    [[nodiscard]] static std::vector<std::uint8_t> guess(const Way &way, const Opened &packet,
                                                         std::uint64_t &place);

    std::map<Key, Way> ways_;
};

} // namespace ct
