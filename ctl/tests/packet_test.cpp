// SPDX-License-Identifier: GPL-2.0-or-later
// The packets that the module makes and seals, against libcrypto and against
// what RFC 4303, 4106, 3602 and 3686 say; and the digest of a seed.
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstddef>
#include <memory>
#include <string>

#include "packets.h"

namespace {

using packets::Packet;
using Bytes = std::vector<std::uint8_t>;
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

constexpr std::uint64_t indices = 200;

Bytes part(const std::uint8_t *from, std::size_t length)
{
    return {from, from + length};
}

Bytes joined(Bytes first, const Bytes &second)
{
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

Bytes big_endian(std::uint64_t value, int bytes)
{
    Bytes out;
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        out.push_back(static_cast<std::uint8_t>(value >> shift));
    return out;
}

void add(const Cipher &context, std::uint8_t *out, const Bytes &in)
{
    int length = 0;
    EXPECT_EQ(1, EVP_EncryptUpdate(context.get(), out, &length, in.data(),
                                   static_cast<int>(in.size())));
    EXPECT_EQ(in.size(), static_cast<std::size_t>(length));
}

Cipher cipher(const Packet &packet, const char *mode, const Bytes &iv)
{
    const std::string name = "AES-" + std::to_string(8 * int{packet.sa.key_len}) + "-" + mode;
    Cipher context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    EXPECT_EQ(1, EVP_EncryptInit_ex(context.get(), EVP_get_cipherbyname(name.c_str()), nullptr,
                                    packet.sa.key, iv.data()));
    EXPECT_EQ(1, EVP_CIPHER_CTX_set_padding(context.get(), 0));
    return context;
}

// CBC without padding, or CTR.
Bytes encrypted(const Packet &packet, const char *mode, const Bytes &iv, const Bytes &text)
{
    Bytes out(text.size());
    add(cipher(packet, mode, iv), out.data(), text);
    return out;
}

// Ciphertext and ICV.
Bytes encrypted_gcm(const Packet &packet, const Bytes &nonce, const Bytes &aad,
                    const Bytes &text)
{
    const Cipher context = cipher(packet, "GCM", nonce);
    Bytes out(text.size() + 16);
    int length = 0;
    add(context, nullptr, aad);
    add(context, out.data(), text);
    EXPECT_EQ(1, EVP_EncryptFinal_ex(context.get(), out.data() + text.size(), &length));
    EXPECT_EQ(1, EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, 16,
                                     out.data() + text.size()));
    out.resize(text.size() + packet.vector.icv_len);
    return out;
}

Bytes hmac(const Packet &packet, const Bytes &data)
{
    const std::string name = packet.sa.alg->name;
    const EVP_MD *hash = name.find("sha1") != std::string::npos     ? EVP_sha1()
                         : name.find("sha256") != std::string::npos ? EVP_sha256()
                                                                    : EVP_sha512();
    Bytes out(EVP_MAX_MD_SIZE);
    unsigned length = 0;
    EXPECT_EQ(EVP_MD_get_size(hash), packet.sa.auth_key_len) << name;
    EXPECT_NE(nullptr, HMAC(hash, packet.sa.auth_key, packet.sa.auth_key_len, data.data(),
                            data.size(), out.data(), &length));
    // RFC 2404 takes 96 bits, RFC 4868 the half
    out.resize(hash == EVP_sha1() ? 12 : length / 2);
    return out;
}

// RFC 4303, 2.2.1: the HMAC is over the upper half of the sequence number, too, behind all
// else; crypto/authencesn.c wants it in front.
Bytes authenticated(const Packet &packet, const Bytes &sealed)
{
    if (std::string(packet.sa.alg->name).find("authencesn(") == std::string::npos)
        return sealed;
    const Bytes upper(sealed.begin() + 4, sealed.begin() + 8);
    Bytes out = joined(part(sealed.data(), 4), Bytes(sealed.begin() + 8, sealed.end()));
    return joined(out, upper);
}

// RFC 4303, 2.1 and 2.2; with ESN as RFC 4106, 5 authenticates it.
Bytes header(const Packet &packet)
{
    const yt_esp_header &numbers = packet.vector.header;
    return joined(
        big_endian(numbers.spi, 4),
        big_endian(numbers.esn ? numbers.seq : numbers.seq & 0xffffffff, numbers.esn ? 8 : 4));
}

// The whole sealed image, by name of the algorithm, from the payload on.
Bytes expected(const Packet &packet)
{
    const yt_vector &vector = packet.vector;
    const std::string name = packet.sa.alg->name;
    const bool cbc = name.find("cbc(") != std::string::npos;
    Bytes text = part(packet.plain.data() + vector.head_len, vector.payload_len);
    if (!vector.bare) {
        std::uint8_t pad = 0;
        while ((text.size() + 2) % (cbc ? 16 : 4) != 0)
            text.push_back(++pad);
        text.push_back(pad);
        text.push_back(4);
    }

    const Bytes request_iv = part(vector.request_iv, 16);
    if (name == "cbc(aes)" || name == "ctr(aes)")
        return encrypted(packet, cbc ? "CBC" : "CTR", request_iv, text);

    const Bytes iv = part(vector.wire_iv, cbc ? 16 : 8);
    if (cbc) {
        const Bytes sealed =
            joined(joined(header(packet), iv), encrypted(packet, "CBC", iv, text));
        return joined(sealed, hmac(packet, authenticated(packet, sealed)));
    }
    const Bytes nonce = joined(part(packet.sa.salt, 4), iv);
    const Bytes head = name == "gcm(aes)" ? header(packet) : joined(header(packet), iv);
    return joined(head, encrypted_gcm(packet, nonce, header(packet), text));
}

class PacketTest : public testing::Test {
protected:
    static void SetUpTestSuite() { yt_aes_init_tables(); }
};

TEST_F(PacketTest, IsThatOfLibcrypto)
{
    for (const yt_algorithm &algorithm : yt_algorithms) {
        for (std::uint64_t index = 0; index < indices; index++) {
            const Packet packet(algorithm, 7, index);
            ASSERT_EQ(expected(packet), packet.sealed)
                << algorithm.name << ", seed 7, index " << index;
        }
    }
}

TEST_F(PacketTest, WithTheLongestAndTheShortestPayloadIsThatOfLibcrypto)
{
    for (const yt_algorithm &algorithm : yt_algorithms) {
        for (const unsigned length : {1U, 2U, 13U, 14U, 15U, 16U, 17U, 1400U, 8999U, 9000U}) {
            Packet packet(algorithm, 7, 0);
            yt_vector_shape_sized(&packet.vector, &packet.sa, 0, length);
            packet.plain.resize(yt_vector_plain_len(&packet.vector));
            packet.sealed.assign(yt_vector_sealed_len(&packet.vector), 0);
            packet.vector.plain = packet.plain.data();
            packet.vector.sealed = packet.sealed.data();
            yt_vector_fill(&packet.vector, &packet.sa);
            yt_seal_key key{};
            ASSERT_EQ(0, yt_seal_setkey(&key, &packet.sa));
            yt_seal(&packet.vector, &packet.sa, &key);
            ASSERT_EQ(expected(packet), packet.sealed)
                << algorithm.name << ", " << length << " bytes";
        }
    }
}

// The driver makes the IV: what stands in front of the text is the ciphertext
// of a block of zeros under the derived IV, and the text is chained to it.
TEST_F(PacketTest, ChainedIsThatOfLibcrypto)
{
    for (const yt_algorithm &algorithm : yt_algorithms) {
        if (algorithm.form != YT_FORM_ECHAINIV)
            continue;
        for (std::uint64_t index = 0; index < indices; index++) {
            Packet packet(algorithm, 7, index);
            const Bytes derived = joined(Bytes(8), big_endian(index, 8));
            yt_seal_key key{};
            ASSERT_EQ(0, yt_seal_setkey(&key, &packet.sa));
            yt_seal_chained(&packet.vector, &packet.sa, &key, derived.data(),
                            packet.sealed.data());
            const Bytes text =
                part(packet.plain.data() + packet.vector.head_len, packet.vector.text_len);
            const Bytes sealed = joined(
                header(packet), encrypted(packet, "CBC", derived, joined(Bytes(16), text)));
            ASSERT_EQ(joined(sealed, hmac(packet, authenticated(packet, sealed))),
                      packet.sealed)
                << algorithm.name << ", index " << index;
        }
    }
}

std::string hexadecimal(const packets::Digest &digest)
{
    static const std::string digits = "0123456789abcdef";
    std::string out;
    for (const unsigned byte : digest) {
        out += digits[byte / 16];
        out += digits[byte % 16];
    }
    return out;
}

TEST_F(PacketTest, DigestIsOfTheSeed)
{
    EXPECT_EQ(hexadecimal(packets::digest_of_seed(7)), hexadecimal(packets::digest_of_seed(7)));
    EXPECT_EQ(hexadecimal(packets::digest_of_seed(8)), hexadecimal(packets::digest_of_seed(8)));
    EXPECT_NE(hexadecimal(packets::digest_of_seed(7)), hexadecimal(packets::digest_of_seed(8)));
}

// A seed in a bug report must go on to mean the same packets. Whoever changes
// them on purpose puts the new digest here, and says so in the release notes.
TEST_F(PacketTest, DigestOfSevenStays)
{
    EXPECT_EQ("b85c0993d2fbb8366a3a4e0aec845e7541b0d33b3b92a6a118fa453b17d789a8",
              hexadecimal(packets::digest_of_seed(7)));
}

} // namespace
