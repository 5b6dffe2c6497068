// SPDX-License-Identifier: GPL-2.0-or-later
// The whole packets in a run's records: libcrypto makes what is expected of what came
// in, from nothing but their bytes.
#include "damage/whole.h"

#include <memory>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "analysis/examine.h"
#include "faults.h"
#include "samples.h"

namespace ct::test {

namespace {

using WholeImage = std::vector<std::uint8_t>;
using Evp = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

// The mode that a record's algorithm has in libcrypto.
std::string mode_of(const std::string &algorithm)
{
    if (algorithm.find("gcm") != std::string::npos)
        return "GCM";
    return algorithm.find("cbc") != std::string::npos ? "CBC" : "CTR";
}

// Ciphertext, and the ICV of those that have one.
WholeImage sealed_text(const Mismatch &record, const PacketBytes &packet,
                       const WholeImage &text)
{
    const std::string mode = mode_of(record.algorithm);
    const std::string name = "AES-" + std::to_string(packet.key.size() * 8) + "-" + mode;
    const Evp context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    EXPECT_EQ(1, EVP_EncryptInit_ex(context.get(), EVP_get_cipherbyname(name.c_str()), nullptr,
                                    packet.key.data(), packet.iv.data()));
    EXPECT_EQ(static_cast<int>(packet.iv.size()), EVP_CIPHER_CTX_get_iv_length(context.get()));
    EVP_CIPHER_CTX_set_padding(context.get(), 0);
    int length = 0;
    if (mode == "GCM")
        EVP_EncryptUpdate(context.get(), nullptr, &length, packet.aad.data(),
                          static_cast<int>(packet.aad.size()));
    WholeImage out(text.size());
    EVP_EncryptUpdate(context.get(), out.data(), &length, text.data(),
                      static_cast<int>(text.size()));
    WholeImage icv;
    if (mode == "GCM") {
        icv.resize(16);
        EVP_EncryptFinal_ex(context.get(), icv.data(), &length);
        EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, 16, icv.data());
    } else if (!packet.auth_key.empty()) {
        WholeImage covered = packet.aad;
        covered.insert(covered.end(), out.begin(), out.end());
        icv.resize(EVP_MAX_MD_SIZE);
        HMAC(EVP_sha1(), packet.auth_key.data(), static_cast<int>(packet.auth_key.size()),
             covered.data(), covered.size(), icv.data(), nullptr);
    }
    icv.resize(record.icv_len);
    out.insert(out.end(), icv.begin(), icv.end());
    return out;
}

WholeImage part_of(const WholeImage &image, std::size_t from, std::size_t size)
{
    const auto begin = image.begin() + static_cast<std::ptrdiff_t>(from);
    return {begin, begin + static_cast<std::ptrdiff_t>(size)};
}

Mismatch wrong_record(const Packet &packet, Direction direction, std::size_t block)
{
    return record_of(packet, direction,
                     faulty(packet, direction, {{block, 3, [](const Block &) {
                                                     return Block{1, 2, 3};
                                                 }}}));
}

} // namespace

TEST(Whole, IsWhatALibraryComputes)
{
    Random random(31);
    for (const char *const algorithm : {"rfc4106(gcm(aes))", "gcm(aes)", "cbc(aes)", "ctr(aes)",
                                        "authenc(hmac(sha1),cbc(aes))"})
        for (unsigned count = 0; count < 20; ++count)
            for (const Direction direction : {Direction::Encrypt, Direction::Decrypt}) {
                const Packet packet = some_packet(algorithm, random, 4 + count);
                const Mismatch record = wrong_record(packet, direction, 2);
                const auto bytes = packet_bytes(record);
                ASSERT_TRUE(bytes);
                const bool sealing = direction == Direction::Encrypt;
                const WholeImage &plain = sealing ? bytes->source : bytes->expected;
                const WholeImage &sealed = sealing ? bytes->expected : bytes->source;
                EXPECT_EQ(part_of(sealed, record.text_offset, record.text_len + record.icv_len),
                          sealed_text(record, *bytes,
                                      part_of(plain, record.text_offset, record.text_len)))
                    << algorithm;
                // What the driver made of it, although the record has a window only.
                ASSERT_EQ(bytes->actual.size(), record.output_len);
                std::uint32_t wrong = 0;
                for (std::size_t place = 0; place < bytes->actual.size(); ++place)
                    wrong += bytes->actual[place] != bytes->expected[place] ? 1 : 0;
                EXPECT_EQ(wrong, record.wrong_bytes);
                EXPECT_EQ(part_of(bytes->actual, record.window, record.actual.size()),
                          record.actual);
            }
}

