// SPDX-License-Identifier: GPL-2.0-or-later
// The module's scalar reference against libcrypto, over random keys and data:
// the very sources that the module compiles.
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

extern "C" {
#include "reference/aes.h"
#include "reference/ghash.h"
#include "reference/hmac.h"
#include "reference/kat.h"
#include "reference/modes.h"
#include "reference/sha.h"
}

namespace {

using Bytes = std::vector<std::uint8_t>;
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

constexpr std::array<std::size_t, 3> key_lengths = {16, 24, 32};
constexpr int block = YT_AES_BLOCK;

// The same in every run, so that a failure can be looked at again.
class Random {
public:
    explicit Random(unsigned seed) : engine_(seed) {}

    Bytes bytes(std::size_t length)
    {
        Bytes out(length);
        for (auto &byte : out)
            byte = static_cast<std::uint8_t>(engine_());
        return out;
    }

    std::size_t below(std::size_t limit) { return engine_() % limit; }

private:
    std::mt19937 engine_;
};

const EVP_CIPHER *cipher(const char *mode, std::size_t key_length)
{
    const std::string name = "AES-" + std::to_string(8 * key_length) + "-" + mode;
    return EVP_get_cipherbyname(name.c_str());
}

// ECB, CBC and CTR in either direction, without padding.
Bytes libcrypto(const char *mode, bool encrypt, const Bytes &key, const Bytes &iv,
                const Bytes &in)
{
    const Cipher context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    Bytes out(in.size() + block);
    int length = 0;
    EXPECT_EQ(1, EVP_CipherInit_ex(context.get(), cipher(mode, key.size()), nullptr, key.data(),
                                   iv.empty() ? nullptr : iv.data(), encrypt ? 1 : 0));
    EXPECT_EQ(1, EVP_CIPHER_CTX_set_padding(context.get(), 0));
    EXPECT_EQ(1, EVP_CipherUpdate(context.get(), out.data(), &length, in.data(),
                                  static_cast<int>(in.size())));
    EXPECT_EQ(static_cast<std::size_t>(length), in.size());
    out.resize(in.size());
    return out;
}

struct Sealed {
    Bytes text;
    Bytes tag;
};

Sealed libcrypto_gcm(const Bytes &key, const Bytes &iv, const Bytes &aad, const Bytes &in)
{
    const Cipher context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    Sealed out{Bytes(in.size() + block), Bytes(YT_GCM_MAX_TAG)};
    int length = 0;
    EXPECT_EQ(1, EVP_EncryptInit_ex(context.get(), cipher("GCM", key.size()), nullptr,
                                    key.data(), iv.data()));
    if (!aad.empty()) {
        EXPECT_EQ(1, EVP_EncryptUpdate(context.get(), nullptr, &length, aad.data(),
                                       static_cast<int>(aad.size())));
    }
    if (!in.empty()) {
        EXPECT_EQ(1, EVP_EncryptUpdate(context.get(), out.text.data(), &length, in.data(),
                                       static_cast<int>(in.size())));
    }
    EXPECT_EQ(1, EVP_EncryptFinal_ex(context.get(), out.text.data() + in.size(), &length));
    EXPECT_EQ(1, EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, YT_GCM_MAX_TAG,
                                     out.tag.data()));
    out.text.resize(in.size());
    return out;
}

struct Hash {
    yt_sha_type type;
    const char *name;
    std::size_t size;
};

constexpr std::array<Hash, 3> hashes = {{
    {YT_SHA1, "SHA1", 20},
    {YT_SHA256, "SHA256", 32},
    {YT_SHA512, "SHA512", 64},
}};

Bytes libcrypto_digest(const Hash &hash, const Bytes &data)
{
    Bytes out(EVP_MAX_MD_SIZE);
    unsigned length = 0;
    EXPECT_EQ(1, EVP_Digest(data.data(), data.size(), out.data(), &length,
                            EVP_get_digestbyname(hash.name), nullptr));
    out.resize(length);
    return out;
}

Bytes libcrypto_hmac(const Hash &hash, const Bytes &key, const Bytes &data)
{
    Bytes out(EVP_MAX_MD_SIZE);
    unsigned length = 0;
    // A null key would mean "the key of before".
    static const std::uint8_t none = 0;
    EXPECT_NE(nullptr, HMAC(EVP_get_digestbyname(hash.name), key.empty() ? &none : key.data(),
                            static_cast<int>(key.size()), data.data(), data.size(), out.data(),
                            &length));
    out.resize(length);
    return out;
}

class Reference : public testing::Test {
protected:
    static void SetUpTestSuite()
    {
        const char *failed = nullptr;
        ASSERT_EQ(0, yt_reference_check(&failed)) << failed;
        ASSERT_EQ(nullptr, failed);
    }
};

