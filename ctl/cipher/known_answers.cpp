// SPDX-License-Identifier: GPL-2.0-or-later
#include "cipher/known_answers.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "cipher/aes.h"
#include "cipher/esp_cipher.h"
#include "cipher/gcm.h"
#include "cipher/hmac.h"

// C allows what is left out of an initialiser.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
extern "C" {
#include "reference/kat_vectors.h"
}
#pragma GCC diagnostic pop

namespace ct {

namespace cipher {

namespace {

using Octets = std::vector<std::uint8_t>;

constexpr unsigned chain_length = 1000; // NIST AESAVS, 6.4.1

Octets octets(const kat_bytes &bytes)
{
    return {bytes.data, bytes.data + bytes.len};
}

Octets from_hex(std::string_view digits)
{
    Octets bytes(digits.size() / 2);
    for (std::size_t i = 0; i < bytes.size(); i++)
        std::from_chars(digits.data() + 2 * i, digits.data() + 2 * i + 2, bytes[i], 16);
    return bytes;
}

bool aes_is_right(const kat_vector &v, unsigned times)
{
    AesKey key;
    expand_key(key, v.key.data, v.key.len);
    Octets block = octets(v.in);
    for (unsigned i = 0; i < times; i++)
        encrypt_block(key, block.data(), block.data());
    if (block != octets(v.out))
        return false;
    const std::array<std::uint8_t, aes_block> zero{};
    for (unsigned i = 0; i < times; i++)
        cbc_decrypt(key, zero.data(), block.data(), block.data(), 1);
    return block == octets(v.in);
}

bool cbc_is_right(const kat_vector &v)
{
    AesKey key;
    expand_key(key, v.key.data, v.key.len);
    Octets text = octets(v.in);
    cbc_encrypt(key, v.iv.data, text.data(), text.data(), text.size() / aes_block);
    if (text != octets(v.out))
        return false;
    cbc_decrypt(key, v.iv.data, text.data(), text.data(), text.size() / aes_block);
    return text == octets(v.in);
}

bool gcm_is_right(const kat_vector &v)
{
    GcmKey key;
    expand_key(key, v.key.data, v.key.len);
    Octets text = octets(v.in);
    const Octets tag = octets(v.tag);
    const GcmText input{v.iv.data,   v.aad.data,  v.aad.len,
                        text.data(), text.data(), text.size()};
    Octets got(aes_block);
    gcm_encrypt(key, input, got.data());
    if (text != octets(v.out) || got != tag)
        return false;
    gcm_tag(key, input, got.data());
    if (got != tag)
        return false;
    gcm_decrypt(key, input, got.data());
    return text == octets(v.in) && got == tag;
}

template <typename Hash> bool sha_is_right(const kat_vector &v)
{
    Octets digest(Hash::digest_size);
    digest_of<Hash>({v.in.data, v.in.len, nullptr, 0}, digest.data());
    return digest == octets(v.out);
}

template <typename Hash> bool hmac_is_right(const kat_vector &v)
{
    HmacKey<Hash> key;
    expand_key(key, v.key.data, v.key.len);
    Octets mac(Hash::digest_size);
    hmac_of<Hash>(key, {v.in.data, v.in.len, nullptr, 0}, mac.data());
    return mac == octets(v.out);
}

template <typename Hash> bool hash_is_right(const kat_vector &v)
{
    return v.kind == KAT_SHA ? sha_is_right<Hash>(v) : hmac_is_right<Hash>(v);
}

bool answer_is_right(const kat_vector &v)
{
    switch (v.kind) {
    case KAT_AES:
        return aes_is_right(v, 1);
    case KAT_AES_CHAIN:
        return aes_is_right(v, chain_length);
    case KAT_CBC:
        return cbc_is_right(v);
    case KAT_CTR: // alone it is in no ESP of ours; that of GCM is tested with it
        return true;
    case KAT_GCM:
        return gcm_is_right(v);
    case KAT_SHA:
    case KAT_HMAC:
        switch (v.sha) {
        case YT_SHA1:
            return hash_is_right<Sha1>(v);
        case YT_SHA256:
            return hash_is_right<Sha256>(v);
        case YT_SHA512:
            return hash_is_right<Sha512>(v);
        }
    }
    return false;
}

bool packet_is_right(const KnownPacket &known)
{
    SaKeys keys;
    keys.suite = known.suite;
    keys.key = from_hex(known.key);
    keys.salt = from_hex(known.salt);
    keys.auth_key = from_hex(known.auth_key);
    keys.icv_len = known.icv_len;
    keys.esn = known.esn;
    const auto cipher = EspCipher::make(keys);
    if (!cipher)
        return false;

    const Octets packet = from_hex(known.packet);
    const Octets text = from_hex(known.text);
    Octets opened(text.size());
    if (!cipher->fits(packet.size()) || !cipher->open(packet, known.high, opened) ||
        opened != text)
        return false;

    Octets sealed = packet;
    std::ranges::copy(text, sealed.begin() + static_cast<std::ptrdiff_t>(cipher->head_size()));
    std::fill_n(sealed.rbegin(), cipher->icv_size(), std::uint8_t{0});
    cipher->seal(sealed, known.high);
    if (sealed != packet)
        return false;
    sealed.back() ^= 1U;
    return !cipher->open(sealed, known.high, opened);
}

std::optional<std::string> first_wrong()
{
    for (const kat_vector &vector : kat_vectors) {
        if (!answer_is_right(vector))
            return vector.name;
    }
    for (const KnownPacket &known : known_packets) {
        if (!packet_is_right(known))
            return std::string(known.name);
    }
    return std::nullopt;
}

} // namespace
} // namespace cipher

Result<void> proven_cipher(const std::string &what)
{
    static const std::optional<std::string> wrong = cipher::first_wrong();
    if (!wrong)
        return {};
    return failure(ErrorKind::Unsupported, what,
                   fmt::format("the reference fails \"{}\" on this machine", *wrong),
                   "do not trust this machine with anything");
}

} // namespace ct
