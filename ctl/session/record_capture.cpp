// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/record_capture.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

extern "C" {
#include "packet/algorithm.h"
#include "packet/esp.h"
#include "packet/vector.h"
#include "reference/seal.h"
}

#include "base/quantity.h"
#include "capture/pcapng.h"
#include "capture/wireshark.h"
#include "damage/packet.h"
#include "damage/whole.h"
#include "text/line.h"

namespace ct {

namespace {

// RFC 2544's addresses for benchmarks, a pair for each record.
constexpr std::size_t records_most = 65536;
constexpr unsigned high_shift = 32;

std::vector<std::uint8_t> octets_of(Octets bytes)
{
    return {bytes.begin(), bytes.end()};
}

void put_big(std::vector<std::uint8_t> &bytes, std::uint32_t value, unsigned size)
{
    constexpr unsigned octet = 8;
    while (size-- > 0)
        bytes.push_back(static_cast<std::uint8_t>(value >> (octet * size)));
}

Address address_of(bool destination, std::size_t number)
{
    constexpr std::size_t octet = 256;
    Address address;
    address.bytes[0] = 198;
    address.bytes[1] = destination ? 19 : 18;
    address.bytes[2] = static_cast<std::uint8_t>(number / octet);
    address.bytes[3] = static_cast<std::uint8_t>(number % octet);
    return address;
}

std::vector<std::uint8_t> ip_header(std::size_t number, std::size_t payload)
{
    constexpr std::uint32_t version_and_length = 0x4500;
    constexpr std::uint32_t ttl_and_esp = 0x4032;
    constexpr std::size_t size = 20;
    constexpr std::size_t checksum_at = 10;
    std::vector<std::uint8_t> header;
    put_big(header, version_and_length, 2);
    put_big(header, static_cast<std::uint32_t>(size + payload), 2);
    put_big(header, 0, 4); // identification, no fragment
    put_big(header, ttl_and_esp, 2);
    put_big(header, 0, 2);
    for (const bool destination : {false, true}) {
        const Address address = address_of(destination, number);
        header.insert(header.end(), address.bytes.begin(), address.bytes.begin() + 4);
    }
    std::uint32_t sum = 0;
    for (std::size_t place = 0; place < size; place += 2)
        sum += static_cast<std::uint32_t>(header[place]) << 8U | header[place + 1];
    while (sum >> 16U != 0)
        sum = (sum & 0xffffU) + (sum >> 16U);
    header[checksum_at] = static_cast<std::uint8_t>(~sum >> 8U);
    header[checksum_at + 1] = static_cast<std::uint8_t>(~sum);
    return header;
}

// What goes over the wire, of the image that lies in a request's buffer.
std::vector<std::uint8_t> wire_packet(std::size_t number, const Packet &packet, Octets image)
{
    const yt_vector &vector = packet.vector();
    const yt_algorithm &algorithm = *packet.sa().alg;
    std::vector<std::uint8_t> esp;
    if (vector.head_len > 0) {
        // As it is in the image, which may be wrong in it; the upper half is not sent.
        const Octets low = image.subspan(yt_esp_header_len(&vector.header) - 4U, 4);
        esp.insert(esp.end(), image.begin(), image.begin() + YT_ESP_SPI);
        esp.insert(esp.end(), low.begin(), low.end());
    } else {
        put_big(esp, vector.header.spi, 4);
        put_big(esp, static_cast<std::uint32_t>(vector.header.seq), 4);
    }
    // The IV is in the head, where the request does not have it.
    const bool in_head = vector.head_len >= algorithm.iv_len && algorithm.form != YT_FORM_GCM &&
                         algorithm.form != YT_FORM_CBC;
    const Octets iv = in_head
                          ? image.subspan(vector.head_len - algorithm.iv_len, algorithm.iv_len)
                          : Octets(vector.wire_iv).first(algorithm.iv_len);
    esp.insert(esp.end(), iv.begin(), iv.end());
    const Octets rest = image.subspan(vector.head_len);
    esp.insert(esp.end(), rest.begin(), rest.end());
    std::vector<std::uint8_t> bytes = ip_header(number, esp.size());
    bytes.insert(bytes.end(), esp.begin(), esp.end());
    return bytes;
}

// The packet that would have been decrypted to that, by the reference.
std::vector<std::uint8_t> sealed_again(const Packet &packet, std::vector<std::uint8_t> plain)
{
    yt_vector vector = packet.vector();
    std::vector<std::uint8_t> sealed(packet.sealed().size());
    vector.plain = plain.data();
    vector.sealed = sealed.data();
    yt_seal_key key{};
    (void)yt_seal_setkey(&key, &packet.sa());
    yt_seal(&vector, &packet.sa(), &key);
    return sealed;
}

WiresharkSa wireshark_sa(std::size_t number, const Packet &packet)
{
    const yt_sa &sa = packet.sa();
    const yt_vector &vector = packet.vector();
    WiresharkSa entry;
    entry.spi = vector.header.spi;
    entry.source = address_of(false, number);
    entry.destination = address_of(true, number);
    entry.sequence_high = static_cast<std::uint32_t>(vector.header.seq >> high_shift);
    switch (sa.alg->hash) {
    case YT_HASH_NONE:
        entry.keys.suite = packet.is_gcm() ? Suite::Gcm : Suite::CbcSha1;
        break;
    case YT_HASH_SHA1:
        entry.keys.suite = Suite::CbcSha1;
        break;
    case YT_HASH_SHA256:
        entry.keys.suite = Suite::CbcSha256;
        break;
    case YT_HASH_SHA512:
        entry.keys.suite = Suite::CbcSha512;
        break;
    }
    entry.keys.key = octets_of(Octets(sa.key).first(sa.key_len));
    entry.keys.salt = octets_of(Octets(sa.salt).first(sa.alg->salt_len));
    entry.keys.auth_key = octets_of(Octets(sa.auth_key).first(sa.auth_key_len));
    entry.keys.icv_len = sa.icv_len;
    entry.keys.esn = vector.header.esn;
    return entry;
}

// What a reader of the capture has to know of this packet's form.
std::vector<std::string> limits_of(const Packet &packet)
{
    const yt_vector &vector = packet.vector();
    std::vector<std::string> limits;
    if (vector.bare)
        limits.emplace_back("the text is the payload alone, without an ESP trailer: what is "
                            "shown as padding and next header is payload, and Wireshark may "
                            "call a right ICV wrong");
    if (vector.header.esn)
        limits.push_back(fmt::format(
            "64-bit sequence number, upper half 0x{:08x}: Wireshark before 4.4 calls "
            "its ICV wrong whatever it is",
            static_cast<std::uint32_t>(vector.header.seq >> high_shift)));
    if (vector.icv_len == 0)
        limits.emplace_back("the algorithm has no ICV");
    return limits;
}

class CaptureWriter {
public:
    CaptureWriter(Pcapng &file, RecordCapture &result)
        : file_(file), result_(result),
          expected_(file.interface("expected", "what is right, computed by the reference")),
          actual_(file.interface("actual", "what the driver gave"))
    {
    }