TEST_F(Reference, AesBlockIsThatOfLibcrypto)
{
    Random random(1);
    for (int pass = 0; pass < 3000; pass++) {
        const Bytes key = random.bytes(key_lengths[static_cast<std::size_t>(pass) % 3]);
        const Bytes plain = random.bytes(block);
        const Bytes expected = libcrypto("ECB", true, key, {}, plain);
        Bytes got(block);
        yt_aes aes;
        ASSERT_EQ(0, yt_aes_setkey(&aes, key.data(), static_cast<unsigned>(key.size())));
        yt_aes_encrypt(&aes, got.data(), plain.data());
        ASSERT_EQ(expected, got) << "pass " << pass;
        yt_aes_decrypt(&aes, got.data(), plain.data());
        ASSERT_EQ(libcrypto("ECB", false, key, {}, plain), got) << "pass " << pass;
    }
}

TEST_F(Reference, CbcIsThatOfLibcrypto)
{
    Random random(2);
    for (std::size_t pass = 0; pass < 600; pass++) {
        const Bytes key = random.bytes(key_lengths[pass % 3]);
        const Bytes iv = random.bytes(block);
        // 1 to 64 blocks, then long ones
        const std::size_t length = block * (pass < 192 ? 1 + pass / 3 : 1 + random.below(563));
        const Bytes plain = random.bytes(length);
        const Bytes expected = libcrypto("CBC", true, key, iv, plain);
        const Bytes last(expected.end() - block, expected.end());
        Bytes got(length);
        Bytes chain = iv;
        yt_aes aes;
        ASSERT_EQ(0, yt_aes_setkey(&aes, key.data(), static_cast<unsigned>(key.size())));
        yt_cbc_encrypt(&aes, chain.data(), got.data(), plain.data(), length);
        ASSERT_EQ(expected, got) << length << " bytes";
        ASSERT_EQ(last, chain) << length << " bytes";

        chain = iv;
        yt_cbc_decrypt(&aes, chain.data(), got.data(), got.data(), length);
        ASSERT_EQ(plain, got) << length << " bytes";
        ASSERT_EQ(last, chain) << length << " bytes";

        // decryption of what no encryption made
        chain = iv;
        yt_cbc_decrypt(&aes, chain.data(), got.data(), plain.data(), length);
        ASSERT_EQ(libcrypto("CBC", false, key, iv, plain), got) << length << " bytes";
    }
}

TEST_F(Reference, CtrIsThatOfLibcrypto)
{
    Random random(3);
    for (std::size_t pass = 0; pass < 600; pass++) {
        const Bytes key = random.bytes(key_lengths[pass % 3]);
        Bytes iv = random.bytes(block);
        const std::size_t length = pass < 200 ? 1 + pass : 1 + random.below(9000);
        // a carry out of the last 1 to 16 bytes in every other pass
        if (pass % 2 == 0)
            for (std::size_t i = 0; i <= pass / 2 % block; i++)
                iv[block - 1 - i] = 0xff;
        const Bytes plain = random.bytes(length);
        Bytes got(length);
        Bytes counter = iv;
        yt_aes aes;
        ASSERT_EQ(0, yt_aes_setkey(&aes, key.data(), static_cast<unsigned>(key.size())));
        yt_ctr_crypt(&aes, counter.data(), got.data(), plain.data(), length);
        ASSERT_EQ(libcrypto("CTR", true, key, iv, plain), got) << length << " bytes";

        // whole blocks first, then the rest with the counter handed on
        const std::size_t whole = random.below(length / block + 1) * block;
        counter = iv;
        yt_ctr_crypt(&aes, counter.data(), got.data(), got.data(), whole);
        yt_ctr_crypt(&aes, counter.data(), got.data() + whole, got.data() + whole,
                     length - whole);
        ASSERT_EQ(plain, got) << length << " bytes, cut at " << whole;
    }
}

TEST_F(Reference, GcmIsThatOfLibcrypto)
{
    Random random(4);
    for (std::size_t pass = 0; pass < 900; pass++) {
        const Bytes key = random.bytes(key_lengths[pass % 3]);
        const Bytes iv = random.bytes(YT_GCM_IV);
        const Bytes aad = random.bytes(random.below(50));
        const std::size_t length = pass < 300 ? pass : random.below(9001);
        const Bytes plain = random.bytes(length);
        const Sealed expected = libcrypto_gcm(key, iv, aad, plain);
        Bytes text(length);
        Bytes tag(YT_GCM_MAX_TAG);
        yt_gcm gcm;
        ASSERT_EQ(0, yt_gcm_setkey(&gcm, key.data(), static_cast<unsigned>(key.size())));
        yt_gcm_encrypt(&gcm, iv.data(), aad.data(), aad.size(), text.data(), plain.data(),
                       length, tag.data());
        ASSERT_EQ(expected.text, text) << length << " bytes, " << aad.size() << " of AAD";
        ASSERT_EQ(expected.tag, tag) << length << " bytes, " << aad.size() << " of AAD";

        // every length of tag: the right one is taken, one wrong bit is not
        for (unsigned size = 0; size <= 17; size++) {
            const bool possible = size >= 4 && size <= YT_GCM_MAX_TAG;
            Bytes received = tag;
            received.resize(18);
            Bytes back(length);
            ASSERT_EQ(possible ? 0 : -EINVAL,
                      yt_gcm_decrypt(&gcm, iv.data(), aad.data(), aad.size(), back.data(),
                                     text.data(), length, received.data(), size))
                << "tag of " << size;
            if (!possible)
                continue;
            ASSERT_EQ(plain, back) << length << " bytes";
            received[random.below(size)] ^= static_cast<std::uint8_t>(1U << random.below(8));
            ASSERT_EQ(-EBADMSG,
                      yt_gcm_decrypt(&gcm, iv.data(), aad.data(), aad.size(), back.data(),
                                     text.data(), length, received.data(), size))
                << "tag of " << size;
        }
    }
}

