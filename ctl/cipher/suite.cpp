// SPDX-License-Identifier: GPL-2.0-or-later
#include "cipher/suite.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <fmt/format.h>

namespace ct {

namespace {

struct SuiteFacts {
    std::string_view text;          // for people
    std::string_view hash;          // of the crypto API; empty with GCM
    unsigned iv = 0;                // bytes
    unsigned digest = 0;            // bytes
    std::array<unsigned, 3> icvs{}; // allowed, in bytes; 0 is none
    std::string_view icv_text;
    std::string_view source; // of the lengths
};

// 12 bytes of SHA-256 are an old draft's, and still what the kernel makes of an SA that names
// no length (net/xfrm/xfrm_algo.c).
constexpr std::array<SuiteFacts, 4> suite_facts = {{
    {"rfc4106", "", 8, 0, {8, 12, 16}, "8, 12 or 16", "RFC 4106"},
    {"cbc+sha1", "sha1", 16, 20, {12, 0, 0}, "12", "RFC 2404"},
    {"cbc+sha256",
     "sha256",
     16,
     32,
     {12, 16, 0},
     "16, or 12 as the kernel's default has it",
     "RFC 4868"},
    {"cbc+sha512", "sha512", 16, 64, {32, 0, 0}, "32", "RFC 4868"},
}};

constexpr std::size_t most_hmac_key = 512; // bytes; as many as iproute2 can give

const SuiteFacts &suite_facts_of(Suite suite)
{
    return suite_facts[static_cast<std::size_t>(suite)];
}

bool key_is_zero(std::span<const std::uint8_t> bytes)
{
    return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

Failure bad_sa_keys(std::string why, std::string hint)
{
    return failure(ErrorKind::Unsupported, "cannot use the keys of an SA", std::move(why),
                   std::move(hint));
}

// SplitMix64: every number of the sequence depends on all bits of where it starts.
class KeyBytes {
public:
    explicit KeyBytes(std::uint64_t start) : state_(start) {}

    std::uint64_t next()
    {
        state_ += 0x9e3779b97f4a7c15U;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ mixed >> 30U) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ mixed >> 27U) * 0x94d049bb133111ebU;
        return mixed ^ mixed >> 31U;
    }

    // Starts again at what follows from all that was and this.
    void add(std::uint64_t value) { state_ = next() ^ value; }

    std::vector<std::uint8_t> take(std::size_t size)
    {
        std::vector<std::uint8_t> bytes(size);
        for (std::uint8_t &byte : bytes)
            byte = static_cast<std::uint8_t>(next() >> 56U);
        return bytes;
    }

private:
    std::uint64_t state_;
};

Result<void> check_cipher_key(const SaKeys &keys)
{
    const std::size_t size = keys.key.size();
    if (size != 16 && size != 24 && size != 32)
        return bad_sa_keys(fmt::format("an AES key of {} bytes", size),
                           "AES has keys of 16, 24 and 32 bytes");
    if (key_is_zero(keys.key))
        return bad_sa_keys("the AES key is all zeros",
                           "under lockdown=confidentiality the kernel shows zeros in place of "
                           "keys: boot without it to read them");
    return {};
}

Result<void> check_auth_key(const SaKeys &keys)
{
    const SuiteFacts &facts = suite_facts_of(keys.suite);
    if (keys.auth_key.empty())
        return bad_sa_keys(
            fmt::format("{} without a key for HMAC", facts.text),
            fmt::format("give one; {} has {} bytes", facts.source, facts.digest));
    if (keys.auth_key.size() > most_hmac_key)
        return bad_sa_keys(fmt::format("an HMAC key of {} bytes", keys.auth_key.size()),
                           fmt::format("give at most {} bytes; {} has {}", most_hmac_key,
                                       facts.source, facts.digest));
    if (key_is_zero(keys.auth_key))
        return bad_sa_keys("the HMAC key is all zeros",
                           "under lockdown=confidentiality the kernel shows zeros in place of "
                           "keys: boot without it to read them");
    return {};
}

} // namespace

unsigned iv_length(Suite suite)
{
    return suite_facts_of(suite).iv;
}

std::string algorithm_name(const SaKeys &keys)
{
    if (keys.suite == Suite::Gcm)
        return "rfc4106(gcm(aes))";
    return fmt::format("{}(hmac({}),cbc(aes))", keys.esn ? "authencesn" : "authenc",
                       suite_facts_of(keys.suite).hash);
}

std::string suite_text(const SaKeys &keys)
{
    return fmt::format("{} {}, {}-bit key{}", suite_facts_of(keys.suite).text, keys.icv_len,
                       8 * keys.key.size(), keys.esn ? ", ESN" : "");
}

SaKeys make_keys(Suite suite, unsigned key_len, unsigned icv_len, bool esn, std::uint64_t seed,
                 std::uint64_t number)
{
    KeyBytes bytes(seed);
    bytes.add(number);
    bytes.add(static_cast<std::uint64_t>(suite) << 32U | std::uint64_t{key_len} << 16U |
              std::uint64_t{icv_len} << 8U | (esn ? 1U : 0U));
    SaKeys keys;
    keys.suite = suite;
    keys.key = bytes.take(key_len);
    if (suite == Suite::Gcm)
        keys.salt = bytes.take(4);
    keys.auth_key = bytes.take(suite_facts_of(suite).digest);
    keys.icv_len = icv_len;
    keys.esn = esn;
    return keys;
}

Result<void> check_keys(const SaKeys &keys)
{
    const SuiteFacts &facts = suite_facts_of(keys.suite);
    if (auto checked = check_cipher_key(keys); !checked)
        return checked;
    if (keys.suite == Suite::Gcm) {
        if (keys.salt.size() != 4)
            return bad_sa_keys(fmt::format("a salt of {} bytes", keys.salt.size()),
                               "RFC 4106 has 4: the last of the kernel's key");
        if (!keys.auth_key.empty())
            return bad_sa_keys("rfc4106 with a key for HMAC", "GCM has none: leave it out");
    } else {
        if (!keys.salt.empty())
            return bad_sa_keys(fmt::format("{} with a salt", facts.text),
                               "CBC has none: leave it out");
        if (auto checked = check_auth_key(keys); !checked)
            return checked;
    }
    if (keys.icv_len == 0 || std::ranges::find(facts.icvs, keys.icv_len) == facts.icvs.end())
        return bad_sa_keys(fmt::format("an ICV of {} bytes with {}", keys.icv_len, facts.text),
                           fmt::format("{} has {}", facts.source, facts.icv_text));
    return {};
}

} // namespace ct
