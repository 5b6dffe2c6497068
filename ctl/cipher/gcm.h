// SPDX-License-Identifier: GPL-2.0-or-later
// GCM (NIST SP 800-38D) with an IV of 96 bits, as ESP has it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "cipher/aes.h"

namespace ct::cipher {

// Multiples of the hash key by each byte in the first place of each word of a block: upper and
// lower 64 bits of the element. The other three places of a word are shifts.
struct GhashTables {
    std::array<std::array<std::uint64_t, 256>, 4> high;
    std::array<std::array<std::uint64_t, 256>, 4> low;
};

// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): filled at once by whoever makes one
struct GcmKey {
    AesKey aes;
    GhashTables ghash;
};

struct GcmText {
    const std::uint8_t *iv; // 12 bytes
    const std::uint8_t *aad;
    std::size_t aad_size;
    std::uint8_t *to; // may be from
    const std::uint8_t *from;
    std::size_t size;
};

// size: 16, 24 or 32 bytes
void expand_key(GcmKey &key, const std::uint8_t *bytes, std::size_t size);
// tag: 16 bytes
void gcm_encrypt(const GcmKey &key, const GcmText &text, std::uint8_t *tag);
void gcm_decrypt(const GcmKey &key, const GcmText &text, std::uint8_t *tag);
// The tag alone; text.from is ciphertext, text.to is not looked at.
void gcm_tag(const GcmKey &key, const GcmText &text, std::uint8_t *tag);

} // namespace ct::cipher
