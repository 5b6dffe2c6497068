// SPDX-License-Identifier: GPL-2.0-or-later
// AES (FIPS 197), one block and CBC (NIST SP 800-38A).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ct::cipher {

constexpr std::size_t aes_block = 16;

struct AesKey {
    unsigned rounds = 0; // 10, 12 or 14
    std::array<std::uint32_t, 60> forward{};
    std::array<std::uint32_t, 60> backward{};
};

// size: 16, 24 or 32 bytes
void expand_key(AesKey &key, const std::uint8_t *bytes, std::size_t size);

// Of one block; of any number of them in a chain. to may be from.
void encrypt_block(const AesKey &key, std::uint8_t *to, const std::uint8_t *from);
void cbc_encrypt(const AesKey &key, const std::uint8_t *iv, std::uint8_t *to,
                 const std::uint8_t *from, std::size_t blocks);
void cbc_decrypt(const AesKey &key, const std::uint8_t *iv, std::uint8_t *to,
                 const std::uint8_t *from, std::size_t blocks);

} // namespace ct::cipher
