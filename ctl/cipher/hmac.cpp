// SPDX-License-Identifier: GPL-2.0-or-later
#include "cipher/hmac.h"

#include <array>

#include "cipher/word.h"

namespace ct::cipher {

namespace {

// before: bytes that state has taken in.
template <typename Hash>
void finish(typename Hash::State state, std::size_t before, const Message &message,
            std::uint8_t *digest)
{
    constexpr std::size_t block = Hash::block_size;
    constexpr std::size_t length_size = block / 8;
    const std::size_t whole = message.size / block;
    Hash::compress(state, message.bytes, whole);

    // The rest, the tail, a one bit, zeros and the length in bits (5.1).
    std::array<std::uint8_t, block> last{};
    std::size_t used = message.size - whole * block;
    copy_bytes(last.data(), message.bytes + whole * block, used);
    const auto put = [&](std::uint8_t byte) {
        last[used++] = byte;
        if (used == block) {
            Hash::compress(state, last.data(), 1);
            used = 0;
        }
    };
    for (std::size_t i = 0; i < message.tail_size; i++)
        put(message.tail[i]);
    put(0x80);
    while (used > block - length_size)
        put(0);
    while (used < block - 8)
        put(0);
    store_be64(last.data() + used,
               8 * std::uint64_t{before + message.size + message.tail_size});
    Hash::compress(state, last.data(), 1);

    for (std::size_t i = 0; i < state.size(); i++) {
        if constexpr (sizeof(typename Hash::Word) == 8)
            store_be64(digest + 8 * i, state[i]);
        else
            store_be32(digest + 4 * i, state[i]);
    }
}

} // namespace

template <typename Hash> void digest_of(const Message &message, std::uint8_t *digest)
{
    finish<Hash>(Hash::start, 0, message, digest);
}

template <typename Hash>
void expand_key(HmacKey<Hash> &key, const std::uint8_t *bytes, std::size_t size)
{
    std::array<std::uint8_t, Hash::block_size> pad{};
    if (size > pad.size())
        digest_of<Hash>({bytes, size, nullptr, 0}, pad.data());
    else
        copy_bytes(pad.data(), bytes, size);
    for (std::uint8_t &byte : pad)
        byte ^= 0x36;
    key.inner = Hash::start;
    Hash::compress(key.inner, pad.data(), 1);
    for (std::uint8_t &byte : pad)
        byte ^= 0x36 ^ 0x5c;
    key.outer = Hash::start;
    Hash::compress(key.outer, pad.data(), 1);
}

template <typename Hash>
void hmac_of(const HmacKey<Hash> &key, const Message &message, std::uint8_t *mac)
{
    std::array<std::uint8_t, Hash::digest_size> inner{};
    finish<Hash>(key.inner, Hash::block_size, message, inner.data());
    finish<Hash>(key.outer, Hash::block_size, {inner.data(), inner.size(), nullptr, 0}, mac);
}

template void digest_of<Sha1>(const Message &, std::uint8_t *);
template void digest_of<Sha256>(const Message &, std::uint8_t *);
template void digest_of<Sha512>(const Message &, std::uint8_t *);
template void expand_key<Sha1>(HmacKey<Sha1> &, const std::uint8_t *, std::size_t);
template void expand_key<Sha256>(HmacKey<Sha256> &, const std::uint8_t *, std::size_t);
template void expand_key<Sha512>(HmacKey<Sha512> &, const std::uint8_t *, std::size_t);
template void hmac_of<Sha1>(const HmacKey<Sha1> &, const Message &, std::uint8_t *);
template void hmac_of<Sha256>(const HmacKey<Sha256> &, const Message &, std::uint8_t *);
template void hmac_of<Sha512>(const HmacKey<Sha512> &, const Message &, std::uint8_t *);

} // namespace ct::cipher
