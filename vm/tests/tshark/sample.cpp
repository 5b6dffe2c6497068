// SPDX-License-Identifier: GPL-2.0-or-later
// A capture of ESP in all forms that tunnels have, and of each packet what its readers should
// say of it: right ones, ones with a wrong byte under a right ICV, as a fault in encryption
// leaves them, and ones with a wrong ICV.
#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "capture/octets.h"
#include "capture/pcapng.h"
#include "capture/wireshark.h"
#include "cipher/esp_cipher.h"

namespace {

using namespace ct;
using Octets = std::vector<std::uint8_t>;

constexpr std::uint16_t data_port = 7000;
constexpr std::uint32_t first_sequence = 0x10000; // see ESN and Wireshark in the script
constexpr std::uint32_t sequence_high = 2;
constexpr std::uint8_t ipv4_in = 4;
constexpr std::uint8_t ipv6_in = 41;
constexpr std::uint8_t tcp = 6;
constexpr std::uint8_t udp = 17;
constexpr std::uint8_t gre = 47;
constexpr std::uint8_t esp = 50;

enum class Form { Transport, Tunnel, Gre };
enum class Inner { Tcp, Udp, Icmp };
enum class Harm { None, Text, Icv };

void big(Octets &bytes, std::uint32_t value, unsigned size)
{
    while (size-- > 0)
        bytes.push_back(static_cast<std::uint8_t>(value >> (8 * size)));
}

void append(Octets &bytes, PacketView more)
{
    bytes.insert(bytes.end(), more.begin(), more.end());
}

PacketView raw(const Address &address)
{
    return PacketView(address.bytes).first(address.v6 ? 16 : 4);
}

// That makes the sum of all of it right.
void put_checksum(Octets &bytes, std::size_t at, std::uint64_t sum)
{
    sum += word_sum(bytes);
    while (sum >> 16U != 0)
        sum = (sum & 0xffffU) + (sum >> 16U);
    const auto value = static_cast<std::uint16_t>(~sum);
    bytes[at] = static_cast<std::uint8_t>(value & 0xffU);
    bytes[at + 1] = static_cast<std::uint8_t>(value >> 8U);
}

Octets ip(const Address &source, const Address &destination, std::uint8_t protocol,
          const Octets &payload)
{
    Octets bytes;
    if (source.v6) {
        big(bytes, 0x60000000, 4);
        big(bytes, static_cast<std::uint32_t>(payload.size()), 2);
        big(bytes, protocol, 1);
        big(bytes, 64, 1);
    } else {
        big(bytes, 0x4500, 2);
        big(bytes, static_cast<std::uint32_t>(20 + payload.size()), 2);
        big(bytes, 0, 4);
        big(bytes, 64, 1);
        big(bytes, protocol, 1);
        big(bytes, 0, 2);
    }
    append(bytes, raw(source));
    append(bytes, raw(destination));
    if (!source.v6)
        put_checksum(bytes, 10, 0);
    append(bytes, payload);
    return bytes;
}

std::uint8_t protocol_of(Inner inner, bool v6)
{
    if (inner == Inner::Icmp)
        return v6 ? 58 : 1;
    return inner == Inner::Tcp ? tcp : udp;
}

Octets segment(Inner inner, const Address &source, const Address &destination,
               std::uint32_t number)
{
    Octets payload;
    for (unsigned byte = 0; byte < 40 + number % 5; ++byte)
        payload.push_back(static_cast<std::uint8_t>('a' + byte % 26));
    Octets bytes;
    std::size_t checksum_at = 0;
    if (inner == Inner::Icmp) {
        big(bytes, source.v6 ? 0x80000000 : 0x08000000, 4);
        big(bytes, number, 4);
        checksum_at = 2;
    } else {
        big(bytes, 40000, 2);
        big(bytes, data_port, 2);
        if (inner == Inner::Tcp) {
            big(bytes, number * 1000, 4);
            big(bytes, 1, 4);
            big(bytes, 0x5010ffff, 4); // ACK
            big(bytes, 0, 4);
            checksum_at = 16;
        } else {
            big(bytes, static_cast<std::uint32_t>(8 + payload.size()), 2);
            big(bytes, 0, 2);
            checksum_at = 6;
        }
    }
    append(bytes, payload);
    std::uint64_t pseudo = 0;
    if (inner != Inner::Icmp || source.v6)
        pseudo = word_sum(raw(source)) + word_sum(raw(destination)) + word_of(bytes.size()) +
                 word_of(protocol_of(inner, source.v6));
    put_checksum(bytes, checksum_at, pseudo);
    return bytes;
}

const char *word(Inner inner)
{
    return inner == Inner::Tcp ? "tcp" : inner == Inner::Udp ? "udp" : "icmp";
}

const char *word(Form form)
{
    return form == Form::Transport ? "transport" : form == Form::Tunnel ? "tunnel" : "gre";
}

const char *word(Harm harm)
{
    return harm == Harm::None ? "right" : harm == Harm::Text ? "wrong text" : "wrong ICV";
}

Address address(const char *text)
{
    return parse_address(text).value_or(Address());
}

class Sample {
public:
    explicit Sample(Pcapng &file) : file_(file)
    {
        for (const bool v6 : {false, true})
            interfaces_[v6 ? 1 : 0] =
                file.interface(v6 ? "a-out-v6" : "a-out-v4", "outside of the tunnel");
    }

