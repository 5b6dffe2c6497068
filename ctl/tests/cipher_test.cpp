// SPDX-License-Identifier: GPL-2.0-or-later
// The program's own cipher for ESP, against published vectors, the module's reference and
// libcrypto.
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "cipher/esp_cipher.h"

extern "C" {
#include "reference/hmac.h"
#include "reference/kat.h"
#include "reference/modes.h"
}

namespace {

using EspBytes = std::vector<std::uint8_t>;

struct Form {
    ct::Suite suite;
    unsigned icv;
};

constexpr std::array<Form, 7> forms = {{
    {ct::Suite::Gcm, 8},
    {ct::Suite::Gcm, 12},
    {ct::Suite::Gcm, 16},
    {ct::Suite::CbcSha1, 12},
    {ct::Suite::CbcSha256, 12},
    {ct::Suite::CbcSha256, 16},
    {ct::Suite::CbcSha512, 32},
}};

class EspRandom {
public:
    explicit EspRandom(unsigned seed) : engine_(seed) {}

    EspBytes bytes(std::size_t size)
    {
        EspBytes out(size);
        for (auto &byte : out)
            byte = static_cast<std::uint8_t>(engine_());
        return out;
    }
    std::uint32_t word() { return static_cast<std::uint32_t>(engine_()); }
    std::size_t below(std::size_t limit) { return engine_() % limit; }

private:
    std::mt19937 engine_;
};

// Every form with every size of key, with and without ESN.
std::vector<ct::SaKeys> all_keys(std::uint64_t number = 0)
{
    std::vector<ct::SaKeys> all;
    for (const Form &form : forms) {
        for (const unsigned size : {16U, 24U, 32U}) {
            for (const bool esn : {false, true})
                all.push_back(ct::make_keys(form.suite, size, form.icv, esn, 1, number));
        }
    }
    return all;
}

ct::EspCipher cipher_of(const ct::SaKeys &keys)
{
    auto made = ct::EspCipher::make(keys);
    EXPECT_TRUE(made) << made.error().sentence();
    return std::move(*made);
}

std::size_t step_of(const ct::SaKeys &keys)
{
    return keys.suite == ct::Suite::Gcm ? 1 : 16;
}

// What has to be on the wire, by the module's reference.
EspBytes sealed_by_reference(const ct::SaKeys &keys, EspBytes packet, std::uint32_t high)
{
    const std::size_t head = 8 + ct::iv_length(keys.suite);
    const std::size_t covered = packet.size() - keys.icv_len;
    std::uint8_t *text = packet.data() + head;
    std::array<std::uint8_t, 4> upper{};
    put_unaligned_be32(high, upper.data());
    std::array<std::uint8_t, YT_SHA_MAX_DIGEST> tag{};
    if (keys.suite == ct::Suite::Gcm) {
        yt_gcm gcm;
        EXPECT_EQ(0,
                  yt_gcm_setkey(&gcm, keys.key.data(), static_cast<unsigned>(keys.key.size())));
        EspBytes iv = keys.salt;
        iv.insert(iv.end(), packet.begin() + 8, packet.begin() + 16);
        EspBytes aad(packet.begin(), packet.begin() + 8);
        if (keys.esn)
            aad.insert(aad.begin() + 4, upper.begin(), upper.end());
        yt_gcm_encrypt(&gcm, iv.data(), aad.data(), aad.size(), text, text, covered - head,
                       tag.data());
    } else {
        yt_aes aes;
        EXPECT_EQ(0,
                  yt_aes_setkey(&aes, keys.key.data(), static_cast<unsigned>(keys.key.size())));
        EspBytes iv(packet.begin() + 8, packet.begin() + 24);
        yt_cbc_encrypt(&aes, iv.data(), text, text, covered - head);
        const yt_sha_type type = keys.suite == ct::Suite::CbcSha1     ? YT_SHA1
                                 : keys.suite == ct::Suite::CbcSha256 ? YT_SHA256
                                                                      : YT_SHA512;
        yt_hmac hmac;
        yt_hmac_init(&hmac, type, keys.auth_key.data(), keys.auth_key.size());
        yt_hmac_update(&hmac, packet.data(), covered);
        yt_hmac_update(&hmac, upper.data(), keys.esn ? 4 : 0);
        yt_hmac_final(&hmac, tag.data());
    }
    std::copy_n(tag.begin(), keys.icv_len, packet.data() + covered);
    return packet;
}

// The same by libcrypto.
EspBytes sealed_by_libcrypto(const ct::SaKeys &keys, EspBytes packet, std::uint32_t high)
{
    const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
        EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    const bool gcm = keys.suite == ct::Suite::Gcm;
    const std::string name =
        "AES-" + std::to_string(8 * keys.key.size()) + (gcm ? "-GCM" : "-CBC");
    const std::size_t head = 8 + ct::iv_length(keys.suite);
    const std::size_t covered = packet.size() - keys.icv_len;
    const int size = static_cast<int>(covered - head);
    std::uint8_t *text = packet.data() + head;
    const EspBytes upper = {
        static_cast<std::uint8_t>(high >> 24), static_cast<std::uint8_t>(high >> 16),
        static_cast<std::uint8_t>(high >> 8), static_cast<std::uint8_t>(high)};
    EspBytes iv = keys.salt;
    iv.insert(iv.end(), packet.begin() + 8, packet.begin() + static_cast<int>(head));
    EXPECT_EQ(1, EVP_EncryptInit_ex(context.get(), EVP_get_cipherbyname(name.c_str()), nullptr,
                                    keys.key.data(), iv.data()));
    EXPECT_EQ(1, EVP_CIPHER_CTX_set_padding(context.get(), 0));
    int done = 0;
    EspBytes tag(EVP_MAX_MD_SIZE);
    if (gcm) {
        EspBytes aad(packet.begin(), packet.begin() + 8);
        if (keys.esn)
            aad.insert(aad.begin() + 4, upper.begin(), upper.end());
        EXPECT_EQ(1, EVP_EncryptUpdate(context.get(), nullptr, &done, aad.data(),
                                       static_cast<int>(aad.size())));
    }
    EXPECT_EQ(1, EVP_EncryptUpdate(context.get(), text, &done, text, size));
    if (gcm) {
        EXPECT_EQ(1, EVP_EncryptFinal_ex(context.get(), text + size, &done));
        EXPECT_EQ(1, EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, 16, tag.data()));
    } else {
        EspBytes message(packet.begin(), packet.begin() + static_cast<int>(covered));
        if (keys.esn)
            message.insert(message.end(), upper.begin(), upper.end());
        const char *hash = keys.suite == ct::Suite::CbcSha1     ? "SHA1"
                           : keys.suite == ct::Suite::CbcSha256 ? "SHA256"
                                                                : "SHA512";
        unsigned length = 0;
        EXPECT_NE(nullptr, HMAC(EVP_get_digestbyname(hash), keys.auth_key.data(),
                                static_cast<int>(keys.auth_key.size()), message.data(),
                                message.size(), tag.data(), &length));
    }
    std::copy_n(tag.begin(), keys.icv_len, packet.begin() + static_cast<int>(covered));
    return packet;
}

