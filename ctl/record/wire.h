// SPDX-License-Identifier: GPL-2.0-or-later
// Where a wrong packet of a real ESP tunnel was found.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "record/words.h"

namespace ct {

// Where the damage came in: before the packet was on the wire, between the two interfaces, or
// after it.
enum class Stage { Encapsulation, Wire, Decapsulation };

template <>
inline constexpr std::array<std::string_view, 3> names<Stage>{"encapsulation", "wire",
                                                              "decapsulation"};

// A packet whole, with what it takes to compute it again; images as in record/mismatch.h.
struct WirePacket {
    std::string algorithm;
    std::uint32_t spi = 0;
    std::uint64_t sequence = 0;
    bool esn = false;
    std::uint32_t icv_len = 0;
    std::vector<std::uint8_t> key;
    std::vector<std::uint8_t> salt;
    std::vector<std::uint8_t> auth_key;
    std::vector<std::uint8_t> plain;  // head and text
    std::vector<std::uint8_t> sealed; // head, text and ICV, as they have to be

    friend bool operator==(const WirePacket &, const WirePacket &) = default;
};

struct WireOrigin {
    Stage stage = Stage::Encapsulation;
    std::string mode; // such as "natt-transport"
    bool v6 = false;
    std::string side; // host that made the damage: "a" or "b"; of a live host "here" or "peer"
    std::string flow; // "tcp", "udp", "ping"; empty: unknown
    bool icv_valid = true; // of the packet as it was captured
    WirePacket packet;
    // Packets of the same moment: whose data may have come in. Not saved.
    std::vector<WirePacket> others;

    friend bool operator==(const WireOrigin &, const WireOrigin &) = default;
};

} // namespace ct
