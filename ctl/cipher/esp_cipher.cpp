// SPDX-License-Identifier: GPL-2.0-or-later
#include "cipher/esp_cipher.h"

#include <array>
#include <utility>
#include <variant>

#include "cipher/aes.h"
#include "cipher/gcm.h"
#include "cipher/hmac.h"
#include "cipher/word.h"

namespace ct {

namespace cipher {

// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): filled at once by whoever makes one
struct GcmSa {
    GcmKey key;
    std::array<std::uint8_t, 4> salt;
};

template <typename Hash> struct CbcSa {
    AesKey aes;
    HmacKey<Hash> hmac;
};

using AnySa = std::variant<GcmSa, CbcSa<Sha1>, CbcSa<Sha256>, CbcSa<Sha512>>;

namespace {

constexpr std::size_t esp_header = 8; // SPI, sequence number
constexpr std::size_t most_tag = 64;

using Tag = std::array<std::uint8_t, most_tag>;

// Nonce and associated data of RFC 4106, 4 and 5.
class GcmInput {
public:
    GcmInput(const GcmSa &sa, const std::uint8_t *packet, std::uint32_t high, bool esn)
    {
        copy_bytes(nonce_.data(), sa.salt.data(), 4);
        copy_bytes(nonce_.data() + 4, packet + esp_header, 8);
        copy_bytes(aad_.data(), packet, 4);
        if (esn) {
            store_be32(aad_.data() + 4, high);
            aad_size_ = 12;
        }
        copy_bytes(aad_.data() + aad_size_ - 4, packet + 4, 4);
    }

