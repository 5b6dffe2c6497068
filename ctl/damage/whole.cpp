// SPDX-License-Identifier: GPL-2.0-or-later
#include "damage/whole.h"

#include <algorithm>

#include "damage/packet.h"

namespace ct {

namespace {

std::vector<std::uint8_t> copy_of(Octets bytes)
{
    return {bytes.begin(), bytes.end()};
}

// As libraries take it.
std::vector<std::uint8_t> iv_of(const Packet &packet)
{
    constexpr std::size_t nonce_size = 12;
    const Block first = packet.mode() == Mode::Cbc ? packet.iv() : packet.counter(0);
    return copy_of(Octets(first).first(packet.is_gcm() ? nonce_size : first.size()));
}

// The expected image with the record's window in it; empty where the window does not
// show every wrong byte.
std::vector<std::uint8_t> actual_image(const Mismatch &record, Octets expected)
{
    std::uint32_t shown = 0;
    for (std::size_t place = 0; place < record.actual.size(); ++place)
        shown += record.actual[place] != record.expected[place] ? 1 : 0;
    if (shown != record.wrong_bytes)
        return {};
    std::vector<std::uint8_t> image = copy_of(expected);
    std::copy(record.actual.begin(), record.actual.end(), image.begin() + record.window);
    return image;
}

} // namespace

std::optional<PacketBytes> packet_bytes(const Mismatch &record)
{
    if (record.changed || record.algorithm.empty())
        return std::nullopt;
    const auto packet = Packet::make(record);
    if (!packet)
        return std::nullopt;
    const yt_sa &sa = packet->sa();
    const yt_vector &vector = packet->vector();
    const Octets key(sa.key);
    const Octets auth_key(sa.auth_key);
    PacketBytes bytes;
    bytes.key = copy_of(key.first(sa.key_len));
    bytes.auth_key = copy_of(auth_key.first(sa.auth_key_len));
    bytes.iv = iv_of(*packet);
    bytes.aad = copy_of(packet->aad());
    const bool sealing = record.direction == Direction::Encrypt;
    bytes.source = copy_of(sealing ? packet->plain() : packet->sealed());
    if (record.direction == Direction::Tampered)
        bytes.source.at(vector.tamper_offset) ^= vector.tamper_mask;
    // Of a packet that had to be refused, or was, the output has no meaning.
    if (record.expected.empty() || record.direction == Direction::Tampered)
        return bytes;
    const Octets expected = sealing ? packet->sealed() : packet->plain();
    bytes.expected = copy_of(expected);
    bytes.actual = actual_image(record, expected);
    return bytes;
}

void Wholes::complete(Mismatch &record)
{
    if (kinds_.fresh(record))
        record.packet = packet_bytes(record);
}

} // namespace ct
