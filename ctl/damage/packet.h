// SPDX-License-Identifier: GPL-2.0-or-later
// The packet of a record, generated again from (seed, algorithm, index) by the same
// sources that the module compiles, with its keys: its input, its expected
// output, and every block that the cipher processed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "record/mismatch.h"

extern "C" {
#include "packet/vector.h"
#include "reference/seal.h"
}

namespace ct {

using Block = std::array<std::uint8_t, block_size>;
using Octets = std::span<const std::uint8_t>;

// The bytes from there on; as many of them as there are, then zeros.
[[nodiscard]] Block block_at(Octets bytes, std::size_t offset);
[[nodiscard]] Block operator^(const Block &one, const Block &other);

// What the cipher does to the text.
enum class Mode { Cbc, Counter };

class Packet {
public:
    // An error when the record does not fit what its seed makes.
    [[nodiscard]] static Result<Packet> make(const Mismatch &record);
    // The packet of another index, with the payload that the seed gives it.
    [[nodiscard]] static Packet make(const yt_algorithm &algorithm, std::uint64_t seed,
                                     std::uint64_t index, unsigned payload_len);
    // One of a real tunnel. An error when its sizes contradict each other.
    [[nodiscard]] static Result<Packet> make(const WirePacket &wire);

    Packet(const Packet &) = delete;
    Packet &operator=(const Packet &) = delete;
    Packet(Packet &&) = default;
    Packet &operator=(Packet &&) = default;
    ~Packet() = default;

    [[nodiscard]] const yt_sa &sa() const { return sa_; }
    [[nodiscard]] const yt_aes &aes() const { return key_.gcm.aes; }
    [[nodiscard]] const yt_ghash_key &ghash() const { return key_.gcm.ghash; }
    [[nodiscard]] const yt_vector &vector() const { return vector_; }
    [[nodiscard]] Mode mode() const;
    [[nodiscard]] bool is_gcm() const;
    [[nodiscard]] bool has_hmac() const;

    [[nodiscard]] Octets plain() const { return plain_; }   // head, text
    [[nodiscard]] Octets sealed() const { return sealed_; } // head, text, ICV
    [[nodiscard]] Octets plain_text() const;
    [[nodiscard]] Octets sealed_text() const;
    [[nodiscard]] std::size_t blocks() const { return (vector_.text_len + 15U) / 16U; }

    // Made from a seed: the index counts, and its SA has neighbours that can be made too.
    [[nodiscard]] bool seeded() const { return seeded_; }
    // Of a real tunnel: packets of the same moment, of this or other SAs.
    [[nodiscard]] const std::vector<Packet> &others() const { return others_; }
    // Of a seed: indexes of packets that the same driver worked at when it was at this one.
    [[nodiscard]] const std::vector<std::uint64_t> &concurrent() const { return concurrent_; }

    // What CBC chains the first block to.
    [[nodiscard]] Block iv() const;
    // What is encrypted into the key stream of that block; GCM: -1 for the ICV.
    [[nodiscard]] Block counter(std::ptrdiff_t number) const;
    // What the ICV covers before the ciphertext; empty without an ICV.
    [[nodiscard]] Octets aad() const;
    // The ICV that belongs to this ciphertext, whole; empty without any.
    [[nodiscard]] std::vector<std::uint8_t> icv_over(Octets ciphertext) const;

private:
    Packet() = default;
    void fill();
    [[nodiscard]] bool chain_back(const Mismatch &record);
    [[nodiscard]] bool adopt_iv(const Mismatch &record);

    yt_sa sa_{};
    yt_seal_key key_{};
    yt_vector vector_{};
    std::vector<std::uint8_t> plain_;
    std::vector<std::uint8_t> sealed_;
    bool seeded_ = true;
    std::vector<Packet> others_;
    std::vector<std::uint64_t> concurrent_;
};

} // namespace ct
