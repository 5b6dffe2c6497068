// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/wireshark.h"

#include <cerrno>
#include <initializer_list>
#include <string_view>

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/quantity.h"
#include "capture/sink.h"

namespace ct {

namespace {

constexpr std::uint16_t natt_port_usual = 4500;

constexpr std::string_view wireshark_preferences = "esp.enable_encryption_decode: TRUE\n"
                                                   "esp.enable_authentication_check: TRUE\n"
                                                   "ip.check_checksum: TRUE\n"
                                                   "tcp.check_checksum: TRUE\n"
                                                   "udp.check_checksum: TRUE\n";

// Empty: there is no name for it.
std::string authentication_name(const SaKeys &keys)
{
    const unsigned bits = keys.icv_len * 8;
    // CBC alone, as in records of the crypto API.
    if (bits == 0)
        return "NULL";
    switch (keys.suite) {
    case Suite::Gcm:
        return "NULL";
    case Suite::CbcSha1:
        if (bits == 96)
            return "HMAC-SHA-1-96 [RFC2404]";
        break;
    case Suite::CbcSha256:
        if (bits == 128)
            return "HMAC-SHA-256-128 [RFC4868]";
        if (bits == 96)
            return "HMAC-SHA-256-96 [draft-ietf-ipsec-ciph-sha-256-00]";
        break;
    case Suite::CbcSha512:
        if (bits == 256)
            return "HMAC-SHA-512-256 [RFC4868]";
        break;
    }
    for (const unsigned known : {64U, 96U, 128U, 192U, 256U})
        if (bits == known)
            return fmt::format("ANY {} bit authentication [no checking]", bits);
    return {};
}

std::string encryption_name(const SaKeys &keys)
{
    if (keys.suite != Suite::Gcm)
        return "AES-CBC [RFC3602]";
    if (keys.icv_len != 8 && keys.icv_len != 12 && keys.icv_len != 16)
        return {};
    return fmt::format("AES-GCM with {} octet ICV [RFC4106]", keys.icv_len);
}

std::string address_field(const std::optional<Address> &address)
{
    return address ? address_text(*address) : "*";
}

Result<void> write_whole(const std::string &path, std::string_view text)
{
    auto sink = Sink::create(path);
    if (!sink)
        return Failure(sink.error());
    sink->add(text);
    return sink->close();
}

} // namespace

std::string esp_sa_line(const WiresharkSa &sa)
{
    const SaKeys &keys = sa.keys;
    const std::string encryption = encryption_name(keys);
    const std::string authentication = authentication_name(keys);
    if (encryption.empty() || authentication.empty())
        return fmt::format("# SPI 0x{:08x}: Wireshark has no name for {} with an ICV of {} "
                           "bytes\n",
                           sa.spi, algorithm_name(keys), keys.icv_len);
    std::vector<std::uint8_t> key = keys.key;
    key.insert(key.end(), keys.salt.begin(), keys.salt.end());
    const std::string auth_key =
        keys.auth_key.empty() ? std::string() : "0x" + hex_text(keys.auth_key);
    std::string line = fmt::format(R"("{}","{}","{}","0x{:08x}","{}","0x{}","{}","{}")",
                                   sa.v6 ? "IPv6" : "IPv4", address_field(sa.source),
                                   address_field(sa.destination), sa.spi, encryption,
                                   hex_text(key), authentication, auth_key);
    // From 4.4 on; 4.0 warns of two fields too many. In hexadecimal: of a large decimal number
    // 4.4 drops the whole table.
    if (keys.esn)
        line += fmt::format(R"(,"64-bit","0x{:08x}")", sa.sequence_high);
    return line + "\n";
}

Result<void> write_wireshark(const std::string &folder, const std::vector<WiresharkSa> &sas,
                             const std::vector<std::uint16_t> &ports, std::uint16_t natt_port)
{
    constexpr mode_t mode = 0700;
    if (mkdir(folder.c_str(), mode) != 0 && errno != EEXIST)
        return failure(ErrorKind::System, fmt::format("cannot make the folder {}", folder),
                       errno_text(errno), errno_hint(errno));
    std::string table;
    for (const WiresharkSa &sa : sas)
        table += esp_sa_line(sa);
    std::string decode_as;
    for (const std::uint16_t port : ports)
        for (const char *const protocol : {"tcp", "udp"})
            decode_as +=
                fmt::format("decode_as_entry: {}.port,{},(none),Data\n", protocol, port);
    if (natt_port != natt_port_usual)
        decode_as += fmt::format("decode_as_entry: udp.port,{},(none),UDPENCAP\n", natt_port);
    if (auto written = write_whole(folder + "/esp_sa", table); !written)
        return written;
    if (auto written = write_whole(folder + "/preferences", wireshark_preferences); !written)
        return written;
    return write_whole(folder + "/decode_as_entries", decode_as);
}

} // namespace ct
