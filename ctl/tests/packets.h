// SPDX-License-Identifier: GPL-2.0-or-later
// Packets of a seed, made again by the module's own sources.
#ifndef CRYPTORTURE_TESTS_PACKETS_H
#define CRYPTORTURE_TESTS_PACKETS_H

#include <array>
#include <cstdint>
#include <vector>

extern "C" {
#include "packet/vector.h"
#include "reference/aes.h"
#include "reference/digest.h"
#include "reference/seal.h"
}

namespace packets {

// A sealed packet, with all that went into it.
struct Packet {
    Packet(const yt_algorithm &algorithm, std::uint64_t seed, std::uint64_t index)
        : plain(YT_MAX_IMAGE), sealed(YT_MAX_IMAGE)
    {
        yt_sa_make(&sa, &algorithm, seed, index / YT_SA_VECTORS);
        yt_vector_shape(&vector, &sa, index);
        plain.resize(yt_vector_plain_len(&vector));
        sealed.resize(yt_vector_sealed_len(&vector));
        vector.plain = plain.data();
        vector.sealed = sealed.data();
        yt_vector_fill(&vector, &sa);
        yt_seal_key key{};
        yt_seal_setkey(&key, &sa);
        yt_seal(&vector, &sa, &key);
    }
    Packet(const Packet &) = delete;
    Packet &operator=(const Packet &) = delete;

    yt_sa sa{};
    yt_vector vector{};
    std::vector<std::uint8_t> plain;
    std::vector<std::uint8_t> sealed;
};

using Digest = std::array<std::uint8_t, YT_DIGEST_SIZE>;

// What the module says of a seed when all algorithms are in the run.
inline Digest digest_of_seed(std::uint64_t seed)
{
    yt_sha sha{};
    yt_sha_init(&sha, YT_SHA256);
    for (std::uint64_t number = 0; number < YT_DIGEST_SAS; number++)
        for (const yt_algorithm &algorithm : yt_algorithms)
            for (std::uint64_t i = 0; i < YT_SA_VECTORS; i++) {
                const Packet packet(algorithm, seed, number * YT_SA_VECTORS + i);
                yt_digest_add(&sha, &packet.vector);
            }
    Digest digest{};
    yt_sha_final(&sha, digest.data());
    return digest;
}

} // namespace packets

#endif