    // Every form and content over one SA.
    bool add(const SaKeys &keys, bool v6, bool natt)
    {
        const auto cipher = EspCipher::make(keys);
        if (!cipher) {
            fmt::print(stderr, "sample: {}\n", cipher.error().sentence());
            return false;
        }
        const std::uint32_t spi = 0x1000 + static_cast<std::uint32_t>(sas_.size());
        sas_.push_back({keys, spi, v6, keys.esn ? sequence_high : 0});
        std::uint32_t sequence = first_sequence;
        for (const Form form : {Form::Transport, Form::Tunnel, Form::Gre})
            for (const Inner inner : {Inner::Tcp, Inner::Udp, Inner::Icmp})
                for (const Harm harm : {Harm::None, Harm::Text, Harm::Icv})
                    write(keys, *cipher, {spi, sequence++, v6, natt, form, inner, harm});
        return true;
    }
    [[nodiscard]] const std::vector<WiresharkSa> &sas() const { return sas_; }

private:
    struct Kind {
        std::uint32_t spi;
        std::uint32_t sequence;
        bool v6;
        bool natt;
        Form form;
        Inner inner;
        Harm harm;
    };

    void write(const SaKeys &keys, const EspCipher &cipher, const Kind &kind)
    {
        const Address source = address(kind.v6 ? "2001:db8::1" : "192.0.2.1");
        const Address destination = address(kind.v6 ? "2001:db8::2" : "192.0.2.2");
        // Inside, the other family in turn.
        const bool v6 = kind.form == Form::Transport ? kind.v6 : (kind.sequence & 1U) != 0;
        const bool own = kind.form == Form::Transport;
        const Address from = own ? source : address(v6 ? "2001:db8:1::1" : "198.51.100.1");
        const Address to = own ? destination : address(v6 ? "2001:db8:1::2" : "198.51.100.2");

        Octets text = segment(kind.inner, from, to, kind.sequence);
        if (kind.harm == Harm::Text)
            text[text.size() - 7] ^= 0x20; // a letter of the other case
        std::uint8_t next = protocol_of(kind.inner, v6);
        if (!own) {
            text = ip(from, to, next, text);
            next = v6 ? ipv6_in : ipv4_in;
        }
        if (kind.form == Form::Gre) {
            Octets header;
            big(header, v6 ? 0x86dd : 0x0800, 4);
            header.insert(header.end(), text.begin(), text.end());
            text = std::move(header);
            next = gre;
        }
        const std::size_t align = keys.suite == Suite::Gcm ? 4 : 16;
        std::uint8_t padding = 0;
        while ((text.size() + 2) % align != 0)
            text.push_back(++padding);
        text.push_back(padding);
        text.push_back(next);

        Octets packet;
        big(packet, kind.spi, 4);
        big(packet, kind.sequence, 4);
        for (std::size_t byte = packet.size(); byte < cipher.head_size(); ++byte)
            packet.push_back(static_cast<std::uint8_t>(kind.sequence * 31 + byte * 7));
        append(packet, text);
        packet.resize(packet.size() + cipher.icv_size());
        cipher.seal(packet, keys.esn ? sequence_high : 0);
        if (kind.harm == Harm::Icv)
            packet.back() ^= 1;
        if (kind.natt) {
            Octets header;
            big(header, 4500, 2);
            big(header, 4500, 2);
            big(header, static_cast<std::uint32_t>(8 + packet.size()), 2);
            big(header, 0, 2);
            append(header, packet);
            packet = std::move(header);
        }
        const Octets bytes = ip(source, destination, kind.natt ? udp : esp, packet);

        ++frame_;
        const std::string name =
            fmt::format("{}, IPv{}{}, {}, {} in IPv{}: {}", suite_text(keys), kind.v6 ? 6 : 4,
                        kind.natt ? " NAT-T" : "", word(kind.form), word(kind.inner),
                        v6 ? 6 : 4, word(kind.harm));
        Pcapng::Entry entry;
        entry.interface = interfaces_[kind.v6 ? 1 : 0];
        entry.time_ns = 1700000000000000000 + frame_ * 1000;
        entry.size = static_cast<std::uint32_t>(bytes.size());
        entry.bytes = bytes;
        if (kind.harm != Harm::None)
            entry.comments = {name, word(kind.harm)};
        file_.write(entry);
        fmt::print("{{\"frame\": {}, \"name\": \"{}\", \"esn\": {}, \"icv\": {}, "
                   "\"checksum\": \"{}\", \"checksum_good\": {}, \"comments\": {}}}\n",
                   frame_, name, keys.esn, kind.harm != Harm::Icv,
                   kind.inner == Inner::Icmp && v6 ? "icmpv6" : word(kind.inner),
                   kind.harm != Harm::Text, entry.comments.size());
    }

