// SPDX-License-Identifier: GPL-2.0-or-later
// What an SA computes: its algorithms, keys and ICV (RFC 4106; RFC 3602 with RFC 2404 or
// RFC 4868), as both the kernel and the reference have to be given them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace ct {

enum class Suite { Gcm, CbcSha1, CbcSha256, CbcSha512 };

struct SaKeys {
    Suite suite = Suite::Gcm;
    std::vector<std::uint8_t> key;      // of AES: 16, 24 or 32 bytes
    std::vector<std::uint8_t> salt;     // of GCM: 4 bytes; else empty
    std::vector<std::uint8_t> auth_key; // of HMAC; empty with GCM
    unsigned icv_len = 16;              // bytes on the wire
    bool esn = false;                   // 64-bit sequence numbers

    friend bool operator==(const SaKeys &, const SaKeys &) = default;
};

// Bytes of IV in a packet: 8 or 16.
[[nodiscard]] unsigned iv_length(Suite suite);
// The crypto API's name of it: "rfc4106(gcm(aes))", "authenc(hmac(sha1),cbc(aes))"; with ESN
// and HMAC authencesn.
[[nodiscard]] std::string algorithm_name(const SaKeys &keys);
// "rfc4106 16, 256-bit key, ESN": for people.
[[nodiscard]] std::string suite_text(const SaKeys &keys);
// Keys that every run with that seed makes again for that number; for test SAs only.
// key_len in bytes.
[[nodiscard]] SaKeys make_keys(Suite suite, unsigned key_len, unsigned icv_len, bool esn,
                               std::uint64_t seed, std::uint64_t number);
// Sizes that RFCs and the kernel allow; an error names what does not fit. All-zero keys are
// refused too: under lockdown the kernel shows them in place of the real ones.
[[nodiscard]] Result<void> check_keys(const SaKeys &keys);

} // namespace ct
