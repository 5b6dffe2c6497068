// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/pcapng.h"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "wire_packets.h"

namespace ct::test {

namespace wp = wire_packets;

namespace {

class CaptureFolder {
public:
    CaptureFolder()
    {
        char name[] = "/tmp/cryptorture-capture-XXXXXX";
        EXPECT_NE(mkdtemp(name), nullptr);
        path = name;
    }
    CaptureFolder(const CaptureFolder &) = delete;
    CaptureFolder &operator=(const CaptureFolder &) = delete;
    ~CaptureFolder() { std::filesystem::remove_all(path); }

    [[nodiscard]] wp::Octets octets(const std::string &name) const
    {
        std::ifstream file(path + "/" + name, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    [[nodiscard]] std::string text(const std::string &name) const
    {
        const wp::Octets all = octets(name);
        return {all.begin(), all.end()};
    }
    [[nodiscard]] unsigned mode(const std::string &name) const
    {
        struct stat status {};
        return stat((path + "/" + name).c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
    }

    std::string path;
};

using CapturedOption = std::pair<unsigned, std::string>;

struct CapturedBlock {
    std::uint32_t type = 0;
    wp::Octets body;
    std::vector<CapturedOption> options;
};

std::uint32_t number_at(const wp::Octets &bytes, std::size_t at, std::size_t size = 4)
{
    std::uint32_t number = 0;
    std::memcpy(&number, &bytes.at(at), size);
    return number;
}

// The options of a body from there on; they end it.
std::vector<CapturedOption> options_of(const wp::Octets &body, std::size_t at)
{
    std::vector<CapturedOption> options;
    while (at < body.size()) {
        const unsigned code = number_at(body, at, 2);
        const std::size_t size = number_at(body, at + 2, 2);
        at += 4;
        if (code == 0) {
            EXPECT_EQ(size, 0U);
            EXPECT_EQ(at, body.size());
            return options;
        }
        const auto begin = body.begin() + static_cast<std::ptrdiff_t>(at);
        options.emplace_back(code,
                             std::string(begin, begin + static_cast<std::ptrdiff_t>(size)));
        for (at += size; at % 4 != 0; ++at)
            EXPECT_EQ(body.at(at), 0);
    }
    EXPECT_TRUE(options.empty()) << "options without an end";
    return options;
}

std::vector<CapturedBlock> blocks_of(const wp::Octets &file)
{
    std::vector<CapturedBlock> blocks;
    std::size_t at = 0;
    while (at < file.size()) {
        CapturedBlock block;
        block.type = number_at(file, at);
        const std::size_t size = number_at(file, at + 4);
        EXPECT_EQ(size % 4, 0U);
        EXPECT_LE(at + size, file.size());
        EXPECT_EQ(number_at(file, at + size - 4), size);
        block.body.assign(file.begin() + static_cast<std::ptrdiff_t>(at + 8),
                          file.begin() + static_cast<std::ptrdiff_t>(at + size - 4));
        std::size_t options = 8; // of an interface
        if (block.type == 0x0a0d0d0a)
            options = 16;
        if (block.type == 6)
            options = 20 + (number_at(block.body, 12) + 3) / 4 * 4;
        block.options = options_of(block.body, options);
        blocks.push_back(block);
        at += size;
    }
    return blocks;
}

WiresharkSa wireshark_sa(Suite suite, unsigned icv_len, std::uint32_t spi)
{
    WiresharkSa sa;
    sa.keys.suite = suite;
    sa.keys.key.assign(16, 0xa1);
    if (suite == Suite::Gcm)
        sa.keys.salt = {1, 2, 3, 4};
    else
        sa.keys.auth_key.assign(3, 0x0f);
    sa.keys.icv_len = icv_len;
    sa.spi = spi;
    return sa;
}

const std::string key_text = "0xa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";

} // namespace

TEST(Pcapng, EveryBlock)
{
    const CaptureFolder folder;
    auto file = Pcapng::create(folder.path + "/wire.pcapng", "cryptorture 1");
    ASSERT_TRUE(file) << file.error().sentence();
    EXPECT_EQ(file->interface("a-out-cpu0", "what A sent on CPU 0"), 0U);
    EXPECT_EQ(file->interface("b-in-cpu1", ""), 1U);
    std::size_t number = 0;
    for (std::size_t size = 20; size < 30; ++size) {
        Pcapng::Entry entry;
        entry.interface = size % 2;
        entry.time_ns = 0x123456789abcdef0 + size;
        entry.size = 1400;
        const wp::Octets bytes(size, static_cast<std::uint8_t>(size));
        entry.bytes = bytes;
        entry.comments.assign(number++ % 3, "byte 7 is wrong");
        file->write(entry);
    }
    ASSERT_TRUE(file->close());
    EXPECT_EQ(folder.mode("wire.pcapng"), 0600U);

    const auto blocks = blocks_of(folder.octets("wire.pcapng"));
    ASSERT_EQ(blocks.size(), 13U);
    EXPECT_EQ(blocks[0].type, 0x0a0d0d0aU);
    EXPECT_EQ(number_at(blocks[0].body, 0), 0x1a2b3c4dU);
    EXPECT_EQ(number_at(blocks[0].body, 4), 1U); // version 1.0
    EXPECT_EQ(number_at(blocks[0].body, 8), 0xffffffffU);
    EXPECT_EQ(blocks[0].options, (std::vector<CapturedOption>{{4, "cryptorture 1"}}));
    EXPECT_EQ(blocks[1].type, 1U);
    EXPECT_EQ(number_at(blocks[1].body, 0), 101U);
    EXPECT_EQ(blocks[1].options,
              (std::vector<CapturedOption>{
                  {2, "a-out-cpu0"}, {3, "what A sent on CPU 0"}, {9, "\t"}}));
    EXPECT_EQ(blocks[2].options, (std::vector<CapturedOption>{{2, "b-in-cpu1"}, {9, "\t"}}));
    for (std::size_t i = 3; i < blocks.size(); ++i) {
        const std::size_t size = 17 + i;
        const CapturedBlock &block = blocks[i];
        EXPECT_EQ(block.type, 6U);
        EXPECT_EQ(number_at(block.body, 0), size % 2);
        EXPECT_EQ(number_at(block.body, 4), 0x12345678U);
        EXPECT_EQ(number_at(block.body, 8), 0x9abcdef0U + size);
        EXPECT_EQ(number_at(block.body, 12), size);
        EXPECT_EQ(number_at(block.body, 16), 1400U);
        EXPECT_EQ(wp::Octets(block.body.begin() + 20,
                             block.body.begin() + 20 + static_cast<std::ptrdiff_t>(size)),
                  wp::Octets(size, static_cast<std::uint8_t>(size)));
        EXPECT_EQ(block.options.size(), (i - 3) % 3);
        for (const auto &option : block.options)
            EXPECT_EQ(option, CapturedOption(1, "byte 7 is wrong"));
    }
}

TEST(Pcapng, LongComments)
{
    const CaptureFolder folder;
    auto file = Pcapng::create(folder.path + "/long", "");
    ASSERT_TRUE(file);
    file->interface("lo", "");
    Pcapng::Entry entry;
    const wp::Octets bytes(20, 0x45);
    entry.bytes = bytes; // more than it says there was
    std::string letters(65534, 'x');
    letters += "\u00e9\u00e9"; // the first one begins within
    entry.comments = {std::string(65535, 'y'), letters};
    file->write(entry);
    ASSERT_TRUE(file->close());
    const auto blocks = blocks_of(folder.octets("long"));
    ASSERT_EQ(blocks.size(), 3U);
    EXPECT_EQ(number_at(blocks[2].body, 16), 20U);
    ASSERT_EQ(blocks[2].options.size(), 2U);
    EXPECT_EQ(blocks[2].options[0].second, std::string(65535, 'y'));
    EXPECT_EQ(blocks[2].options[1].second, std::string(65534, 'x'));
}

TEST(Pcapng, ManyPackets)
{
    const CaptureFolder folder;
    {
        auto file = Pcapng::create(folder.path + "/many", "cryptorture");
        ASSERT_TRUE(file);
        file->interface("lo", "");
        const wp::Octets bytes(1456, 0x45);
        Pcapng::Entry entry;
        entry.bytes = bytes;
        for (int i = 0; i < 1000; ++i)
            file->write(entry);
        Pcapng moved = std::move(*file);
        // Without a close() it is all there, too.
    }
    EXPECT_EQ(blocks_of(folder.octets("many")).size(), 1002U);
}

TEST(Pcapng, RefusesAFileThatIsThere)
{
    const CaptureFolder folder;
    const std::string path = folder.path + "/there";
    std::ofstream(path) << "kept";
    const auto file = Pcapng::create(path, "");
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().sentence(),
              "cannot write " + path + ": File exists; name another folder");
    EXPECT_EQ(folder.text("there"), "kept");
    EXPECT_FALSE(Pcapng::create(folder.path + "/no/such", ""));
}

TEST(Pcapng, FullDisk)
{
    const Descriptor full(open("/dev/full", O_WRONLY | O_CLOEXEC));
    if (!full.open())
        GTEST_SKIP() << "there is no /dev/full";
    for (const int count : {0, 1000}) {
        Pcapng file =
            Pcapng::into(Sink(Descriptor(dup(full.number())), "/out/wire.pcapng"), "");
        file.interface("lo", "");
        const wp::Octets bytes(1456, 0x45);
        Pcapng::Entry entry;
        entry.bytes = bytes;
        for (int i = 0; i < count; ++i)
            file.write(entry);
        for (int again = 0; again < 2; ++again) {
            const auto closed = file.close();
            ASSERT_FALSE(closed);
            EXPECT_EQ(closed.error().sentence(),
                      "cannot write /out/wire.pcapng: No space left on device; make room, or "
                      "name another folder");
        }
    }
}

TEST(Wireshark, RowsOfItsTable)
{
    EXPECT_EQ(esp_sa_line(wireshark_sa(Suite::CbcSha1, 12, 0x701)),
              R"("IPv4","*","*","0x00000701","AES-CBC [RFC3602]",")" + key_text +
                  R"(","HMAC-SHA-1-96 [RFC2404]","0x0f0f0f")" + "\n");
    EXPECT_EQ(esp_sa_line(wireshark_sa(Suite::CbcSha256, 16, 0xfedcba98)),
              R"("IPv4","*","*","0xfedcba98","AES-CBC [RFC3602]",")" + key_text +
                  R"(","HMAC-SHA-256-128 [RFC4868]","0x0f0f0f")" + "\n");
    EXPECT_EQ(esp_sa_line(wireshark_sa(Suite::CbcSha512, 32, 0x701)),
              R"("IPv4","*","*","0x00000701","AES-CBC [RFC3602]",")" + key_text +
                  R"(","HMAC-SHA-512-256 [RFC4868]","0x0f0f0f")" + "\n");
    for (const unsigned icv : {8U, 12U, 16U})
        EXPECT_EQ(esp_sa_line(wireshark_sa(Suite::Gcm, icv, 0x701)),
                  R"("IPv4","*","*","0x00000701","AES-GCM with )" + std::to_string(icv) +
                      R"( octet ICV [RFC4106]",")" + key_text + R"(01020304","NULL","")" +
                      "\n");

    auto sa = wireshark_sa(Suite::Gcm, 16, 0x701);
    sa.v6 = true;
    sa.keys.esn = true;
    sa.sequence_high = 4000000000;
    sa.source = parse_address("fd00::1");
    sa.destination = parse_address("fd00::2");
    EXPECT_EQ(esp_sa_line(sa),
              R"("IPv6","fd00::1","fd00::2","0x00000701","AES-GCM with 16 octet ICV )"
              R"([RFC4106]",")" +
                  key_text + R"(01020304","NULL","","64-bit","0xee6b2800")" + "\n");
    // Decrypted without a check, or not at all.
    EXPECT_NE(esp_sa_line(wireshark_sa(Suite::CbcSha256, 32, 0x701))
                  .find(R"("ANY 256 bit authentication [no checking]")"),
              std::string::npos);
    EXPECT_EQ(esp_sa_line(wireshark_sa(Suite::CbcSha1, 20, 0x701)).front(), '#');
}