    [[nodiscard]] GcmText text(std::uint8_t *to, const std::uint8_t *from,
                               std::size_t size) const
    {
        return {nonce_.data(), aad_.data(), aad_size_, to, from, size};
    }

private:
    std::array<std::uint8_t, 12> nonce_{};
    std::array<std::uint8_t, 12> aad_{};
    std::size_t aad_size_ = esp_header;
};

// RFC 4303, 2.2.1: the upper half of the sequence number counts as if it stood behind the text.
template <typename Hash>
void hmac_icv(const CbcSa<Hash> &sa, const std::uint8_t *packet, std::size_t size,
              std::uint32_t high, bool esn, Tag &tag)
{
    std::array<std::uint8_t, 4> upper{};
    store_be32(upper.data(), high);
    hmac_of<Hash>(sa.hmac, {packet, size, upper.data(), esn ? upper.size() : 0}, tag.data());
}

template <typename Hash> void expand_cbc(AnySa &sa, const SaKeys &keys)
{
    auto &cbc = sa.emplace<CbcSa<Hash>>();
    expand_key(cbc.aes, keys.key.data(), keys.key.size());
    expand_key(cbc.hmac, keys.auth_key.data(), keys.auth_key.size());
}

void expand_gcm(AnySa &sa, const SaKeys &keys)
{
    auto &gcm = sa.emplace<GcmSa>();
    expand_key(gcm.key, keys.key.data(), keys.key.size());
    copy_bytes(gcm.salt.data(), keys.salt.data(), gcm.salt.size());
}

void expand(AnySa &sa, const SaKeys &keys)
{
    switch (keys.suite) {
    case Suite::Gcm:
        return expand_gcm(sa, keys);
    case Suite::CbcSha1:
        return expand_cbc<Sha1>(sa, keys);
    case Suite::CbcSha256:
        return expand_cbc<Sha256>(sa, keys);
    case Suite::CbcSha512:
        return expand_cbc<Sha512>(sa, keys);
    }
}

} // namespace
} // namespace cipher

struct EspCipher::Keys {
    cipher::AnySa sa;
    std::size_t head = 0;
    std::size_t icv = 0;
    bool esn = false;
    bool whole_blocks = false;
};

EspCipher::EspCipher(std::unique_ptr<Keys> keys) : keys_(std::move(keys)) {}
EspCipher::EspCipher(EspCipher &&) noexcept = default;
EspCipher &EspCipher::operator=(EspCipher &&) noexcept = default;
EspCipher::~EspCipher() = default;

Result<EspCipher> EspCipher::make(const SaKeys &keys)
{
    if (auto checked = check_keys(keys); !checked)
        return Failure(checked.error());
    auto expanded = std::make_unique<Keys>();
    cipher::expand(expanded->sa, keys);
    expanded->head = cipher::esp_header + iv_length(keys.suite);
    expanded->icv = keys.icv_len;
    expanded->esn = keys.esn;
    expanded->whole_blocks = keys.suite != Suite::Gcm;
    return EspCipher(std::move(expanded));
}

std::size_t EspCipher::head_size() const
{
    return keys_->head;
}

std::size_t EspCipher::icv_size() const
{
    return keys_->icv;
}

bool EspCipher::fits(std::size_t packet_size) const
{
    const std::size_t least = keys_->head + keys_->icv;
    if (packet_size < least)
        return false;
    return !keys_->whole_blocks || (packet_size - least) % cipher::aes_block == 0;
}

bool EspCipher::open(std::span<const std::uint8_t> packet, std::uint32_t high,
                     std::span<std::uint8_t> text) const
{
    const Keys &keys = *keys_;
    const std::size_t covered = packet.size() - keys.icv;
    const std::size_t size = covered - keys.head;
    const std::uint8_t *bytes = packet.data();
    cipher::Tag tag{};
    if (const auto *gcm = std::get_if<cipher::GcmSa>(&keys.sa)) {
        const cipher::GcmInput input(*gcm, bytes, high, keys.esn);
        cipher::gcm_decrypt(gcm->key, input.text(text.data(), bytes + keys.head, size),
                            tag.data());
    } else {
        // The ICV first: text may lie where the packet does.
        icv_over(packet, high, std::span(tag).first(keys.icv));
    }
    const bool right = cipher::same_bytes(tag.data(), bytes + covered, keys.icv);
    std::visit(
        [&](const auto &sa) {
            if constexpr (requires { sa.aes; })
                cipher::cbc_decrypt(sa.aes, bytes + cipher::esp_header, text.data(),
                                    bytes + keys.head, size / cipher::aes_block);
        },
        keys.sa);
    return right;
}

void EspCipher::seal(std::span<std::uint8_t> packet, std::uint32_t high) const
{
    const Keys &keys = *keys_;
    const std::size_t covered = packet.size() - keys.icv;
    const std::size_t size = covered - keys.head;
    std::uint8_t *text = packet.data() + keys.head;
    const std::span<std::uint8_t> icv = packet.subspan(covered);
    if (const auto *gcm = std::get_if<cipher::GcmSa>(&keys.sa)) {
        cipher::Tag tag{};
        const cipher::GcmInput input(*gcm, packet.data(), high, keys.esn);
        cipher::gcm_encrypt(gcm->key, input.text(text, text, size), tag.data());
        cipher::copy_bytes(icv.data(), tag.data(), icv.size());
        return;
    }
    std::visit(
        [&](const auto &sa) {
            if constexpr (requires { sa.aes; })
                cipher::cbc_encrypt(sa.aes, packet.data() + cipher::esp_header, text, text,
                                    size / cipher::aes_block);
        },
        keys.sa);
    icv_over(packet, high, icv);
}

void EspCipher::icv_over(std::span<const std::uint8_t> packet, std::uint32_t high,
                         std::span<std::uint8_t> icv) const
{
    const Keys &keys = *keys_;
    const std::size_t covered = packet.size() - keys.icv;
    cipher::Tag tag{};
    std::visit(
        [&](const auto &sa) {
            if constexpr (requires { sa.hmac; }) {
                cipher::hmac_icv(sa, packet.data(), covered, high, keys.esn, tag);
            } else {
                const cipher::GcmInput input(sa, packet.data(), high, keys.esn);
                cipher::gcm_tag(
                    sa.key, input.text(nullptr, packet.data() + keys.head, covered - keys.head),
                    tag.data());
            }
        },
        keys.sa);
    cipher::copy_bytes(icv.data(), tag.data(), keys.icv);
}

} // namespace ct
