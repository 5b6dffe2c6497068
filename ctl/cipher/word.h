// SPDX-License-Identifier: GPL-2.0-or-later
// Words in memory at any alignment, and bytes of words. Copies of a fixed size alone: libc's
// memcpy() moves longer ones by vector registers, which this room does without.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace ct::cipher {

static_assert(std::endian::native == std::endian::little);

inline std::uint32_t load_le32(const std::uint8_t *from)
{
    std::uint32_t word = 0;
    __builtin_memcpy(&word, from, sizeof(word));
    return word;
}

inline std::uint32_t load_be32(const std::uint8_t *from)
{
    return __builtin_bswap32(load_le32(from));
}

inline std::uint64_t load_be64(const std::uint8_t *from)
{
    std::uint64_t word = 0;
    __builtin_memcpy(&word, from, sizeof(word));
    return __builtin_bswap64(word);
}

inline void store_le32(std::uint8_t *to, std::uint32_t word)
{
    __builtin_memcpy(to, &word, sizeof(word));
}

inline void store_be32(std::uint8_t *to, std::uint32_t word)
{
    store_le32(to, __builtin_bswap32(word));
}

inline void store_be64(std::uint8_t *to, std::uint64_t word)
{
    word = __builtin_bswap64(word);
    __builtin_memcpy(to, &word, sizeof(word));
}

// Byte of that number, the lowest first.
template <unsigned Number, typename Word> std::uint32_t byte_of(Word word)
{
    return static_cast<std::uint32_t>((word >> (8 * Number)) & 0xffU);
}

// Of short pieces; the compiler is told not to make a call of it.
inline void copy_bytes(std::uint8_t *to, const std::uint8_t *from, std::size_t size)
{
    for (std::size_t i = 0; i < size; i++)
        to[i] = from[i];
}

inline bool same_bytes(const std::uint8_t *one, const std::uint8_t *other, std::size_t size)
{
    unsigned difference = 0;
    for (std::size_t i = 0; i < size; i++)
        difference |= static_cast<unsigned>(one[i] ^ other[i]);
    return difference == 0;
}

} // namespace ct::cipher
