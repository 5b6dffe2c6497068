// SPDX-License-Identifier: GPL-2.0-or-later
#include "damage/rounds.h"

#include <algorithm>
#include <bit>

namespace ct {

namespace {

constexpr unsigned few_bits_max = 8;
constexpr unsigned part_max = block_size / 2; // bytes

// An AES of one or two rounds whose other keys are zero is what the instructions do.
yt_aes bare(unsigned rounds)
{
    yt_aes aes{};
    aes.rounds = rounds;
    return aes;
}

Block aesenclast(const Block &state)
{
    static const yt_aes one = bare(1);
    return encrypted(one, state);
}

Block aesdeclast(const Block &state)
{
    static const yt_aes one = bare(1);
    return decrypted(one, state);
}

// A round without its key.
Block aesenc(const Block &state)
{
    static const yt_aes two = bare(2);
    return aesdeclast(encrypted(two, state));
}

Block aesdec(const Block &state)
{
    static const yt_aes two = bare(2);
    return aesenclast(decrypted(two, state));
}

// MixColumns and its inverse alone: the other steps of the round are undone before.
Block mixed(const Block &state)
{
    return aesenc(aesdeclast(state));
}

Block unmixed(const Block &state)
{
    return aesdec(aesenclast(state));
}

} // namespace

Block encrypted(const yt_aes &aes, const Block &block)
{
    Block out{};
    yt_aes_encrypt(&aes, out.data(), block.data());
    return out;
}

Block decrypted(const yt_aes &aes, const Block &block)
{
    Block out{};
    yt_aes_decrypt(&aes, out.data(), block.data());
    return out;
}

Block round_key(const yt_aes &aes, Way way, unsigned round)
{
    constexpr std::size_t columns = 4;
    const std::uint32_t *const words =
        (way == Way::Encrypt ? aes.enc : aes.dec) + columns * round;
    Block key{};
    for (std::size_t word = 0; word < columns; ++word)
        put_unaligned_be32(words[word], key.data() + columns * word);
    return key;
}

Chain undo_rounds(const yt_aes &aes, Way way, const Block &output)
{
    Chain chain(aes.rounds + 1);
    chain[aes.rounds] = output;
    for (unsigned round = aes.rounds; round > 0; --round) {
        const Block sum = chain[round] ^ round_key(aes, way, round);
        const bool last = round == aes.rounds; // which does not mix
        if (way == Way::Encrypt)
            chain[round - 1] = aesdeclast(last ? sum : unmixed(sum));
        else
            chain[round - 1] = aesenclast(last ? sum : mixed(sum));
    }
    return chain;
}

Block finish_rounds(const yt_aes &aes, Way way, Block state, unsigned rounds)
{
    for (unsigned round = rounds + 1; round <= aes.rounds; ++round) {
        const bool last = round == aes.rounds;
        if (way == Way::Encrypt)
            state = last ? aesenclast(state) : aesenc(state);
        else
            state = last ? aesdeclast(state) : aesdec(state);
        state = state ^ round_key(aes, way, round);
    }
    return state;
}

unsigned bits_of(const Block &difference)
{
    unsigned bits = 0;
    for (const std::uint8_t byte : difference)
        bits += static_cast<unsigned>(std::popcount(byte));
    return bits;
}

EntryPoint find_entry(const Chain &expected, const Chain &actual)
{
    EntryPoint entry;
    entry.bits = block_size * 8 + 1;
    for (unsigned round = 0; round < std::min(expected.size(), actual.size()); ++round) {
        const Block difference = expected[round] ^ actual[round];
        const unsigned bits = bits_of(difference);
        if (bits >= entry.bits)
            continue;
        entry.round = round;
        entry.bits = bits;
        entry.bytes = static_cast<unsigned>(
            block_size - static_cast<std::size_t>(std::count(
                             difference.begin(), difference.end(), std::uint8_t{0})));
        entry.byte = 0;
        while (entry.byte + 1 < block_size && difference[entry.byte] == 0)
            ++entry.byte;
        entry.bit = static_cast<unsigned>(std::countr_zero(difference[entry.byte])) % 8;
    }
    entry.extent = entry.bits <= few_bits_max ? Extent::FewBits
                   : entry.bytes <= part_max  ? Extent::Part
                                              : Extent::Whole;
    return entry;
}

} // namespace ct
