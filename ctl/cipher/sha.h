// SPDX-License-Identifier: GPL-2.0-or-later
// The compression functions of SHA-1, SHA-256 and SHA-512 (FIPS 180-4).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ct::cipher {

struct Sha1 {
    using Word = std::uint32_t;
    using State = std::array<Word, 5>;
    static constexpr std::size_t block_size = 64;
    static constexpr std::size_t digest_size = 20;
    static const State start;
    static void compress(State &state, const std::uint8_t *from, std::size_t blocks);
};

struct Sha256 {
    using Word = std::uint32_t;
    using State = std::array<Word, 8>;
    static constexpr std::size_t block_size = 64;
    static constexpr std::size_t digest_size = 32;
    static const State start;
    static void compress(State &state, const std::uint8_t *from, std::size_t blocks);
};

struct Sha512 {
    using Word = std::uint64_t;
    using State = std::array<Word, 8>;
    static constexpr std::size_t block_size = 128;
    static constexpr std::size_t digest_size = 64;
    static const State start;
    static void compress(State &state, const std::uint8_t *from, std::size_t blocks);
};

} // namespace ct::cipher
