// SPDX-License-Identifier: GPL-2.0-or-later
#include "damage/packet.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "base/quantity.h"

extern "C" {
#include "reference/kat.h"
}

namespace ct {

namespace {

constexpr std::size_t nonce_size = 12; // salt and IV, before a 32-bit counter

// The first test of the reference that fails here; nothing if it can be believed.
const char *broken_reference()
{
    static const char *const failed = [] {
        const char *name = nullptr;
        return yt_reference_check(&name) == 0 ? nullptr : name;
    }();
    return failed;
}

Failure cannot_make(const std::string &why, const std::string &hint = {})
{
    return failure(ErrorKind::Malformed, "the packet cannot be generated again", why, hint);
}

// Big-endian, of 128 bits.
void add_to(Block &counter, std::uint64_t number)
{
    for (std::size_t place = block_size; place-- > 0 && number > 0;) {
        number += counter[place];
        counter[place] = static_cast<std::uint8_t>(number);
        number >>= 8U;
    }
}

bool same_sizes(const Mismatch &record, const yt_sa &sa, const yt_vector &vector)
{
    return record.key_len == sa.key_len && record.icv_len == sa.icv_len &&
           record.payload_len == vector.payload_len && record.text_offset == vector.head_len &&
           record.text_len == vector.text_len;
}

bool same_bytes(const Mismatch &record, Octets image)
{
    return record.actual.size() == record.expected.size() &&
           record.window + record.expected.size() <= image.size() &&
           std::equal(record.expected.begin(), record.expected.end(),
                      image.begin() + record.window);
}

} // namespace

Block block_at(Octets bytes, std::size_t offset)
{
    Block block{};
    if (offset < bytes.size())
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                    std::min(block_size, bytes.size() - offset), block.begin());
    return block;
}

Block operator^(const Block &one, const Block &other)
{
    Block sum{};
    for (std::size_t place = 0; place < block_size; ++place)
        sum[place] = one[place] ^ other[place];
    return sum;
}

Packet Packet::make(const yt_algorithm &algorithm, std::uint64_t seed, std::uint64_t index,
                    unsigned payload_len)
{
    (void)broken_reference(); // prepares it
    Packet packet;
    yt_sa_make(&packet.sa_, &algorithm, seed, index / YT_SA_VECTORS);
    yt_vector_shape_sized(&packet.vector_, &packet.sa_, index, payload_len);
    packet.fill();
    return packet;
}

void Packet::fill()
{
    plain_.resize(yt_vector_plain_len(&vector_));
    sealed_.resize(yt_vector_sealed_len(&vector_));
    vector_.plain = plain_.data();
    vector_.sealed = sealed_.data();
    yt_vector_fill(&vector_, &sa_);
    (void)yt_seal_setkey(&key_, &sa_);
    yt_seal(&vector_, &sa_, &key_);
}

Result<Packet> Packet::make(const WirePacket &wire)
{
    const int number = yt_algorithm_find(wire.algorithm.c_str());
    if (number < 0)
        return cannot_make(fmt::format("unknown algorithm \"{}\"", printable(wire.algorithm)));
    const yt_algorithm &algorithm = yt_algorithms[number];
    const bool gcm = algorithm.form == YT_FORM_RFC4106;
    if (!gcm && algorithm.form != YT_FORM_AUTHENC)
        return cannot_make("its algorithm is none of ESP's");
    Packet packet;
    packet.seeded_ = false;
    yt_sa &sa = packet.sa_;
    yt_vector &vector = packet.vector_;
    vector.header = yt_esp_header{wire.spi, wire.sequence, wire.esn};
    const std::size_t head = yt_esp_header_len(&vector.header) + algorithm.iv_len;
    constexpr std::size_t image_max = 65536;
    if (wire.key.size() > sizeof(sa.key) || wire.auth_key.size() > sizeof(sa.auth_key) ||
        wire.salt.size() != (gcm ? sizeof(sa.salt) : 0) || wire.icv_len > YT_MAX_ICV ||
        wire.plain.size() < head || wire.plain.size() > image_max ||
        wire.sealed.size() != wire.plain.size() + wire.icv_len)
        return cannot_make("its sizes contradict each other");
    sa.alg = &algorithm;
    std::copy(wire.key.begin(), wire.key.end(), std::begin(sa.key));
    std::copy(wire.salt.begin(), wire.salt.end(), std::begin(sa.salt));
    std::copy(wire.auth_key.begin(), wire.auth_key.end(), std::begin(sa.auth_key));
    sa.key_len = static_cast<u8>(wire.key.size());
    sa.auth_key_len = static_cast<u8>(wire.auth_key.size());
    sa.icv_len = static_cast<u8>(wire.icv_len);
    sa.spi = wire.spi;
    if (yt_seal_setkey(&packet.key_, &sa) != 0)
        return cannot_make("its key has an impossible length");
    vector.index = wire.sequence;
    vector.head_len = static_cast<u16>(head);
    vector.text_len = static_cast<u16>(wire.plain.size() - head);
    vector.payload_len = vector.text_len;
    vector.icv_len = static_cast<u8>(wire.icv_len);
    const auto iv = wire.plain.begin() + static_cast<std::ptrdiff_t>(head - algorithm.iv_len);
    std::copy_n(iv, algorithm.iv_len, std::begin(vector.wire_iv));
    std::copy_n(iv, algorithm.iv_len, std::begin(vector.request_iv));
    packet.plain_ = wire.plain;
    packet.sealed_ = wire.sealed;
    vector.plain = packet.plain_.data();
    vector.sealed = packet.sealed_.data();
    return packet;
}

