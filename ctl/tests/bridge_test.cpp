// SPDX-License-Identifier: GPL-2.0-or-later
// Packets that the bridge changes: one bit of the payload, and nothing of what is checked.
#include "testbed/bridge.h"

#include <algorithm>
#include <bit>
#include <optional>

#include <gtest/gtest.h>

#include "esp_packets.h"

namespace ct::test {

namespace {

constexpr std::uint32_t bridge_spi = 0xc7000005;

struct ChangedPackets {
    explicit ChangedPackets(Suite suite = Suite::Gcm, bool esn = false)
    {
        sa.spi = bridge_spi;
        sa.source = v4(1);
        sa.destination = v4(2);
        sa.keys = make_keys(suite, 16, icv_length(suite), esn, 1, 1);
        auto cipher = EspCipher::make(sa.keys);
        if (cipher)
            tunnel.emplace(TunnelSa{sa, std::move(*cipher), 0, EspMode::Transport, true, {}});
    }

    static unsigned icv_length(Suite suite)
    {
        switch (suite) {
        case Suite::CbcSha1:
            return 12;
        case Suite::CbcSha512:
            return 32;
        default:
            return 16;
        }
    }

    // A frame with a datagram of that many bytes; without: a bare TCP acknowledgement.
    [[nodiscard]] ByteVector frame(std::uint64_t sequence,
                                   std::optional<std::size_t> payload) const
    {
        const ByteVector inner = payload ? udp(v4(1), v4(2), 7000, ByteVector(*payload, 0x61))
                                         : tcp(v4(1), v4(2), 7000, 1, 1, 0x10, {});
        return ethernet(
            ip_packet(*tunnel, esp_packet(*tunnel, sequence,
                                          esp_text(*tunnel, inner, payload ? 17 : 6))));
    }

    static ByteVector ethernet(const ByteVector &ip)
    {
        ByteVector bytes(14);
        put16(bytes, 12, 0x0800);
        bytes.insert(bytes.end(), ip.begin(), ip.end());
        return bytes;
    }

    // The text of the frame's packet; nothing: a wrong ICV.
    [[nodiscard]] std::optional<ByteVector> text(const ByteVector &frame, std::size_t head,
                                                 std::uint32_t high = 0) const
    {
        const PacketView packet = PacketView(frame).subspan(head);
        ByteVector opened(packet.size() - tunnel->cipher.head_size() -
                          tunnel->cipher.icv_size());
        if (!tunnel->cipher.open(packet, high, opened))
            return std::nullopt;
        return opened;
    }

    Sa sa;
    std::optional<TunnelSa> tunnel;
};

constexpr std::size_t bridge_ip_end = 34; // Ethernet and IPv4

// The texts differ in that bit alone.
void expect_one_bit(const ByteVector &before, const ByteVector &after,
                    const BridgeChange &change)
{
    ASSERT_EQ(before.size(), after.size());
    for (std::size_t at = 0; at < before.size(); ++at)
        ASSERT_EQ(before[at] ^ after[at], at == change.offset ? change.mask : 0) << at;
    EXPECT_EQ(std::popcount(change.mask), 1);
}

} // namespace

TEST(Bridge, ChangesOneBitOfThePayloadUnderAValidIcv)
{
    for (const Suite suite : {Suite::Gcm, Suite::CbcSha1, Suite::CbcSha256, Suite::CbcSha512}) {
        const ChangedPackets packets(suite);
        ASSERT_TRUE(packets.tunnel);
        Changer changer(3, 1);
        ASSERT_TRUE(changer.add(packets.sa));
        std::size_t changes = 0;
        for (std::uint64_t sequence = 1; sequence <= 30; ++sequence) {
            const ByteVector before = packets.frame(sequence, 5 + sequence * 40);
            ByteVector after = before;
            const auto change = changer.change(after);
            ASSERT_EQ(change.has_value(), sequence % 3 == 0) << sequence;
            if (!change) {
                EXPECT_EQ(before, after);
                continue;
            }
            ++changes;
            EXPECT_EQ(change->spi, bridge_spi);
            EXPECT_EQ(change->sequence, sequence);
            EXPECT_GT(change->time_ns, 0U);
            EXPECT_GE(change->offset, 8U) << "the UDP header stays";
            EXPECT_LT(change->offset, 13 + sequence * 40) << "padding and trailer stay";
            const auto opened = packets.text(before, bridge_ip_end);
            const auto changed = packets.text(after, bridge_ip_end);
            ASSERT_TRUE(opened && changed) << "the ICV is right";
            expect_one_bit(*opened, *changed, *change);
        }
        EXPECT_EQ(changes, 10U);
    }
}

TEST(Bridge, APacketWithoutPayloadLeavesItsTurnToTheNext)
{
    const ChangedPackets packets;
    Changer changer(2, 1);
    ASSERT_TRUE(changer.add(packets.sa));
    ByteVector first = packets.frame(1, 100);
    EXPECT_FALSE(changer.change(first));
    for (std::uint64_t sequence = 2; sequence < 5; ++sequence) {
        const ByteVector before = packets.frame(sequence, std::nullopt);
        ByteVector after = before;
        EXPECT_FALSE(changer.change(after));
        EXPECT_EQ(before, after);
    }
    ByteVector damaged = packets.frame(5, 100);
    damaged.back() ^= 1U;
    const ByteVector as_it_was = damaged;
    EXPECT_FALSE(changer.change(damaged)) << "what others damaged stays theirs";
    EXPECT_EQ(damaged, as_it_was);
    ByteVector next = packets.frame(6, 100);
    EXPECT_TRUE(changer.change(next));
}

TEST(Bridge, OthersPacketsPassAsTheyAre)
{
    const ChangedPackets packets;
    Changer changer(1, 1);
    for (const bool known : {false, true}) {
        ByteVector frame = packets.frame(1, 100);
        EXPECT_EQ(changer.change(frame).has_value(), known);
        if (!known) {
            EXPECT_EQ(frame, packets.frame(1, 100));
        }
        for (std::size_t size = 0; size < frame.size(); ++size) {
            ByteVector cut(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size));
            EXPECT_FALSE(changer.change(cut)) << size;
        }
        ASSERT_TRUE(changer.add(packets.sa));
    }
    Changer never(0, 1);
    ASSERT_TRUE(never.add(packets.sa));
    ByteVector frame = packets.frame(1, 100);
    EXPECT_FALSE(never.change(frame));
}