class EspCipherTest : public testing::Test {
protected:
    static void SetUpTestSuite()
    {
        const char *failed = nullptr;
        ASSERT_EQ(0, yt_reference_check(&failed)) << failed;
    }
};

TEST_F(EspCipherTest, GivesThePublishedAnswers)
{
    EXPECT_TRUE(ct::proven_cipher("cannot judge").has_value());
}

// Every length of text, then long ones, that of more than 256 counters among them.
TEST_F(EspCipherTest, SealsAsTheModulesReferenceAndLibcrypto)
{
    EspRandom random(1);
    for (std::uint64_t number = 0; number < 4; number++) {
        for (const ct::SaKeys &keys : all_keys(number)) {
            const ct::EspCipher cipher = cipher_of(keys);
            const std::size_t step = step_of(keys);
            for (std::size_t pass = 0; pass < 80; pass++) {
                std::size_t size = pass < 72 ? 72 * number + pass : random.below(9000);
                if (step == 16)
                    size = 16 * (pass < 72 ? pass / 4 + 18 * number : random.below(560));
                EspBytes packet = random.bytes(cipher.head_size() + size + cipher.icv_size());
                const std::uint32_t high = random.word();
                ASSERT_TRUE(cipher.fits(packet.size()));
                const EspBytes expected = sealed_by_reference(keys, packet, high);
                const EspBytes plain(packet.begin() + static_cast<int>(cipher.head_size()),
                                     packet.end() - keys.icv_len);

                EspBytes sealed = packet;
                cipher.seal(sealed, high);
                ASSERT_EQ(expected, sealed) << ct::suite_text(keys) << ", " << size;
                if (pass % 4 == 0) {
                    ASSERT_EQ(expected, sealed_by_libcrypto(keys, packet, high))
                        << ct::suite_text(keys) << ", " << size;
                }

                EspBytes text(size);
                ASSERT_TRUE(cipher.open(sealed, high, text)) << ct::suite_text(keys);
                ASSERT_EQ(plain, text) << ct::suite_text(keys) << ", " << size;
                // What nobody sealed is opened as well.
                ASSERT_FALSE(cipher.open(packet, high, text));
                EspBytes icv(keys.icv_len);
                cipher.icv_over(packet, high, icv);
                std::ranges::copy(icv, packet.end() - keys.icv_len);
                EspBytes other(size);
                ASSERT_TRUE(cipher.open(packet, high, other)) << ct::suite_text(keys);
                ASSERT_EQ(text, other);
            }
        }
    }
}

