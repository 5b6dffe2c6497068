// SPDX-License-Identifier: GPL-2.0-or-later
// Look-up tables of AES (FIPS 197), made by the compiler from the field's arithmetic, and the
// rounds by them. A column is a word with its first byte lowest, as it lies in memory.
#pragma once

#include <array>
#include <cstdint>

#include "cipher/word.h"

namespace ct::cipher {

using AesTable = std::array<std::uint32_t, 256>;

// For a byte in each of the four rows: what it adds to its column.
struct AesTables {
    std::array<AesTable, 4> mixed; // S-box, then MixColumns
    std::array<AesTable, 4> plain; // S-box alone: the last round
};

extern const AesTables aes_forward;
extern const AesTables aes_backward; // of the equivalent inverse cipher (5.3.5)
extern const std::array<std::uint8_t, 256> aes_sbox;

struct AesState {
    std::uint32_t a = 0, b = 0, c = 0, d = 0; // columns
};

[[gnu::always_inline]] inline AesState load_state(const std::uint8_t *from)
{
    return {load_le32(from), load_le32(from + 4), load_le32(from + 8), load_le32(from + 12)};
}

[[gnu::always_inline]] inline void store_state(std::uint8_t *to, AesState state)
{
    store_le32(to, state.a);
    store_le32(to + 4, state.b);
    store_le32(to + 8, state.c);
    store_le32(to + 12, state.d);
}

[[gnu::always_inline]] inline AesState operator^(AesState one, AesState other)
{
    return {one.a ^ other.a, one.b ^ other.b, one.c ^ other.c, one.d ^ other.d};
}

// AddRoundKey
[[gnu::always_inline]] inline AesState add_key(AesState state, const std::uint32_t *key)
{
    return {state.a ^ key[0], state.b ^ key[1], state.c ^ key[2], state.d ^ key[3]};
}

// The columns that ShiftRows brings together, by row.
[[gnu::always_inline]] inline std::uint32_t aes_column(const std::array<AesTable, 4> &tables,
                                                       std::uint32_t row0, std::uint32_t row1,
                                                       std::uint32_t row2, std::uint32_t row3)
{
    return tables[0][byte_of<0>(row0)] ^ tables[1][byte_of<1>(row1)] ^
           tables[2][byte_of<2>(row2)] ^ tables[3][byte_of<3>(row3)];
}

[[gnu::always_inline]] inline AesState forward_round(const std::array<AesTable, 4> &tables,
                                                     AesState s, const std::uint32_t *key)
{
    return {aes_column(tables, s.a, s.b, s.c, s.d) ^ key[0],
            aes_column(tables, s.b, s.c, s.d, s.a) ^ key[1],
            aes_column(tables, s.c, s.d, s.a, s.b) ^ key[2],
            aes_column(tables, s.d, s.a, s.b, s.c) ^ key[3]};
}

[[gnu::always_inline]] inline AesState backward_round(const std::array<AesTable, 4> &tables,
                                                      AesState s, const std::uint32_t *key)
{
    return {aes_column(tables, s.a, s.d, s.c, s.b) ^ key[0],
            aes_column(tables, s.b, s.a, s.d, s.c) ^ key[1],
            aes_column(tables, s.c, s.b, s.a, s.d) ^ key[2],
            aes_column(tables, s.d, s.c, s.b, s.a) ^ key[3]};
}

} // namespace ct::cipher
