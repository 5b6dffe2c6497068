// SPDX-License-Identifier: GPL-2.0-or-later
#include "damage/foreign.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/quantity.h"

namespace ct {

namespace {

constexpr std::uint8_t poison_byte = 0xdb;

Block filled(std::uint8_t byte)
{
    Block block{};
    block.fill(byte);
    return block;
}

// Where a value was in the register of a damaged block.
struct Sighting {
    Owner owner;
    unsigned rounds = 0; // done before it was there
};

std::optional<Sighting> sight(const Owners &owners, const Packet &packet,
                              const DamagedBlock &block, Way way)
{
    const auto rounds = static_cast<unsigned>(block.actual.size() - 1);
    if (const auto owner = owners.find(block.content))
        return Sighting{*owner, rounds};
    for (unsigned round = 0; round <= rounds; ++round)
        if (const auto owner = owners.find(block.actual[round]))
            return Sighting{*owner, round};
    // What would have had to go in.
    if (const auto owner = owners.find(block.actual.front() ^ round_key(packet.aes(), way, 0)))
        return Sighting{*owner, 0};
    return std::nullopt;
}

// CBC: what the block must have been chained to, were the rest right.
Block chained_to(const Packet &packet, const DamagedBlock &block, Way way)
{
    const std::size_t offset = block.number * block_size;
    if (way == Way::Decrypt)
        return decrypted(packet.aes(), block_at(packet.sealed_text(), offset)) ^ block.content;
    return block.actual.front() ^ round_key(packet.aes(), way, 0) ^
           block_at(packet.plain_text(), offset);
}

// The first block was made with the counter of another packet's first block.
bool started_with_it(const Owner &owner, const DamagedBlock &block)
{
    return !owner.own && block.number == 0 && owner.block == 0 &&
           (owner.kind == OwnerKind::Stream || owner.kind == OwnerKind::Counter);
}

bool is_iv(const Owner &owner)
{
    return !owner.own && (owner.kind == OwnerKind::Iv || owner.kind == OwnerKind::Counter);
}

} // namespace

std::optional<Tag> read_tag(const Block &value)
{
    return read_tag(std::as_bytes(std::span(value)));
}

std::string Owner::text() const
{
    const std::string whose =
        own ? std::string("this packet")
            : fmt::format("packet {}{}", count_text(packet),
                          concurrent ? ", which the driver worked at at the same time" : "");
    switch (kind) {
    case OwnerKind::Zero:
        return "zeros";
    case OwnerKind::Ones:
        return "all ones";
    case OwnerKind::Poison:
        return "the poison of the buffer: nothing was written";
    case OwnerKind::Exerciser:
        return fmt::format("what register {} of {}exerciser {} held (epoch {})",
                           tag.register_name(), tag.handler ? "the signal handler of " : "",
                           tag.thread, tag.epoch);
    case OwnerKind::RoundKey:
        return fmt::format("round key {} of the SA of {}", round, whose);
    case OwnerKind::HashKey:
        return fmt::format("the hash key H of the SA of {}", whose);
    case OwnerKind::Iv:
        return fmt::format("the IV of {}", whose);
    case OwnerKind::Plain:
        return fmt::format("plaintext block {} of {}", block, whose);
    case OwnerKind::Cipher:
        return fmt::format("ciphertext block {} of {}", block, whose);
    case OwnerKind::Counter:
        return fmt::format("the counter of block {} of {}", block, whose);
    case OwnerKind::Stream:
        return fmt::format("the key stream of block {} of {}", block, whose);
    case OwnerKind::State:
        return fmt::format("block {} of {} after round {}", block, whose, round);
    }
    return "";
}

Owners::Owners(const Packet &packet) : packet_(packet)
{
    put(filled(0), Owner{OwnerKind::Zero, 0, true, 0, 0, {}});
    put(filled(0xff), Owner{OwnerKind::Ones, 0, true, 0, 0, {}});
    put(filled(poison_byte), Owner{OwnerKind::Poison, 0, true, 0, 0, {}});
    add_keys(packet, true);
    add(packet, true);
    add_states();
}

void Owners::add_keys(const Packet &packet, bool own)
{
    Owner owner{OwnerKind::RoundKey, packet.vector().index, own, 0, 0, {}};
    for (owner.round = 0; owner.round <= packet.aes().rounds; ++owner.round)
        put(round_key(packet.aes(), Way::Encrypt, owner.round), owner);
    // The inner keys of the inverse cipher are others.
    for (owner.round = 1; owner.round < packet.aes().rounds; ++owner.round)
        put(round_key(packet.aes(), Way::Decrypt, owner.round), owner);
    if (packet.is_gcm())
        put(encrypted(packet.aes(), Block{}),
            Owner{OwnerKind::HashKey, packet.vector().index, own, 0, 0, {}});
}

void Owners::add(const Packet &packet, bool own, bool concurrent)
{
    const std::uint64_t index = packet.vector().index;
    const auto with = [&](OwnerKind kind, std::size_t block) {
        return Owner{kind, index, own, static_cast<std::uint32_t>(block), 0, {}, concurrent};
    };
    if (packet.mode() == Mode::Cbc)
        put(packet.iv(), with(OwnerKind::Iv, 0));
    for (std::size_t block = 0; block < packet.vector().text_len / block_size; ++block) {
        const Block plain = block_at(packet.plain_text(), block * block_size);
        const Block cipher = block_at(packet.sealed_text(), block * block_size);
        put(plain, with(OwnerKind::Plain, block));
        put(cipher, with(OwnerKind::Cipher, block));
        if (packet.mode() != Mode::Counter)
            continue;
        put(packet.counter(static_cast<std::ptrdiff_t>(block)),
            with(OwnerKind::Counter, block));
        put(plain ^ cipher, with(OwnerKind::Stream, block));
    }
}

void Owners::add_states()
{
    const std::uint64_t index = packet_.vector().index;
    for (std::size_t block = 0; block < packet_.vector().text_len / block_size; ++block) {
        const std::size_t offset = block * block_size;
        const Block cipher = block_at(packet_.sealed_text(), offset);
        const Block output = packet_.mode() == Mode::Counter
                                 ? cipher ^ block_at(packet_.plain_text(), offset)
                                 : cipher;
        const Chain chain = undo_rounds(packet_.aes(), Way::Encrypt, output);
        for (unsigned round = 0; round < chain.size(); ++round)
            put(chain[round], Owner{OwnerKind::State,
                                    index,
                                    true,
                                    static_cast<std::uint32_t>(block),
                                    round,
                                    {}});
    }
}

unsigned Owners::payload_len() const
{
    yt_vector usual{};
    yt_vector_shape(&usual, &packet_.sa(), packet_.vector().index);
    // With chosen sizes the others have lengths that are not known: take all there can be.
    return usual.payload_len == packet_.vector().payload_len ? 0 : YT_MAX_PAYLOAD;
}

void Owners::add_concurrent()
{
    const yt_sa &sa = packet_.sa();
    for (const std::uint64_t index : packet_.concurrent())
        add(Packet::make(*sa.alg, sa.seed, index, payload_len()), false, true);
}

void Owners::add_neighbours()
{
    const yt_sa &sa = packet_.sa();
    if (!packet_.seeded()) {
        for (const Packet &other : packet_.others()) {
            if (other.sa().spi != sa.spi)
                add_keys(other, false);
            add(other, false);
        }
        return;
    }
    for (const std::uint64_t number : {sa.number, sa.number - 1, sa.number + 1}) {
        if (number > UINT64_MAX / YT_SA_VECTORS)
            continue;
        for (std::uint64_t place = 0; place < YT_SA_VECTORS; ++place) {
            const std::uint64_t index = number * YT_SA_VECTORS + place;
            if (index == packet_.vector().index)
                continue;
            const Packet other = Packet::make(*sa.alg, sa.seed, index, payload_len());
            if (place == 0 && number != sa.number)
                add_keys(other, false);
            add(other, false);
        }
    }
}

std::optional<Owner> Owners::find(const Block &value) const
{
    if (const auto tag = read_tag(value))
        return Owner{OwnerKind::Exerciser, 0, false, 0, 0, *tag};
    const auto place = owners_.find(value);
    if (place == owners_.end())
        return std::nullopt;
    return place->second;
}

std::vector<OwnerKind> find_owners(const Packet &packet, Damage &damage)
{
    std::vector<OwnerKind> kinds;
    std::vector<DamagedBlock *> unknown;
    for (DamagedBlock &block : damage.blocks)
        if (!block.actual.empty() && block.entry.extent == Extent::Whole)
            unknown.push_back(&block);
    if (unknown.empty())
        return kinds;
    Owners owners(packet);
    const auto look = [&] {
        std::erase_if(unknown, [&](DamagedBlock *block) {
            if (packet.mode() == Mode::Cbc)
                if (const auto owner = owners.find(chained_to(packet, *block, damage.way))) {
                    block->chained_to = owner->text();
                    damage.concurrent = damage.concurrent || owner->concurrent;
                    kinds.push_back(owner->kind);
                    damage.other_iv = damage.other_iv || is_iv(*owner);
                    return true;
                }
            const auto sighting = sight(owners, packet, *block, damage.way);
            if (!sighting)
                return false;
            damage.other_iv = damage.other_iv || is_iv(sighting->owner) ||
                              started_with_it(sighting->owner, *block);
            block->owner = sighting->owner.text();
            block->owner_rounds = sighting->rounds;
            damage.concurrent = damage.concurrent || sighting->owner.concurrent;
            kinds.push_back(sighting->owner.kind);
            return true;
        });
    };
    look();
    if (unknown.empty())
        return kinds;
    owners.add_concurrent();
    owners.add_neighbours();
    look();
    return kinds;
}

} // namespace ct