TEST_F(EspCipherTest, NoticesEveryBitOfAPacket)
{
    EspRandom random(2);
    for (const ct::SaKeys &keys : all_keys()) {
        const ct::EspCipher cipher = cipher_of(keys);
        EspBytes packet = random.bytes(cipher.head_size() + 32 + cipher.icv_size());
        cipher.seal(packet, 7);
        EspBytes text(32);
        for (std::size_t bit = 0; bit < 8 * packet.size(); bit++) {
            packet[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
            ASSERT_FALSE(cipher.open(packet, 7, text)) << ct::suite_text(keys) << ", " << bit;
            packet[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        }
        ASSERT_TRUE(cipher.open(packet, 7, text));
    }
}

TEST_F(EspCipherTest, UpperHalfCountsWithEsnAlone)
{
    EspRandom random(3);
    for (const ct::SaKeys &keys : all_keys()) {
        const ct::EspCipher cipher = cipher_of(keys);
        EspBytes packet = random.bytes(cipher.head_size() + 48 + cipher.icv_size());
        cipher.seal(packet, 0x80000001);
        EspBytes text(48);
        for (unsigned bit = 0; bit < 32; bit++)
            ASSERT_EQ(!keys.esn, cipher.open(packet, 0x80000001 ^ 1U << bit, text))
                << ct::suite_text(keys) << ", " << bit;
    }
}

TEST_F(EspCipherTest, TakesAnyAlignmentAndWritesNothingElse)
{
    EspRandom random(4);
    for (const ct::SaKeys &keys : all_keys()) {
        const ct::EspCipher cipher = cipher_of(keys);
        const std::size_t size = 10 * step_of(keys) + (step_of(keys) == 1 ? 91 : 0);
        const EspBytes packet = random.bytes(cipher.head_size() + size + cipher.icv_size());
        EspBytes expected = packet;
        cipher.seal(expected, 5);
        for (std::size_t at = 0; at < 16; at++) {
            EspBytes room(packet.size() + 32, 0xa5);
            std::ranges::copy(packet, room.data() + at);
            cipher.seal(std::span(room).subspan(at, packet.size()), 5);
            EspBytes around(room.size(), 0xa5);
            std::ranges::copy(expected, around.data() + at);
            ASSERT_EQ(around, room) << ct::suite_text(keys) << ", " << at;

            EspBytes texts(size + 32, 0xa5);
            ASSERT_TRUE(cipher.open(std::span(room).subspan(at, packet.size()), 5,
                                    std::span(texts).subspan(15 - at, size)));
            EspBytes plain(texts.size(), 0xa5);
            std::copy_n(packet.data() + cipher.head_size(), size, plain.data() + 15 - at);
            ASSERT_EQ(plain, texts) << ct::suite_text(keys) << ", " << at;
        }
    }
}

TEST_F(EspCipherTest, FitsByWholePackets)
{
    for (const ct::SaKeys &keys : all_keys()) {
        const ct::EspCipher cipher = cipher_of(keys);
        const bool gcm = keys.suite == ct::Suite::Gcm;
        EXPECT_EQ(gcm ? 16U : 24U, cipher.head_size());
        EXPECT_EQ(keys.icv_len, cipher.icv_size());
        const std::size_t least = cipher.head_size() + keys.icv_len;
        for (std::size_t size = 0; size <= 200; size++)
            EXPECT_EQ(size >= least && (gcm || (size - least) % 16 == 0), cipher.fits(size))
                << ct::suite_text(keys) << ", " << size;
    }
}

std::string refused_keys(const ct::SaKeys &keys)
{
    const auto checked = ct::check_keys(keys);
    EXPECT_EQ(checked.has_value(), ct::EspCipher::make(keys).has_value());
    return checked ? "" : checked.error().sentence();
}

TEST_F(EspCipherTest, OtherSizesOfKeysAreRefused)
{
    for (const ct::SaKeys &right : all_keys()) {
        for (std::size_t size = 0; size <= 64; size++) {
            ct::SaKeys keys = right;
            keys.key.assign(size, 1);
            const bool fits = size == 16 || size == 24 || size == 32;
            EXPECT_EQ(fits ? ""
                           : "cannot use the keys of an SA: an AES key of " +
                                 std::to_string(size) +
                                 " bytes; AES has keys of 16, 24 and 32 bytes",
                      refused_keys(keys));

            keys = right;
            keys.salt.assign(size, 1);
            const std::size_t salt = keys.suite == ct::Suite::Gcm ? 4 : 0;
            EXPECT_EQ(size == salt, refused_keys(keys).empty()) << size;

            keys = right;
            keys.auth_key.assign(size, 1);
            EXPECT_EQ((size == 0) == (keys.suite == ct::Suite::Gcm), refused_keys(keys).empty())
                << size;

            keys = right;
            keys.icv_len = static_cast<unsigned>(size);
            const bool known = std::ranges::any_of(forms, [&](const Form &form) {
                return form.suite == keys.suite && form.icv == size;
            });
            EXPECT_EQ(known, refused_keys(keys).empty()) << size;
        }
    }
}

TEST_F(EspCipherTest, RefusalsSayWhatIsAllowed)
{
    ct::SaKeys keys = ct::make_keys(ct::Suite::CbcSha256, 16, 20, false, 1, 0);
    EXPECT_EQ("cannot use the keys of an SA: an ICV of 20 bytes with cbc+sha256; RFC 4868 has "
              "16, or 12 as the kernel's default has it",
              refused_keys(keys));
    keys = ct::make_keys(ct::Suite::CbcSha1, 16, 12, false, 1, 0);
    keys.auth_key.clear();
    EXPECT_EQ("cannot use the keys of an SA: cbc+sha1 without a key for HMAC; give one; RFC "
              "2404 has 20 bytes",
              refused_keys(keys));
    keys.auth_key.assign(513, 1);
    EXPECT_EQ("cannot use the keys of an SA: an HMAC key of 513 bytes; give at most 512 bytes; "
              "RFC 2404 has 20",
              refused_keys(keys));
}

TEST_F(EspCipherTest, ZeroKeysAreRefused)
{
    for (ct::SaKeys keys : all_keys()) {
        const ct::SaKeys right = keys;
        std::ranges::fill(keys.key, std::uint8_t{0});
        EXPECT_NE(std::string::npos, refused_keys(keys).find("lockdown"));
        keys.key.back() = 1;
        EXPECT_EQ("", refused_keys(keys));
        if (keys.suite == ct::Suite::Gcm)
            continue;
        keys = right;
        std::ranges::fill(keys.auth_key, std::uint8_t{0});
        EXPECT_NE(std::string::npos, refused_keys(keys).find("the HMAC key is all zeros"));
    }
}

// Any key that the kernel takes: of a block, and longer, which is hashed first.
TEST_F(EspCipherTest, HmacKeysOfAnyLength)
{
    EspRandom random(5);
    for (ct::SaKeys keys : all_keys()) {
        if (keys.suite == ct::Suite::Gcm)
            continue;
        for (const std::size_t size : {1U, 20U, 63U, 64U, 65U, 127U, 128U, 129U, 512U}) {
            keys.auth_key = random.bytes(size);
            const ct::EspCipher cipher = cipher_of(keys);
            EspBytes packet = random.bytes(cipher.head_size() + 64 + cipher.icv_size());
            const EspBytes expected = sealed_by_reference(keys, packet, 9);
            cipher.seal(packet, 9);
            ASSERT_EQ(expected, packet) << ct::suite_text(keys) << ", " << size;
        }
    }
}

TEST_F(EspCipherTest, MadeKeysAreTheSameAgainAndNoOthers)
{
    std::set<EspBytes> seen;
    for (std::uint64_t number = 0; number < 20; number++) {
        const auto made = all_keys(number);
        EXPECT_EQ(made, all_keys(number));
        for (const ct::SaKeys &keys : made) {
            EXPECT_TRUE(seen.insert(keys.key).second);
            if (!keys.auth_key.empty())
                EXPECT_TRUE(seen.insert(keys.auth_key).second);
        }
    }
    EXPECT_NE(ct::make_keys(ct::Suite::Gcm, 16, 16, false, 1, 0),
              ct::make_keys(ct::Suite::Gcm, 16, 16, false, 2, 0));
    EXPECT_NE(ct::make_keys(ct::Suite::Gcm, 16, 16, false, 1, 2),
              ct::make_keys(ct::Suite::Gcm, 16, 16, false, 2, 1));
}

TEST_F(EspCipherTest, NamesOfAlgorithms)
{
    EXPECT_EQ("rfc4106(gcm(aes))",
              ct::algorithm_name(ct::make_keys(ct::Suite::Gcm, 16, 16, true, 1, 0)));
    EXPECT_EQ("authenc(hmac(sha1),cbc(aes))",
              ct::algorithm_name(ct::make_keys(ct::Suite::CbcSha1, 16, 12, false, 1, 0)));
    EXPECT_EQ("authencesn(hmac(sha512),cbc(aes))",
              ct::algorithm_name(ct::make_keys(ct::Suite::CbcSha512, 16, 32, true, 1, 0)));
    EXPECT_EQ("rfc4106 16, 256-bit key, ESN",
              ct::suite_text(ct::make_keys(ct::Suite::Gcm, 32, 16, true, 1, 0)));
    EXPECT_EQ("cbc+sha256 16, 128-bit key",
              ct::suite_text(ct::make_keys(ct::Suite::CbcSha256, 16, 16, false, 1, 0)));
    EXPECT_EQ(8U, ct::iv_length(ct::Suite::Gcm));
    EXPECT_EQ(16U, ct::iv_length(ct::Suite::CbcSha1));
}

} // namespace
