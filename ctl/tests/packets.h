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
    Packet(const ct_algorithm &algorithm, std::uint64_t seed, std::uint64_t index)
        : plain(CT_MAX_IMAGE), sealed(CT_MAX_IMAGE)
    {
        ct_sa_make(&sa, &algorithm, seed, index / CT_SA_VECTORS);
        ct_vector_shape(&vector, &sa, index);
        plain.resize(ct_vector_plain_len(&vector));
        sealed.resize(ct_vector_sealed_len(&vector));
        vector.plain = plain.data();
        vector.sealed = sealed.data();
        ct_vector_fill(&vector, &sa);
        ct_seal_key key{};
        ct_seal_setkey(&key, &sa);
        ct_seal(&vector, &sa, &key);
    }
    Packet(const Packet &) = delete;
    Packet &operator=(const Packet &) = delete;

    ct_sa sa{};
    ct_vector vector{};
    std::vector<std::uint8_t> plain;
    std::vector<std::uint8_t> sealed;
};

using Digest = std::array<std::uint8_t, CT_DIGEST_SIZE>;

// What the module says of a seed when all algorithms are in the run.
inline Digest digest_of_seed(std::uint64_t seed)
{
    ct_sha sha{};
    ct_sha_init(&sha, CT_SHA256);
    for (std::uint64_t number = 0; number < CT_DIGEST_SAS; number++)
        for (const ct_algorithm &algorithm : ct_algorithms)
            for (std::uint64_t i = 0; i < CT_SA_VECTORS; i++) {
                const Packet packet(algorithm, seed, number * CT_SA_VECTORS + i);
                ct_digest_add(&sha, &packet.vector);
            }
    Digest digest{};
    ct_sha_final(&sha, digest.data());
    return digest;
}

} // namespace packets

#endif
