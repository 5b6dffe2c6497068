// SPDX-License-Identifier: GPL-2.0-or-later
// The origin of a wrong block: everything that a vector register of this machine can
// well have held, looked up by value.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "damage/damage.h"
#include "damage/packet.h"
#include "registers/pattern.h"

namespace ct {

enum class OwnerKind {
    Zero,
    Ones,
    Poison, // what buffers are filled with beforehand: nothing was written
    Exerciser,
    RoundKey,
    HashKey,
    Iv,
    Plain,
    Cipher,
    Counter,
    Stream,
    State, // of a block on its way through the rounds
};

struct Owner {
    OwnerKind kind = OwnerKind::Zero;
    std::uint64_t packet = 0; // index; that of the first of its SA for keys
    bool own = true;          // of the record's own packet
    std::uint32_t block = 0;
    unsigned round = 0;
    Tag tag;
    bool concurrent = false; // of a packet that the driver worked at at the same time

    // "register xmm3 of exerciser 5 (epoch 17)", "plaintext block 4 of packet 12"
    [[nodiscard]] std::string text() const;
};

class Owners {
public:
    // Nearly all of them are random already.
    struct Hash {
        std::size_t operator()(const Block &value) const
        {
            return get_unaligned_be64(value.data()) ^ get_unaligned_be64(value.data() + 8);
        }
    };

    // Of the packet itself, without its neighbours.
    explicit Owners(const Packet &packet);
    // Those that the driver worked at at the same time, on other CPUs or in a softirq.
    void add_concurrent();
    // The other packets of its SA and of the SAs next to it. Takes milliseconds.
    void add_neighbours();
    [[nodiscard]] std::optional<Owner> find(const Block &value) const;

private:
    void add(const Packet &packet, bool own, bool concurrent = false);
    // Of others of its seed: 0, what the seed gives, unless sizes were chosen.
    [[nodiscard]] unsigned payload_len() const;
    void add_keys(const Packet &packet, bool own);
    void add_states();
    void put(const Block &value, const Owner &owner) { owners_.emplace(value, owner); }

    const Packet &packet_;
    std::unordered_map<Block, Owner, Hash> owners_;
};

// A lane of a pattern.
[[nodiscard]] std::optional<Tag> read_tag(const Block &value);

// Names the owners of those damaged blocks that hold a known value, plain or
// at some round. Returns the kinds that were found.
std::vector<OwnerKind> find_owners(const Packet &packet, Damage &damage);

} // namespace ct