TEST(Wireshark, Folder)
{
    const CaptureFolder folder;
    const std::string path = folder.path + "/wireshark";
    const auto first = wireshark_sa(Suite::CbcSha1, 12, 0x701);
    const auto second = wireshark_sa(Suite::Gcm, 16, 0x702);
    const auto written = write_wireshark(path, {first, second}, {7000, 7001}, 4510);
    ASSERT_TRUE(written) << written.error().sentence();
    EXPECT_EQ(folder.mode("wireshark"), 0700U);
    for (const char *const name :
         {"wireshark/esp_sa", "wireshark/preferences", "wireshark/decode_as_entries"})
        EXPECT_EQ(folder.mode(name), 0600U);
    EXPECT_EQ(folder.text("wireshark/esp_sa"), esp_sa_line(first) + esp_sa_line(second));
    EXPECT_EQ(folder.text("wireshark/preferences"), "esp.enable_encryption_decode: TRUE\n"
                                                    "esp.enable_authentication_check: TRUE\n"
                                                    "ip.check_checksum: TRUE\n"
                                                    "tcp.check_checksum: TRUE\n"
                                                    "udp.check_checksum: TRUE\n");
    EXPECT_EQ(folder.text("wireshark/decode_as_entries"),
              "decode_as_entry: tcp.port,7000,(none),Data\n"
              "decode_as_entry: udp.port,7000,(none),Data\n"
              "decode_as_entry: tcp.port,7001,(none),Data\n"
              "decode_as_entry: udp.port,7001,(none),Data\n"
              "decode_as_entry: udp.port,4510,(none),UDPENCAP\n");
    const auto again = write_wireshark(path, {first}, {});
    ASSERT_FALSE(again);
    EXPECT_NE(again.error().sentence().find("File exists"), std::string::npos);
    EXPECT_FALSE(write_wireshark(folder.path + "/no/such", {}, {}));
}

} // namespace ct::test