    Pcapng &file_;
    unsigned interfaces_[2] = {};
    std::vector<WiresharkSa> sas_;
    std::uint64_t frame_ = 0;
};

int fail(const Error &error)
{
    fmt::print(stderr, "sample: {}\n", error.sentence());
    return 2;
}

} // namespace

// FILE FOLDER: a capture, and what Wireshark has to be told. What is in it goes to stdout, a
// JSON object for each packet.
int main(int count, char **words)
{
    if (count != 3)
        return 2;
    if (const auto proven = proven_cipher("cannot make samples"); !proven)
        return fail(proven.error());
    auto file = Pcapng::create(words[1], "a test");
    if (!file)
        return fail(file.error());
    Sample sample(*file);
    const std::pair<Suite, unsigned> suites[] = {
        {Suite::Gcm, 8},      {Suite::Gcm, 12},       {Suite::Gcm, 16},
        {Suite::CbcSha1, 12}, {Suite::CbcSha256, 16}, {Suite::CbcSha512, 32}};
    std::uint64_t number = 0;
    for (const auto &[suite, icv_len] : suites)
        for (const unsigned key_len : {16U, 24U, 32U})
            for (const bool esn : {false, true})
                for (const bool v6 : {false, true})
                    for (const bool natt : {false, true})
                        if (!sample.add(make_keys(suite, key_len, icv_len, esn, 1, ++number),
                                        v6, natt))
                            return 2;
    if (auto closed = file->close(); !closed)
        return fail(closed.error());
    if (auto written = write_wireshark(words[2], sample.sas(), {data_port}); !written)
        return fail(written.error());
    return 0;
}
