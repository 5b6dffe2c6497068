// SPDX-License-Identifier: GPL-2.0-or-later
// A record's wrong bytes, block by block: which were damaged themselves and which
// only follow from these, at which AES round, and what they have in common.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "damage/packet.h"
#include "damage/rounds.h"

namespace ct {

// What the cipher worked on instead of the right counter block.
struct CounterShift {
    std::int64_t blocks = 0; // ahead of the right one, with the same IV
    bool other_iv = false;   // the same number of block, but another IV
    Block counter{};
};

// A block that was damaged itself.
struct DamagedBlock {
    std::uint32_t number = 0; // of the text
    Block content{};          // as it is in memory
    Chain expected;           // the cipher's states; empty where the block is not whole
    Chain actual;
    EntryPoint entry;
    std::optional<CounterShift> shift;
    std::string owner;         // whose value it holds, in words; see foreign.h
    unsigned owner_rounds = 0; // after how many rounds it was there
    std::string chained_to;    // CBC: whose value it was chained to instead, in words
};

// One round key differs, and the same difference is in every damaged block.
struct KeyFault {
    unsigned round = 0;
    unsigned bits = 0;
    Block difference{};
};

enum class IcvState {
    None,        // the output has none
    Unseen,      // it, or a wrong block, lies outside of what the record keeps
    Right,       // that of the right text
    OfWrongText, // right for the text that is there: computed after the damage
    Wrong,
};

template <>
inline constexpr std::array<std::string_view, 5> names<IcvState>{"none", "unseen", "right",
                                                                 "of-wrong-text", "wrong"};

enum class IcvPart { Unknown, Hash, Mask };

struct Damage {
    Way way = Way::Encrypt;
    std::vector<DamagedBlock> blocks; // ascending
    std::uint32_t followers = 0;      // wrong only because of a block before
    std::uint32_t unseen = 0;         // wrong, but outside of what the record keeps
    std::uint32_t zero = 0;           // damaged blocks of zeros
    std::uint32_t untouched = 0;      // that hold the input
    std::uint32_t repeated = 0;       // the same content in several
    bool to_the_end = false;          // from the first on, all are damaged
    bool from_the_start = false;
    // A foreign counter that was counted on: the register that holds it was replaced.
    bool foreign_counter = false;
    bool concurrent = false; // holds data that the driver worked at at the same time
    bool other_iv = false;   // the IV or a counter of another packet was used
    bool one_round = false;  // all few-bit damage entered before the same round
    // Blocks that the other side gets wrong when it decrypts what was encrypted; nothing
    // where the record does not keep all that it takes.
    std::optional<std::uint32_t> wrong_after_decryption;
    std::optional<KeyFault> key_fault;
    std::optional<std::uint64_t> other_key; // of another SA: its number
    IcvState icv = IcvState::None;
    IcvPart icv_part = IcvPart::Unknown; // GCM, where only the ICV is wrong
    EntryPoint icv_entry;                // of the mask over it

    [[nodiscard]] std::size_t count(Extent extent) const;
    // Blocks whose counter was another one, all by the same distance or with another IV.
    [[nodiscard]] std::size_t shifted() const;
};

// Few wrong bits in the input of the rounds, or in their output, as far as is known.
[[nodiscard]] bool outside_rounds(const DamagedBlock &block);

[[nodiscard]] Damage find_damage(const Packet &packet, const Mismatch &record);

} // namespace ct
