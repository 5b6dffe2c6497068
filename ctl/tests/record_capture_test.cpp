// SPDX-License-Identifier: GPL-2.0-or-later
// Records of a saved run as a capture: what is in it is what was expected and what came, and
// the keys beside it open it.
#include "session/record_capture.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "capture/packet.h"
#include "faults.h"
#include "machines.h"
#include "samples.h"

namespace ct::test {

namespace {

std::string bytes_of_file(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

struct CapturedPacket {
    std::uint32_t interface = 0;
    std::vector<std::uint8_t> bytes;
    std::string options; // comments among them
};

std::uint32_t word_at(const std::string &text, std::size_t place)
{
    std::uint32_t value = 0;
    std::memcpy(&value, text.data() + place, sizeof(value));
    return value;
}

std::vector<CapturedPacket> packets_of(const std::string &path)
{
    constexpr std::uint32_t packet_block = 6;
    constexpr std::size_t header = 28;
    const std::string text = bytes_of_file(path);
    std::vector<CapturedPacket> packets;
    for (std::size_t place = 0; place + 12 <= text.size();) {
        const std::uint32_t size = word_at(text, place + 4);
        if (size < 12 || place + size > text.size()) {
            ADD_FAILURE() << "a block of " << size << " bytes at " << place;
            break;
        }
        if (word_at(text, place) == packet_block) {
            const std::uint32_t length = word_at(text, place + 20);
            const auto begin = text.begin() + static_cast<std::ptrdiff_t>(place + header);
            const std::size_t padded = (length + 3) / 4 * 4;
            packets.push_back(
                {word_at(text, place + 8),
                 {begin, begin + length},
                 text.substr(place + header + padded, size - header - padded - 4)});
        }
        place += size;
    }
    return packets;
}

Mismatch record_with_fault(const Packet &packet, Direction direction, std::uint64_t number)
{
    Mismatch record =
        record_of(packet, direction, faulty(packet, direction, {{1, 3, [](const Block &) {
                                                                     return Block{1, 2, 3};
                                                                 }}}));
    record.number = number;
    record.driver = "some-driver";
    return record;
}

std::size_t bytes_apart(const std::vector<std::uint8_t> &one,
                        const std::vector<std::uint8_t> &other)
{
    std::size_t count = 0;
    for (std::size_t place = 0; place < std::min(one.size(), other.size()); ++place)
        count += one[place] != other[place] ? 1 : 0;
    return count;
}

constexpr const char *captured_algorithms[] = {"rfc4106(gcm(aes))",
                                               "gcm(aes)",
                                               "cbc(aes)",
                                               "authenc(hmac(sha1),cbc(aes))",
                                               "authenc(hmac(sha256),cbc(aes))",
                                               "authencesn(hmac(sha512),cbc(aes))"};

} // namespace

TEST(RecordCapture, HasWhatWasExpectedAndWhatCame)
{
    const Tree tree;
    Random random(41);
    SavedRun run;
    for (const char *const algorithm : captured_algorithms)
        for (const Direction direction : {Direction::Encrypt, Direction::Decrypt})
            run.records.push_back(record_with_fault(some_packet(algorithm, random, 5),
                                                    direction, run.records.size() + 1));
    const std::string path = tree.root() + "/records.pcapng";
    const auto capture = write_record_capture(run, path, "1.2.3");
    ASSERT_TRUE(capture) << capture.error().sentence();
    EXPECT_EQ(capture->records, run.records.size());
    EXPECT_TRUE(capture->left_out.empty());
    const auto packets = packets_of(path);
    ASSERT_EQ(packets.size(), 2 * run.records.size());
    EXPECT_EQ(capture->packets, packets.size());

    std::set<std::string> sources;
    for (std::size_t place = 0; place < run.records.size(); ++place) {
        const Mismatch &record = run.records[place];
        const CapturedPacket &expected = packets[2 * place];
        const CapturedPacket &actual = packets[2 * place + 1];
        EXPECT_EQ(expected.interface, 0U);
        EXPECT_EQ(actual.interface, 1U);
        const auto esp = parse_esp(expected.bytes);
        const auto esp_actual = parse_esp(actual.bytes);
        ASSERT_TRUE(esp && esp_actual) << record.algorithm;
        EXPECT_TRUE(esp->outer.checksum_good);
        EXPECT_FALSE(esp->truncated);
        EXPECT_EQ(esp->spi, esp_actual->spi);
        sources.insert(address_text(esp->outer.source));

        const auto packet = Packet::make(record);
        ASSERT_TRUE(packet);
        EXPECT_EQ(esp->spi, packet->vector().header.spi);
        EXPECT_EQ(esp->sequence, static_cast<std::uint32_t>(packet->vector().header.seq));
        // SPI, lower half, IV; then as the reference has it.
        const std::size_t head = 8U + packet->sa().alg->iv_len;
        const Octets rest = packet->sealed().subspan(packet->vector().head_len);
        ASSERT_EQ(esp->packet.size(), head + rest.size()) << record.algorithm;
        EXPECT_TRUE(std::equal(rest.begin(), rest.end(),
                               esp->packet.begin() + static_cast<std::ptrdiff_t>(head)));
        // Of a sealed packet every wrong byte; of an opened one its ciphertext, and its ICV.
        if (record.direction == Direction::Encrypt)
            EXPECT_EQ(bytes_apart(expected.bytes, actual.bytes), record.wrong_bytes)
                << record.algorithm;
        else
            EXPECT_GT(bytes_apart(expected.bytes, actual.bytes), 0U);

        for (const CapturedPacket *const one : {&expected, &actual}) {
            EXPECT_NE(
                one->options.find("record " + std::to_string(record.number) + ": some-driver"),
                std::string::npos);
            EXPECT_NE(one->options.find("wrong blocks of the text: "), std::string::npos);
            EXPECT_EQ(one->options.find("Wireshark before 4.4") != std::string::npos,
                      packet->vector().header.esn);
            EXPECT_EQ(one->options.find("without an ESP trailer") != std::string::npos,
                      packet->vector().bare);
        }
    }
    EXPECT_EQ(sources.size(), run.records.size());
    // A line of keys each, none of them a remark.
    const std::string table = bytes_of_file(capture->folder + "/esp_sa");
    EXPECT_EQ(std::count(table.begin(), table.end(), '\n'),
              static_cast<std::ptrdiff_t>(run.records.size()));
    EXPECT_EQ(table.find('#'), std::string::npos) << table;
    for (const std::string &source : sources)
        EXPECT_NE(table.find("\"" + source + "\""), std::string::npos);
}

TEST(RecordCapture, SaysWhatIsNotInIt)
{
    const Tree tree;
    Random random(42);
    SavedRun run;
    run.records.push_back(sample_register(1));
    run.records.push_back(sample_mismatch(2)); // not what its seed makes
    run.records.push_back(
        record_with_fault(some_packet("ctr(aes)", random, 5), Direction::Encrypt, 3));
    // Not all of it is in the record: what was expected still is.
    const Packet packet = some_packet("cbc(aes)", random, 300);
    run.records.push_back(record_with_fault(packet, Direction::Encrypt, 4));
    Mismatch tampered =
        record_with_fault(some_packet("gcm(aes)", random, 4), Direction::Decrypt, 5);
    tampered.direction = Direction::Tampered;
    tampered.expected.clear();
    tampered.actual.clear();
    run.records.push_back(tampered);

    const std::string path = tree.root() + "/records.pcapng";
    const auto capture = write_record_capture(run, path, "1.2.3");
    ASSERT_TRUE(capture) << capture.error().sentence();
    EXPECT_EQ(capture->records, 2U);
    EXPECT_EQ(capture->packets, 3U);
    ASSERT_EQ(capture->left_out.size(), 3U);
    EXPECT_EQ(capture->left_out[0], "record 1: a register of a user thread, no packet");
    EXPECT_EQ(capture->left_out[1].find("record 2: "), 0U);
    EXPECT_EQ(capture->left_out[2], "record 3: CTR without an ICV is no ESP");
    const auto packets = packets_of(path);
    ASSERT_EQ(packets.size(), 3U);
    EXPECT_NE(packets[0].options.find("does not have all wrong bytes"), std::string::npos);
    EXPECT_NE(packets[2].options.find("had to refuse"), std::string::npos);
    EXPECT_EQ(bytes_apart(packets[1].bytes, packets[2].bytes), 1U);
}

TEST(RecordCapture, ReplacesNothing)
{
    const Tree tree;
    const std::string path = tree.root() + "/records.pcapng";
    ASSERT_TRUE(write_record_capture(SavedRun(), path, "1.2.3"));
    const auto second = write_record_capture(SavedRun(), path, "1.2.3");
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().sentence().find(path), std::string::npos);
    EXPECT_FALSE(write_record_capture(SavedRun(), "/nonexistent/x", "1.2.3"));
}

} // namespace ct::test
