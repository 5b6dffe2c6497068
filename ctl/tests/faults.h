// SPDX-License-Identifier: GPL-2.0-or-later
// Records as a machine with a given fault would make them, of real packets.
#pragma once

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "damage/evidence.h"
#include "damage/packet.h"
#include "damage/rounds.h"
#include "diagnose/diagnosis.h"

namespace ct::test {

using Random = std::mt19937_64;

[[nodiscard]] Block random_block(Random &random);
[[nodiscard]] std::size_t below(Random &random, std::size_t limit);

// A packet of at least that many whole blocks and not too many more.
[[nodiscard]] Packet some_packet(const std::string &algorithm, Random &random,
                                 std::size_t blocks, unsigned key_len = 0);

// What becomes of the register of that block after so many rounds.
struct StateFault {
    std::size_t block = 0;
    unsigned round = 0;
    std::function<Block(const Block &)> change;
};

// The output of the operation with these faults; an ICV is made of what came out.
[[nodiscard]] std::vector<std::uint8_t> faulty(const Packet &packet, Direction direction,
                                               const std::vector<StateFault> &faults);
// The record that the module makes of that output.
[[nodiscard]] Mismatch record_of(const Packet &packet, Direction direction,
                                 const std::vector<std::uint8_t> &output);
// A lane as that exerciser fills its register with.
[[nodiscard]] Block exerciser_lane(unsigned thread, unsigned number, std::uint64_t epoch);

// Records of a machine with a bug of that class.
[[nodiscard]] Evidence evidence_of(BugClass bug_class, Random &random);
// Records that nobody could name a class for.
[[nodiscard]] Evidence evidence_of_nothing(Random &random);

// With CT_SHOW in the environment: for a person who wants to see it.
void show(const std::string &text);

} // namespace ct::test