    void add(const Mismatch &record)
    {
        if (const auto why = try_to_add(record))
            result_.left_out.push_back(fmt::format("record {}: {}", record.number, *why));
        else
            ++result_.records;
    }
    [[nodiscard]] const std::vector<WiresharkSa> &sas() const { return sas_; }

private:
    // Why it cannot be in it.
    [[nodiscard]] std::optional<std::string> try_to_add(const Mismatch &record)
    {
        if (record.changed)
            return "a register of a user thread, no packet";
        if (sas_.size() == records_most)
            return "there are no more addresses";
        const auto packet = Packet::make(record);
        const auto bytes = packet_bytes(record);
        if (!packet || !bytes)
            return packet ? "no packet" : packet.error().why;
        if (packet->sa().alg->form == YT_FORM_CTR)
            return "CTR without an ICV is no ESP";
        record_ = &record;
        number_ = sas_.size();
        sas_.push_back(wireshark_sa(number_, *packet));
        limits_ = limits_of(*packet);
        if (bytes->actual.empty() && record.direction != Direction::Tampered)
            limits_.emplace_back("the record does not have all wrong bytes, so that there is "
                                 "no packet of what the driver gave");
        if (record.direction == Direction::Tampered) {
            write(*packet, expected_, packet->sealed(), "the packet before it was changed");
            write(*packet, actual_, bytes->source,
                  "the packet that the driver had to refuse: one bit was changed on purpose");
        } else if (record.direction == Direction::Encrypt) {
            write(*packet, expected_, packet->sealed(), "expected: sealed by the reference");
            if (!bytes->actual.empty())
                write(*packet, actual_, bytes->actual, "actual: as the driver sealed it");
        } else {
            write(*packet, expected_, packet->sealed(), "expected: the packet to be opened");
            if (!bytes->actual.empty())
                write(*packet, actual_, sealed_again(*packet, bytes->actual),
                      "actual: the driver opened the expected packet to this text; sealed "
                      "again by the reference, so that its ICV is right");
        }
        return std::nullopt;
    }

    void write(const Packet &packet, unsigned interface, Octets image, const char *what)
    {
        const auto bytes = wire_packet(number_, packet, image);
        Pcapng::Entry entry;
        entry.interface = interface;
        entry.time_ns = record_->time_ns;
        entry.size = static_cast<std::uint32_t>(bytes.size());
        entry.bytes = bytes;
        entry.comments = {mismatch_line(*record_), what};
        if (!record_->blocks.empty())
            entry.comments.push_back(
                fmt::format("wrong blocks of the text: {}", number_list(record_->blocks)));
        entry.comments.insert(entry.comments.end(), limits_.begin(), limits_.end());
        if (packet.vector().header.esn &&
            !std::equal(image.begin() + YT_ESP_SPI, image.begin() + YT_ESP_SPI + YT_ESP_HIGH,
                        packet.sealed().begin() + YT_ESP_SPI))
            entry.comments.emplace_back("the upper half of its sequence number is wrong, which "
                                        "is not on the wire");
        file_.write(entry);
        ++result_.packets;
    }

    Pcapng &file_;
    RecordCapture &result_;
    unsigned expected_;
    unsigned actual_;
    std::vector<WiresharkSa> sas_;
    const Mismatch *record_ = nullptr;
    std::size_t number_ = 0;
    std::vector<std::string> limits_;
};

} // namespace

Result<RecordCapture> write_record_capture(const SavedRun &run, const std::string &path,
                                           const std::string &program)
{
    auto file = Pcapng::create(path, "cryptorture " + program);
    if (!file)
        return Failure(file.error());
    RecordCapture result;
    result.folder = path + ".wireshark";
    CaptureWriter writer(*file, result);
    for (const Mismatch &record : run.records)
        writer.add(record);
    if (auto closed = file->close(); !closed)
        return Failure(closed.error());
    if (auto written = write_wireshark(result.folder, writer.sas(), {}); !written)
        return Failure(written.error());
    return result;
}

} // namespace ct