Result<Packet> Packet::make(const Mismatch &record)
{
    if (const char *const name = broken_reference(); name != nullptr)
        return cannot_make(fmt::format("the reference fails \"{}\" on this machine", name),
                           "diagnose the run on another machine");
    if (record.wire) {
        auto packet = make(record.wire->packet);
        if (!packet)
            return packet;
        for (const WirePacket &other : record.wire->others)
            if (auto made = make(other))
                packet->others_.push_back(std::move(*made));
        return packet;
    }
    const int number = yt_algorithm_find(record.algorithm.c_str());
    if (number < 0)
        return cannot_make(
            fmt::format("unknown algorithm \"{}\"", printable(record.algorithm)));
    if (record.payload_len == 0 || record.payload_len > YT_MAX_PAYLOAD)
        return cannot_make("its length is impossible");
    Packet packet = make(yt_algorithms[number], record.seed, record.index, record.payload_len);
    if (!same_sizes(record, packet.sa_, packet.vector_))
        return cannot_make("the sizes in the record are not those of its seed and index",
                           "use the program of the version that made the run");
    const bool sealing = record.direction == Direction::Encrypt;
    if (sealing && yt_algorithm_makes_iv(packet.sa_.alg) && !packet.adopt_iv(record))
        return cannot_make(
            "the IV that the driver generated cannot be derived from the record");
    // What a refused packet may leave is more than one thing.
    if (!record.expected.empty() && record.direction != Direction::Tampered &&
        !same_bytes(record, sealing ? packet.sealed() : packet.plain()))
        return cannot_make("the expected bytes in the record are not those of its seed and "
                           "index",
                           "use the program of the version that made the run");
    if (record.concurrent)
        for (const Concurrent &other : *record.concurrent)
            if (other.driver == record.driver && other.index != record.index)
                packet.concurrent_.push_back(other.index);
    return packet;
}

// Generators of IVs take a random salt: the IV is what the expected bytes say.
bool Packet::adopt_iv(const Mismatch &record)
{
    // Records of the reference's own are of the vector as it is.
    if (same_bytes(record, sealed()))
        return true;
    if (record.expected.size() < block_size ||
        record.window + record.expected.size() > sealed_.size())
        return false;
    std::copy(record.expected.begin(), record.expected.end(), sealed_.begin() + record.window);
    if (!is_gcm())
        return chain_back(record);
    const std::size_t head = vector_.head_len;
    const std::size_t iv_at = head - sa_.alg->iv_len;
    if (record.window <= iv_at) {
        std::memcpy(vector_.wire_iv, sealed_.data() + iv_at, sa_.alg->iv_len);
    } else {
        // A whole block of key stream, decrypted, is its counter block.
        const std::size_t after = record.window > head ? record.window - head : 0;
        const std::size_t offset = (after + block_size - 1) / block_size * block_size;
        if (head + offset + block_size > record.window + record.expected.size() ||
            offset + block_size > vector_.text_len)
            return false;
        const Block stream = block_at(sealed_text(), offset) ^ block_at(plain_text(), offset);
        Block counter{};
        yt_aes_decrypt(&aes(), counter.data(), stream.data());
        std::memcpy(vector_.wire_iv, counter.data() + 4, sa_.alg->iv_len);
    }
    std::memcpy(plain_.data() + iv_at, vector_.wire_iv, sa_.alg->iv_len);
    yt_seal(&vector_, &sa_, &key_);
    return true;
}

