// SPDX-License-Identifier: GPL-2.0-or-later
// Whole ESP packets with the keys that made them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "cipher/suite.h"

namespace ct::cipher {

// Byte strings in hexadecimal digits.
struct KnownPacket {
    std::string_view name;
    Suite suite = Suite::Gcm;
    bool esn = false;
    unsigned icv_len = 0;
    std::uint32_t high = 0;
    std::string_view key;
    std::string_view salt;
    std::string_view auth_key;
    std::string_view packet;
    std::string_view text;
};

constexpr std::string_view counted_hmac_key =
    "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"
    "a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf";
constexpr std::string_view counted_text =
    "0800a3f20457000108090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    "0102030405060708090a0b0c0d0e0e01";

// Those of CBC were made with libcrypto, as nobody has published any.
constexpr std::array<KnownPacket, 6> known_packets = {{
    {"ESP, AES-128-GCM with ESN, draft-mcgrew-gcm-test-01", Suite::Gcm, true, 16, 0x87654321,
     "4c80cdefbb5d10da906ac73c3613a634", "2e443b68", "",
     "00004321000000004956ed7e3b244cfe"
     "fecf537e729d5b07dc30df528dd22b768d1b98736696a6fd348509fa13ceac34"
     "cfa2436f14a3f3cf65925bf1f4a13c5d15b21e1884f5ff6247aeabb786b93bce"
     "61bc17d768fd9732459018148f6cbe722fd04796562dfdb4",
     "45000048699a000080114db7c0a80102c0a801010a9bf15638d3010000010000"
     "00000000045f736970045f756470037369700963796265726369747902646b00"
     "0021000101020201"},
    {"ESP, AES-192-GCM, draft-mcgrew-gcm-test-01", Suite::Gcm, false, 16, 0,
     "feffe9928665731c6d6a8f9467308308feffe9928665731c", "cafebabe", "",
     "0000a5f80000000afacedbaddecaf888"
     "a5b1f8066029aea40e598b8122de02420938b3ab33f828e687b8858b5bfbdbd0"
     "315b27452144cc7795457b9652037f5318027b5b4cd7a636",
     "45000028a4ad4000400678800a01038f0a010612802306b8cb712602dd6bb03e"
     "501016d075680001"},
    {"ESP, AES-256-GCM, draft-mcgrew-gcm-test-01", Suite::Gcm, false, 16, 0,
     "abbccddef00112233445566778899aababbccddef00112233445566778899aab", "11223344", "",
     "4a2cbfe3000000020102030405060708"
     "ff425c9b724599df7a3bcd510194e00d6a78107f1b0b1cbf06efae9d65a5d763"
     "748a637985771d347f0545659f14e99def842d8eb335f4eecfdbf831824b4c49"
     "15956c96",
     "4500003069a6400080062690c0a801029389155e0a9e008b2dc57ee000000000"
     "7002400020bf0000020405b40101040201020201"},
    {"ESP, AES-128-CBC, HMAC-SHA-1-96", Suite::CbcSha1, false, 12, 0,
     "101112131415161718191a1b1c1d1e1f", "", counted_hmac_key.substr(0, 40),
     "00000711fffffff2f0e1d2c3b4a5968778695a4b3c2d1e0f"
     "bf579d3130c8dd6214585b93004e652567feb36dddb8fe812440af3b69ebbabb"
     "14a6321c765533d0e1618f9f8fab6621c3d26b33fd4e39a9ef316e19",
     counted_text},
    {"ESP, AES-192-CBC, HMAC-SHA-256-128 with ESN", Suite::CbcSha256, true, 16, 0x01020304,
     "101112131415161718191a1b1c1d1e1f2021222324252627", "", counted_hmac_key.substr(0, 64),
     "00000719fffffff3f0e1d2c3b4a5968778695a4b3c2d1e0f"
     "78ffc70a47db8ac633dfa4f6ceb5cbbd093ff680daa7178de5da7e3bf69b85ef"
     "8010ffea91d7ad309c6f5f79a8670828cedae85bb27f5ae6dc6d3655bf095dbf",
     counted_text},
    {"ESP, AES-256-CBC, HMAC-SHA-512-256 with ESN", Suite::CbcSha512, true, 32, 0x01020304,
     "101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f", "", counted_hmac_key,
     "00000721fffffff4f0e1d2c3b4a5968778695a4b3c2d1e0f"
     "3ef1fc4f0a2c9282301129e4f405e1b0b35251479cf733b840e2ec826516b294"
     "4b6d0edf8f13a461516f8ba4989879b75ffbd6ad07c10cfff09fcc8faa459709"
     "f1019cf0144b600621eeb008152e5f86",
     counted_text},
}};

} // namespace ct::cipher