TEST(Bridge, FollowsExtendedSequenceNumbers)
{
    const ChangedPackets packets(Suite::CbcSha256, true);
    Changer changer(2, 1);
    Sa sa = packets.sa;
    sa.sequence_out = 0xfffffff0;
    ASSERT_TRUE(changer.add(sa));
    for (std::uint64_t sequence = 0xfffffff1; sequence < 0x100000011; ++sequence) {
        const ByteVector before = packets.frame(sequence, 64);
        ByteVector after = before;
        const auto change = changer.change(after);
        ASSERT_EQ(change.has_value(), sequence % 2 == 0);
        if (!change)
            continue;
        EXPECT_EQ(change->sequence, sequence);
        EXPECT_TRUE(
            packets.text(after, bridge_ip_end, static_cast<std::uint32_t>(sequence >> 32U)));
    }
}

TEST(Bridge, RenewsTheChecksumOfUdpAroundEsp)
{
    const ChangedPackets packets;
    Changer changer(1, 1);
    ASSERT_TRUE(changer.add(packets.sa));
    for (const bool with_checksum : {false, true}) {
        const ByteVector esp = esp_packet(
            *packets.tunnel, 9,
            esp_text(*packets.tunnel, udp(v4(1), v4(2), 7000, ByteVector(64, 0x61)), 17));
        ByteVector outer = udp(v4(1), v4(2), 4500, esp);
        if (!with_checksum)
            put16(outer, 6, 0);
        ByteVector ip = ip_packet(*packets.tunnel, outer);
        ip[9] = 17;
        put16(ip, 10, 0);
        put16(ip, 10, ~ones_sum(ByteVector(ip.begin(), ip.begin() + 20)) & 0xffffU);
        ByteVector frame = ChangedPackets::ethernet(ip);
        ASSERT_TRUE(changer.change(frame));
        EXPECT_TRUE(packets.text(frame, bridge_ip_end + 8));
        const ByteVector changed(frame.begin() + bridge_ip_end + 8, frame.end());
        ByteVector right = udp(v4(1), v4(2), 4500, changed);
        if (!with_checksum)
            put16(right, 6, 0);
        EXPECT_TRUE(std::equal(right.begin(), right.end(), frame.begin() + bridge_ip_end));
    }
}

TEST(Bridge, AnSaThatCannotBeOpenedIsRefused)
{
    Changer changer(1, 1);
    Sa sa = ChangedPackets().sa;
    sa.unreadable = "the kernel hides its keys";
    const auto refused = changer.add(sa);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().sentence().find("hides its keys"), std::string::npos);
    sa.unreadable.clear();
    sa.keys.key.clear();
    EXPECT_FALSE(changer.add(sa));
}

} // namespace ct::test
