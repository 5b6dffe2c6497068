// SPDX-License-Identifier: GPL-2.0-or-later
#include "esp/wire_record.h"

#include <algorithm>
#include <bit>

namespace ct {

namespace {

using ImageBytes = std::vector<std::uint8_t>;

constexpr std::size_t spi_size = 4;

void append(ImageBytes &image, PacketView bytes)
{
    image.insert(image.end(), bytes.begin(), bytes.end());
}

// SPI, upper half of the sequence number with ESN, lower half, IV.
ImageBytes head_of(const TunnelSa &sa, const WireImage &wire)
{
    ImageBytes head;
    append(head, wire.packet.first(spi_size));
    if (sa.sa.keys.esn)
        for (unsigned shift = 64; shift > 32; shift -= 8)
            head.push_back(static_cast<std::uint8_t>(wire.sequence >> (shift - 8)));
    append(head, wire.packet.subspan(spi_size, sa.cipher.head_size() - spi_size));
    return head;
}

ImageBytes sealed_packet(const TunnelSa &sa, const WireImage &wire, PacketView text)
{
    ImageBytes packet;
    append(packet, wire.packet.first(sa.cipher.head_size()));
    append(packet, text);
    packet.resize(packet.size() + sa.cipher.icv_size());
    sa.cipher.seal(packet, static_cast<std::uint32_t>(wire.sequence >> 32U));
    return packet;
}

ImageBytes with_head(const TunnelSa &sa, const WireImage &wire, PacketView packet)
{
    ImageBytes image = head_of(sa, wire);
    append(image, packet.subspan(sa.cipher.head_size()));
    return image;
}

ImageBytes plain_image(const TunnelSa &sa, const WireImage &wire, PacketView text)
{
    ImageBytes image = head_of(sa, wire);
    append(image, text);
    return image;
}

WirePacket describe(const TunnelSa &sa, const WireImage &wire, PacketView text)
{
    WirePacket packet;
    packet.algorithm = algorithm_name(sa.sa.keys);
    packet.spi = sa.sa.spi;
    packet.sequence = wire.sequence;
    packet.esn = sa.sa.keys.esn;
    packet.icv_len = sa.sa.keys.icv_len;
    packet.key = sa.sa.keys.key;
    packet.salt = sa.sa.keys.salt;
    packet.auth_key = sa.sa.keys.auth_key;
    packet.plain = plain_image(sa, wire, text);
    packet.sealed = with_head(sa, wire, sealed_packet(sa, wire, text));
    return packet;
}

void compare(Mismatch &record, const ImageBytes &expected, const ImageBytes &actual)
{
    record.expected = expected;
    record.actual = actual;
    record.window = 0;
    record.output_len = static_cast<std::uint32_t>(expected.size());
    const std::size_t text_end = record.text_offset + record.text_len;
    bool text = false;
    bool icv = false;
    bool header = false;
    for (std::size_t place = 0; place < std::min(expected.size(), actual.size()); ++place) {
        // NOLINTNEXTLINE(modernize-use-auto): the type is what matters
        const unsigned bits = static_cast<unsigned>(
            std::popcount(static_cast<unsigned>(expected[place] ^ actual[place])));
        if (bits == 0)
            continue;
        if (!record.first)
            record.first = static_cast<std::uint32_t>(place);
        ++record.wrong_bytes;
        record.wrong_bits += bits;
        header = header || place < record.text_offset;
        icv = icv || place >= text_end;
        if (place < record.text_offset || place >= text_end)
            continue;
        text = true;
        const auto block =
            static_cast<std::uint32_t>((place - record.text_offset) / block_size);
        if (record.blocks.empty() || record.blocks.back() != block)
            record.blocks.push_back(block);
    }
    if (text)
        record.what.push_back(What::Text);
    if (icv)
        record.what.push_back(What::Icv);
    if (header)
        record.what.push_back(What::Header);
}

Mismatch start(const TunnelSa &sa, const WireImage &wire, PacketView right_text, Stage stage)
{
    Mismatch record;
    record.algorithm = algorithm_name(sa.sa.keys);
    record.driver = sa.driver;
    record.direction = stage == Stage::Decapsulation ? Direction::Decrypt : Direction::Encrypt;
    record.key_len = static_cast<std::uint32_t>(sa.sa.keys.key.size());
    record.icv_len = sa.sa.keys.icv_len;
    record.text_offset =
        static_cast<std::uint32_t>(sa.cipher.head_size() + (sa.sa.keys.esn ? spi_size : 0));
    record.text_len = static_cast<std::uint32_t>(right_text.size());
    record.payload_len = record.text_len;
    record.persists = true;
    record.layout = "wire";
    WireOrigin origin;
    origin.stage = stage;
    origin.mode = name(sa.mode);
    origin.v6 = sa.sa.destination.v6;
    origin.packet = describe(sa, wire, right_text);
    record.wire = std::move(origin);
    return record;
}

} // namespace

WirePacket wire_packet(const TunnelSa &sa, const WireImage &image)
{
    return describe(sa, image, image.text);
}

Mismatch encapsulation_record(const TunnelSa &sa, const WireImage &image, PacketView expected)
{
    Mismatch record = start(sa, image, expected, Stage::Encapsulation);
    compare(record, record.wire->packet.sealed, with_head(sa, image, image.packet));
    return record;
}

Mismatch wire_record(const TunnelSa &sa, const WireImage &sent, PacketView received)
{
    Mismatch record = start(sa, sent, sent.text, Stage::Wire);
    compare(record, with_head(sa, sent, sent.packet), with_head(sa, sent, received));
    record.driver.clear(); // none had a hand in it
    return record;
}

Mismatch decapsulation_record(const TunnelSa &sa, const WireImage &image, std::size_t offset,
                              PacketView delivered)
{
    Mismatch record = start(sa, image, image.text, Stage::Decapsulation);
    ImageBytes actual = record.wire->packet.plain;
    const std::size_t begin = record.text_offset + offset;
    const std::size_t size = std::min(delivered.size(), actual.size() - begin);
    std::copy_n(delivered.begin(), size, actual.begin() + static_cast<std::ptrdiff_t>(begin));
    compare(record, record.wire->packet.plain, actual);
    return record;
}

} // namespace ct
