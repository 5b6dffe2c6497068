// SPDX-License-Identifier: GPL-2.0-or-later
// libFuzzer on what takes captured packets apart: every parser on every input, as a packet, as
// the text of an ESP packet and as a block of a ring. See `make fuzz-packet`. With a folder as
// its only argument behind --seeds it writes packets of every kind there, to begin with.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "capture/frame.h"
#include "capture/packet.h"
#include "wire_packets.h"

namespace {

namespace wp = wire_packets;

void demand(bool holds, std::string_view what)
{
    if (holds)
        return;
    std::fprintf(stderr, "packet_fuzz: does not hold: %.*s\n", static_cast<int>(what.size()),
                 what.data());
    std::abort();
}

bool inside(ct::PacketView part, ct::PacketView whole)
{
    return part.data() >= whole.data() &&
           part.data() + part.size() <= whole.data() + whole.size();
}

// A fault of a checksum that says "checked", and one that is really wrong.
void look_at_view(const ct::InnerView &view, std::size_t size)
{
    demand(view.l4 <= view.payload && view.payload <= view.end && view.end <= size,
           "header, payload and end in their order, within the text");
    demand(view.source.v6 == view.destination.v6, "addresses of one family");
    const bool sum = view.fault == ct::InnerFault::TcpChecksum ||
                     view.fault == ct::InnerFault::UdpChecksum ||
                     view.fault == ct::InnerFault::IcmpChecksum ||
                     view.fault == ct::InnerFault::GreChecksum;
    demand(!sum || view.checked, "a wrong checksum was checked");
    demand(!view.truncated || !view.checked, "nothing is checked of a cut packet");
}

void look_at_text(ct::PacketView text, const ct::IpHeader &outer)
{
    const ct::InnerView view = ct::parse_inner(text, outer);
    look_at_view(view, text.size());
    demand(!view.truncated, "a text is never cut");
    demand(text.empty() || view.padding <= text.size(), "padding within the text");
    if (view.fault != ct::InnerFault::None || !view.checked || view.end == view.payload)
        return;
    // One bit of what was checked cannot be changed without being seen.
    std::vector<std::uint8_t> changed(text.begin(), text.end());
    changed[view.payload + (view.end - view.payload) / 2] ^= 1U;
    demand(ct::parse_inner(changed, outer).fault != ct::InnerFault::None,
           "a checked payload cannot change unseen");
}

void look_at_packet(ct::PacketView bytes)
{
    const auto ip = ct::parse_ip(bytes);
    if (ip) {
        demand(ip->payload <= bytes.size() && ip->payload <= ip->size,
               "a header within the packet");
        demand(!ct::address_text(ip->source).empty(), "an address has a text");
        demand(ct::parse_address(ct::address_text(ip->source)) == ip->source,
               "the text of an address is read back");
        look_at_text(bytes.subspan(ip->payload), *ip);
    }
    for (const std::uint16_t port : {std::uint16_t{4500}, std::uint16_t{0}}) {
        const auto esp = ct::parse_esp(bytes, port);
        if (!esp)
            continue;
        demand(ip.has_value() && inside(esp->packet, bytes), "ESP within the packet");
        demand(esp->packet.size() >= 8 && esp->spi >= 256, "a header with an SPI");
    }
    look_at_view(ct::parse_inner_ip(bytes), bytes.size());
}

void look_at_block(ct::PacketView bytes)
{
    ct::BlockWalk walk(bytes, 1);
    for (int i = 0; i < 1000; ++i) {
        const auto frame = walk.next();
        if (!frame)
            return;
        demand(inside(frame->bytes, bytes), "a frame within its block");
    }
}

bool write_seeds(const std::string &folder)
{
    std::size_t number = 0;
    const auto write = [&](const wp::Octets &bytes) {
        std::ofstream file(folder + "/" + std::to_string(number++), std::ios::binary);
        file.write(reinterpret_cast<const char *>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
        return file.good();
    };
    for (const auto &[name, packet] : wp::esp_packets())
        if (!write(packet))
            return false;
    for (const wp::Text &text : wp::texts())
        if (!write(text.bytes) ||
            !write(text.outer.source.size() == 4
                       ? wp::ip4(text.outer, text.bytes.back(), text.bytes)
                       : wp::ip6(text.outer, text.bytes.back(), text.bytes)))
            return false;
    return write(wp::ring_block({wp::Octets(100, 1), wp::Octets(200, 2), wp::Octets(1, 3)}));
}

} // namespace

extern "C" int LLVMFuzzerInitialize(int *count, char ***words)
{
    if (*count == 3 && std::string_view((*words)[1]) == "--seeds")
        std::exit(write_seeds((*words)[2]) ? EXIT_SUCCESS : EXIT_FAILURE);
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    // Bytes of their own, so that a step beyond them is seen.
    const std::vector<std::uint8_t> bytes(data, data + size);
    look_at_packet(bytes);
    for (const wp::Route &route : {wp::route4(), wp::route6()})
        look_at_text(bytes, wp::outer_of(route));
    for (const std::uint8_t protocol : wp::Octets{1, 6, 17, 47, 58, 60}) {
        const ct::IpHeader outer = wp::outer_of(wp::route6());
        look_at_view(ct::parse_transport(bytes, protocol, outer.source, outer.destination),
                     bytes.size());
    }
    look_at_block(bytes);
    return 0;
}