// CBC: a decrypted block gives the one before it, and so on down to the IV.
bool Packet::chain_back(const Mismatch &record)
{
    const std::size_t head = vector_.head_len;
    const std::size_t begin = record.window > head ? record.window - head : 0;
    const std::size_t first = (begin + block_size - 1) / block_size * block_size;
    if (head + first + block_size > record.window + record.expected.size() ||
        first + block_size > vector_.text_len)
        return false;
    Block cipher = block_at(sealed_text(), first);
    for (std::size_t offset = first;; offset -= block_size) {
        Block before{};
        yt_aes_decrypt(&aes(), before.data(), cipher.data());
        cipher = before ^ block_at(plain_text(), offset);
        if (offset == 0)
            break;
    }
    Block derived{};
    yt_aes_decrypt(&aes(), derived.data(), cipher.data());
    std::memcpy(vector_.wire_iv, cipher.data(), block_size);
    yt_seal_chained(&vector_, &sa_, &key_, derived.data(), sealed_.data());
    return true;
}

bool Packet::is_gcm() const
{
    return sa_.alg->form == YT_FORM_RFC4106 || sa_.alg->form == YT_FORM_GCM ||
           sa_.alg->form == YT_FORM_SEQIV;
}

bool Packet::has_hmac() const
{
    return sa_.alg->hash != YT_HASH_NONE;
}

Mode Packet::mode() const
{
    return is_gcm() || sa_.alg->form == YT_FORM_CTR ? Mode::Counter : Mode::Cbc;
}

Octets Packet::plain_text() const
{
    return plain().subspan(vector_.head_len);
}

Octets Packet::sealed_text() const
{
    return sealed().subspan(vector_.head_len, vector_.text_len);
}

Block Packet::iv() const
{
    Block iv{};
    std::copy(std::begin(vector_.wire_iv), std::end(vector_.wire_iv), iv.begin());
    return iv;
}

Block Packet::counter(std::ptrdiff_t number) const
{
    Block counter{};
    if (!is_gcm()) {
        std::copy(std::begin(vector_.request_iv), std::end(vector_.request_iv),
                  counter.begin());
        add_to(counter, static_cast<std::uint64_t>(number));
        return counter;
    }
    std::copy(std::begin(sa_.salt), std::end(sa_.salt), counter.begin());
    std::copy_n(std::begin(vector_.wire_iv), nonce_size - sizeof(sa_.salt),
                counter.begin() + sizeof(sa_.salt));
    put_unaligned_be32(static_cast<std::uint32_t>(number + 2), counter.data() + nonce_size);
    return counter;
}

Octets Packet::aad() const
{
    const std::size_t size = is_gcm()     ? yt_esp_header_len(&vector_.header)
                             : has_hmac() ? vector_.head_len
                                          : 0;
    return plain().first(size);
}

std::vector<std::uint8_t> Packet::icv_over(Octets ciphertext) const
{
    if (is_gcm()) {
        // As GCM has it (SP 800-38D, 7.1), but over a text that is given.
        const Octets covered = aad();
        Block state{};
        yt_ghash_update(&ghash(), state.data(), covered.data(), covered.size());
        yt_ghash_update(&ghash(), state.data(), ciphertext.data(), ciphertext.size());
        Block lengths{};
        put_unaligned_be64(8ULL * covered.size(), lengths.data());
        put_unaligned_be64(8ULL * ciphertext.size(), lengths.data() + 8);
        yt_ghash_update(&ghash(), state.data(), lengths.data(), lengths.size());
        Block mask{};
        const Block first = counter(-1);
        yt_aes_encrypt(&aes(), mask.data(), first.data());
        const Block tag = state ^ mask;
        return {tag.begin(), tag.end()};
    }
    if (!has_hmac())
        return {};
    std::vector<std::uint8_t> mac(YT_SHA_MAX_DIGEST);
    yt_seal_hmac(&sa_, sealed_.data(), vector_.head_len, ciphertext.data(),
                 static_cast<unsigned>(ciphertext.size()), mac.data());
    mac.resize(sa_.auth_key_len); // as long as the digest
    return mac;
}

} // namespace ct