TEST(Whole, SaysNothingThatItDoesNotKnow)
{
    Random random(32);
    // In CBC all that follows is wrong, and only some of it is in the window.
    const Packet packet = some_packet("cbc(aes)", random, 300);
    const Mismatch record = wrong_record(packet, Direction::Encrypt, 1);
    ASSERT_LT(record.actual.size(), record.wrong_bytes);
    const auto bytes = packet_bytes(record);
    ASSERT_TRUE(bytes);
    EXPECT_TRUE(bytes->actual.empty());
    EXPECT_EQ(bytes->expected.size(), record.output_len);

    // A tampered packet came in with one wrong bit, and has no output.
    Mismatch tampered = wrong_record(some_packet("gcm(aes)", random, 4), Direction::Decrypt, 1);
    const auto right = packet_bytes(tampered);
    tampered.direction = Direction::Tampered;
    tampered.expected.clear();
    tampered.actual.clear();
    const auto refused = packet_bytes(tampered);
    ASSERT_TRUE(right && refused);
    unsigned bits = 0;
    for (std::size_t place = 0; place < right->source.size(); ++place)
        bits += static_cast<unsigned>(
            __builtin_popcount(right->source[place] ^ refused->source[place]));
    EXPECT_EQ(bits, 1U);
    EXPECT_TRUE(refused->expected.empty());
    EXPECT_TRUE(refused->actual.empty());

    EXPECT_FALSE(packet_bytes(sample_register(1)));
    Mismatch other = record;
    other.seed ^= 1;
    EXPECT_FALSE(packet_bytes(other));
}

// A driver may leave of it what came in, or zeros: no output of the packet.
TEST(Whole, WhatIsLeftOfARefusedPacketIsNoOutput)
{
    Random random(34);
    Mismatch left = wrong_record(some_packet("cbc(aes)", random, 4), Direction::Decrypt, 1);
    left.direction = Direction::Tampered;
    left.expected.assign(left.actual.size(), 0);
    const auto bytes = packet_bytes(left);
    ASSERT_TRUE(bytes);
    EXPECT_FALSE(bytes->source.empty());
    EXPECT_TRUE(bytes->expected.empty());
    EXPECT_TRUE(bytes->actual.empty());
    const RecordDiagnosis diagnosis = examine_record(left);
    EXPECT_EQ(diagnosis.unmade, "");
    EXPECT_FALSE(diagnosis.damage);
}

TEST(Whole, ComesWithTheFirstOfEachKind)
{
    Random random(33);
    Mismatch record = wrong_record(some_packet("ctr(aes)", random, 4), Direction::Encrypt, 1);
    Wholes wholes;
    const auto has_packet = [&] {
        record.packet.reset();
        wholes.complete(record);
        return record.packet.has_value();
    };
    EXPECT_TRUE(has_packet());
    EXPECT_FALSE(has_packet());
    record.cpu_before = 77;
    EXPECT_FALSE(has_packet());
    record.context = Context::Softirq;
    EXPECT_TRUE(has_packet());
    record.injected = true;
    EXPECT_TRUE(has_packet());
    EXPECT_FALSE(has_packet());
}

} // namespace ct::test
