// SPDX-License-Identifier: GPL-2.0-or-later
#include "cipher/aes_tables.h"

#include <bit>

namespace ct::cipher {

namespace {

using Bytes = std::array<std::uint8_t, 256>;

// Powers of the generator x + 1 and their exponents: a product is a sum of exponents.
struct Field {
    Bytes power{};
    Bytes exponent{};

    constexpr Field()
    {
        unsigned value = 1;
        for (unsigned i = 0; i < 255; i++) {
            power[i] = static_cast<std::uint8_t>(value);
            exponent[value] = static_cast<std::uint8_t>(i);
            value ^= value << 1U;
            if (value > 0xff)
                value ^= 0x11bU; // x^8 + x^4 + x^3 + x + 1
        }
    }

    [[nodiscard]] constexpr unsigned product(unsigned one, unsigned other) const
    {
        if (one == 0 || other == 0)
            return 0;
        return power[(exponent[one] + exponent[other]) % 255U];
    }

    [[nodiscard]] constexpr unsigned inverse(unsigned value) const
    {
        return value == 0 ? 0 : power[(255U - exponent[value]) % 255U];
    }
};

constexpr Field field;

// 5.1.1
constexpr Bytes make_sbox()
{
    Bytes box{};
    for (unsigned i = 0; i < 256; i++) {
        const auto b = static_cast<std::uint8_t>(field.inverse(i));
        box[i] = static_cast<std::uint8_t>(b ^ std::rotl(b, 1) ^ std::rotl(b, 2) ^
                                           std::rotl(b, 3) ^ std::rotl(b, 4) ^ 0x63);
    }
    return box;
}

constexpr Bytes sbox = make_sbox();

constexpr Bytes make_inverse_sbox()
{
    Bytes box{};
    for (unsigned i = 0; i < 256; i++)
        box[sbox[i]] = static_cast<std::uint8_t>(i);
    return box;
}

// column: the first of the matrix that MixColumns multiplies by (5.1.3, 5.3.3).
constexpr AesTables make_tables(const Bytes &box, std::array<unsigned, 4> column)
{
    AesTables tables{};
    for (unsigned i = 0; i < 256; i++) {
        std::uint32_t mixed = 0;
        for (unsigned row = 0; row < 4; row++)
            mixed |= static_cast<std::uint32_t>(field.product(column[row], box[i]))
                     << (8 * row);
        for (unsigned row = 0; row < 4; row++) {
            tables.mixed[row][i] = std::rotl(mixed, static_cast<int>(8 * row));
            tables.plain[row][i] = static_cast<std::uint32_t>(box[i]) << (8 * row);
        }
    }
    return tables;
}

} // namespace

alignas(64) extern constexpr AesTables aes_forward = make_tables(sbox, {2, 1, 1, 3});
alignas(64) extern constexpr AesTables aes_backward = make_tables(make_inverse_sbox(),
                                                                  {14, 9, 13, 11});
constexpr Bytes aes_sbox = sbox;

} // namespace ct::cipher