TEST_F(Reference, GhashIsThatWithinGcm)
{
    // GHASH(H, AAD, C) = tag + E(K, J0)
    Random random(5);
    for (std::size_t pass = 0; pass < 300; pass++) {
        const Bytes key = random.bytes(key_lengths[pass % 3]);
        const Bytes iv = random.bytes(YT_GCM_IV);
        const Bytes aad = random.bytes(random.below(100));
        const Sealed sealed = libcrypto_gcm(key, iv, aad, random.bytes(pass));
        Bytes first = iv;
        first.insert(first.end(), {0, 0, 0, 1});
        Bytes expected = libcrypto("ECB", true, key, {}, first);
        for (std::size_t i = 0; i < expected.size(); i++)
            expected[i] ^= sealed.tag[i];

        const Bytes h = libcrypto("ECB", true, key, {}, Bytes(block));
        Bytes lengths(block);
        put_unaligned_be64(8 * aad.size(), lengths.data());
        put_unaligned_be64(8 * sealed.text.size(), lengths.data() + 8);
        yt_ghash_key tables;
        yt_ghash_setkey(&tables, h.data());
        Bytes state(block);
        yt_ghash_update(&tables, state.data(), aad.data(), aad.size());
        yt_ghash_update(&tables, state.data(), sealed.text.data(), sealed.text.size());
        yt_ghash_update(&tables, state.data(), lengths.data(), lengths.size());
        ASSERT_EQ(expected, state) << pass << " bytes";
    }
}

TEST_F(Reference, ShaIsThatOfLibcrypto)
{
    Random random(6);
    for (const Hash &hash : hashes) {
        ASSERT_EQ(hash.size, yt_sha_digest_size(hash.type));
        for (std::size_t pass = 0; pass < 700; pass++) {
            const Bytes data = random.bytes(pass < 400 ? pass : random.below(20000));
            const std::size_t a = random.below(data.size() + 1);
            const std::size_t b = a + random.below(data.size() - a + 1);
            Bytes got(hash.size);
            yt_sha sha;
            yt_sha_init(&sha, hash.type);
            yt_sha_update(&sha, data.data(), a);
            yt_sha_update(&sha, data.data() + a, b - a);
            yt_sha_update(&sha, data.data() + b, data.size() - b);
            yt_sha_final(&sha, got.data());
            ASSERT_EQ(libcrypto_digest(hash, data), got)
                << hash.name << ", " << data.size() << " bytes, cut at " << a << " and " << b;
        }
    }
}

TEST_F(Reference, HmacIsThatOfLibcrypto)
{
    Random random(7);
    for (const Hash &hash : hashes) {
        for (std::size_t pass = 0; pass < 500; pass++) {
            // keys shorter than, as long as, and longer than a block
            const Bytes key = random.bytes(pass % 300);
            const Bytes data = random.bytes(random.below(2000));
            const std::size_t cut = random.below(data.size() + 1);
            Bytes got(hash.size);
            yt_hmac hmac;
            yt_hmac_init(&hmac, hash.type, key.data(), key.size());
            yt_hmac_update(&hmac, data.data(), cut);
            yt_hmac_update(&hmac, data.data() + cut, data.size() - cut);
            yt_hmac_final(&hmac, got.data());
            ASSERT_EQ(libcrypto_hmac(hash, key, data), got)
                << hash.name << ", key of " << key.size() << ", " << data.size() << " bytes";
        }
    }
}

TEST_F(Reference, OtherKeyLengthsAreRefused)
{
    const Bytes key(64);
    for (unsigned length = 0; length <= key.size(); length++) {
        const bool right = length == 16 || length == 24 || length == 32;
        yt_aes aes;
        yt_gcm gcm;
        EXPECT_EQ(right ? 0 : -EINVAL, yt_aes_setkey(&aes, key.data(), length)) << length;
        EXPECT_EQ(right ? 0 : -EINVAL, yt_gcm_setkey(&gcm, key.data(), length)) << length;
    }
}

} // namespace
