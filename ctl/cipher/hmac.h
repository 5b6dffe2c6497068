// SPDX-License-Identifier: GPL-2.0-or-later
// Digests (FIPS 180-4) and HMAC (RFC 2104) of a message in one piece with a short tail behind:
// the packet, and the upper half of its sequence number. Of Sha1, Sha256 and Sha512.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cipher/sha.h"

namespace ct::cipher {

struct Message {
    const std::uint8_t *bytes = nullptr;
    std::size_t size = 0;
    const std::uint8_t *tail = nullptr;
    std::size_t tail_size = 0; // at most 8
};

// Writes Hash::digest_size bytes.
template <typename Hash> void digest_of(const Message &message, std::uint8_t *digest);

// The states that have taken in the padded key.
template <typename Hash> struct HmacKey {
    typename Hash::State inner{};
    typename Hash::State outer{};
};

// A key longer than a block is hashed first.
template <typename Hash>
void expand_key(HmacKey<Hash> &key, const std::uint8_t *bytes, std::size_t size);
// Writes Hash::digest_size bytes.
template <typename Hash>
void hmac_of(const HmacKey<Hash> &key, const Message &message, std::uint8_t *mac);

} // namespace ct::cipher
