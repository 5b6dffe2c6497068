// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include <gtest/gtest.h>

#include "cipher/suite.h"
#include "esp_packets.h"
#include "text/watch.h"
#include "watch/report.h"
#include "watch/watcher.h"

namespace ct {

namespace {

using test::ByteVector;

constexpr std::uint64_t start = 1'000'000'000'000;
constexpr std::uint64_t millisecond = 1'000'000;
constexpr std::uint32_t sending_cpu = 3;
constexpr std::uint32_t receiving_cpu = 5;
constexpr std::uint16_t port = 7000;

// This host is 10.0.0.1, its peer 10.0.0.2, and there are others behind.
class WatcherTest : public testing::Test {
protected:
    WatcherTest() { set_up(0); }

    void set_up(std::uint64_t budget)
    {
        watcher_ = std::make_unique<Watcher>(table_, budget);
        watcher_->set_local({test::v4(1)});
    }

    // SPI of an SA that the table knows, with keys of that number.
    TunnelSa &sa(std::uint32_t spi, bool outgoing, std::uint64_t keys = 1,
                 Suite suite = Suite::CbcSha256, std::uint64_t sequence = 0)
    {
        Sa sa;
        sa.spi = spi;
        sa.source = test::v4(outgoing ? 1 : 2);
        sa.destination = test::v4(outgoing ? 2 : 1);
        sa.keys = make_keys(suite, 16, 16, true, 7, keys);
        (outgoing ? sa.sequence_out : sa.sequence_in) = sequence;
        table_.add(sa);
        EXPECT_TRUE(sealers_.add(sa, 0, EspMode::Transport, outgoing, ""));
        return *sealers_.all().back();
    }

    [[nodiscard]] static ByteVector udp_of(const TunnelSa &sa, std::uint64_t number = 1,
                                           std::size_t size = 200)
    {
        ByteVector payload(size);
        for (std::size_t place = 0; place < size; ++place)
            payload[place] = static_cast<std::uint8_t>(number * 101 + place * place * 31);
        return test::udp(sa.sa.source, sa.sa.destination, port, payload);
    }

    void frame(const TunnelSa &sa, const ByteVector &esp, std::uint64_t time)
    {
        const ByteVector bytes = test::ip_packet(sa, esp);
        Frame frame;
        frame.time_ns = time;
        frame.outgoing = sa.forwards;
        frame.cpu = sa.forwards ? sending_cpu : receiving_cpu;
        frame.size = static_cast<std::uint32_t>(bytes.size());
        frame.bytes = bytes;
        watcher_->frame(frame);
    }
    void send(const TunnelSa &sa, std::uint64_t sequence, const ByteVector &l4,
              std::uint64_t time = start, std::uint8_t protocol = 17)
    {
        frame(sa, test::esp_packet(sa, sequence, test::esp_text(sa, l4, protocol)), time);
    }
    void deliver(const TunnelSa &sa, const ByteVector &l4, std::uint64_t time = start,
                 std::uint8_t protocol = 17)
    {
        Delivered packet;
        packet.time_ns = time;
        packet.source = sa.sa.source;
        packet.destination = sa.sa.destination;
        packet.protocol = protocol;
        packet.bytes = l4;
        watcher_->delivered(packet);
    }
    std::vector<WatchFinding> settled()
    {
        watcher_->settle(start + 3600'000 * millisecond, true);
        return watcher_->findings();
    }
    WatchReport report(std::vector<WatchFinding> records = {})
    {
        WatchFacts facts;
        facts.plan.interface = "eth0";
        for (const WatchedSaPtr &sa : table_.all())
            facts.sas.push_back(sa.get());
        facts.local = watcher_->local();
        facts.totals = watcher_->totals();
        facts.cpus = watcher_->cpus();
        facts.findings = records.size();
        return make_watch_report(change_(std::move(facts)), std::move(records));
    }
    [[nodiscard]] static bool says(const std::vector<std::string> &lines,
                                   const std::string &words)
    {
        return std::any_of(lines.begin(), lines.end(), [&](const std::string &line) {
            return line.find(words) != std::string::npos;
        });
    }
    // As many right ones as a verdict needs.
    void send_right(const TunnelSa &sa, std::uint64_t count = watch_least,
                    std::uint64_t first = 1000)
    {
        for (std::uint64_t number = 0; number < count; ++number) {
            const ByteVector l4 = udp_of(sa, number);
            send(sa, first + number, l4, start + number * millisecond);
            if (!sa.forwards)
                deliver(sa, l4, start + number * millisecond);
        }
    }

    WatchTable table_;
    SaTable sealers_;
    std::unique_ptr<Watcher> watcher_;
    std::function<WatchFacts(WatchFacts)> change_ = [](WatchFacts facts) {
        return facts;
    };
};

TEST_F(WatcherTest, NothingIsFoundInRightPackets)
{
    send_right(sa(0x1011, true));
    send_right(sa(0x1012, false, 2, Suite::Gcm));
    EXPECT_TRUE(settled().empty());
    EXPECT_EQ(watcher_->totals().sum.opened, 2 * watch_least);
    EXPECT_EQ(watcher_->totals().sum.compared, watch_least);
    EXPECT_EQ(watcher_->totals().sum.undelivered, 0U);
    const WatchReport clean = report();
    EXPECT_EQ(clean.verdict, Verdict::Clean);
    EXPECT_EQ(clean.exit_status(), ExitStatus::Clean);
}

TEST_F(WatcherTest, AWrongChecksumInAPacketThatWasSentIsThisHosts)
{
    const TunnelSa &out = sa(0x1011, true);
    send_right(out);
    ByteVector l4 = udp_of(out);
    l4[100] ^= 1U;
    send(out, 2000, l4);
    const auto found = settled();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].stage, WatchStage::Encapsulation);
    EXPECT_EQ(found[0].fault, InnerFault::UdpChecksum);
    EXPECT_TRUE(found[0].icv_valid);
    EXPECT_TRUE(found[0].outgoing);
    EXPECT_EQ(found[0].cpu, sending_cpu);
    EXPECT_EQ(found[0].spi, 0x1011U);
    EXPECT_EQ(found[0].sequence, 2000U);
    EXPECT_FALSE(found[0].from_behind);
    EXPECT_EQ(watcher_->cpus().at(sending_cpu).sent_wrong, 1U);
    const WatchReport corrupt = report(found);
    EXPECT_EQ(corrupt.verdict, Verdict::Corrupt);
    const std::string text = watch_report_text(corrupt, false);
    EXPECT_NE(text.find("CORRUPT"), std::string::npos);
    EXPECT_NE(text.find("encapsulated by this host on CPU 3, 10.0.0.1 to 10.0.0.2, SPI "
                        "0x00001011, sequence number 2,000, ICV valid, wrong UDP checksum"),
              std::string::npos)
        << text;
}

TEST_F(WatcherTest, AWrongChecksumInAPacketThatWasReceivedIsThePeers)
{
    const TunnelSa &in = sa(0x1012, false);
    send_right(in);
    ByteVector l4 = udp_of(in);
    l4[100] ^= 1U;
    send(in, 2000, l4);
    deliver(in, l4);
    const auto found = settled();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].stage, WatchStage::Peer);
    EXPECT_TRUE(found[0].delivered);
    EXPECT_EQ(watcher_->totals().sum.delivered_wrong, 0U);
    EXPECT_EQ(report(found).verdict, Verdict::Corrupt);
}

TEST_F(WatcherTest, WhatWasRightOnTheWireAndWrongWhenDeliveredIsDecapsulation)
{
    const TunnelSa &in = sa(0x1012, false);
    send_right(in);
    const ByteVector l4 = udp_of(in, 77);
    send(in, 2000, l4);
    ByteVector wrong = l4;
    for (std::size_t place = 96; place < 112; ++place)
        wrong[place] ^= 0x5aU + static_cast<std::uint8_t>(place);
    deliver(in, wrong, start + 2 * millisecond);
    const auto found = settled();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].stage, WatchStage::Decapsulation);
    EXPECT_EQ(found[0].cpu, receiving_cpu);
    EXPECT_EQ(found[0].wrong_bytes, 16U);
    EXPECT_EQ(found[0].blocks, std::vector<std::uint32_t>{6});
    EXPECT_EQ(watcher_->cpus().at(receiving_cpu).delivered_wrong, 1U);
    EXPECT_EQ(report(found).verdict, Verdict::Corrupt);
}

TEST_F(WatcherTest, ARetransmissionWithOtherContentIsNoFinding)
{
    const TunnelSa &in = sa(0x1012, false);
    send_right(in);
    const auto segment = [&](std::uint8_t fill) {
        return test::tcp(in.sa.source, in.sa.destination, port, 1000, 1, 0x10,
                         ByteVector(300, fill));
    };
    // The first is lost after the wire. The second, of the same sequence number and size, was
    // not captured, and only a byte of it differs.
    send(in, 2000, segment(1), start, 6);
    ByteVector payload(300, 1);
    payload[5] = 2;
    deliver(in, test::tcp(in.sa.source, in.sa.destination, port, 1000, 1, 0x10, payload), start,
            6);
    EXPECT_TRUE(settled().empty());
    EXPECT_EQ(watcher_->totals().sum.undelivered, 1U);
    EXPECT_EQ(report().verdict, Verdict::Clean);
}

TEST_F(WatcherTest, DamageOfTheHeadIsDecapsulation)
{
    const TunnelSa &in = sa(0x1012, false);
    send_right(in);
    const ByteVector l4 = udp_of(in, 77);
    send(in, 2000, l4);
    ByteVector wrong = l4;
    for (std::size_t place = 0; place < 16; ++place)
        wrong[place] ^= 0x5aU + static_cast<std::uint8_t>(place);
    deliver(in, wrong, start + 2 * millisecond);
    EXPECT_EQ(settled().size(), 1U);
    EXPECT_EQ(watcher_->totals().sum.delivered_wrong, 1U);
}

TEST_F(WatcherTest, AnotherPacketThatIsWrongIsNotLaidToItsNeighbour)
{
    const TunnelSa &in = sa(0x1012, false);
    send_right(in);
    // The delivery of the first was not seen. The second was damaged by the peer, and its frame
    // was skipped.
    const auto segment = [&](std::uint32_t sequence) {
        return test::tcp(in.sa.source, in.sa.destination, port, sequence, 1, 0x10,
                         ByteVector(300, 0x61));
    };
    send(in, 2000, segment(1000), start, 6);
    ByteVector second = segment(1300);
    for (std::size_t place = 96; place < 112; ++place)
        second[place] ^= 0x5aU + static_cast<std::uint8_t>(place);
    deliver(in, second, start + millisecond, 6);
    EXPECT_TRUE(settled().empty());
    EXPECT_EQ(watcher_->totals().sum.undelivered, 1U);
}

TEST_F(WatcherTest, DeliveryMayBeSeenBeforeTheWireIs)
{
    const TunnelSa &in = sa(0x1012, false);
    const ByteVector l4 = udp_of(in);
    deliver(in, l4, start);
    send(in, 1, l4, start - millisecond);
    EXPECT_TRUE(settled().empty());
    EXPECT_EQ(watcher_->totals().sum.compared, 1U);
}

TEST_F(WatcherTest, ForwardedPacketsAreNotCompared)
{
    const TunnelSa &in = sa(0x1012, false);
    watcher_->set_local({test::v4(9)});
    send(in, 1, udp_of(in));
    EXPECT_TRUE(settled().empty());
    EXPECT_EQ(watcher_->totals().sum.forwarded, 1U);
    EXPECT_EQ(watcher_->totals().sum.undelivered, 0U);
    EXPECT_TRUE(says(report().notes, "decapsulation is not checked"));
}

// From one inner address to another, with a header that is right.
ByteVector inner_ip(unsigned from, unsigned to, const ByteVector &l4, std::uint8_t protocol)
{
    ByteVector bytes(20);
    bytes[0] = 0x45;
    test::put16(bytes, 2, static_cast<std::uint32_t>(20 + l4.size()));
    bytes[8] = 64;
    bytes[9] = protocol;
    std::copy_n(test::v4(from).bytes.begin(), 4, bytes.begin() + 12);
    std::copy_n(test::v4(to).bytes.begin(), 4, bytes.begin() + 16);
    test::put16(bytes, 10, ~test::ones_sum(bytes) & 0xffffU);
    bytes.insert(bytes.end(), l4.begin(), l4.end());
    return bytes;
}

TEST_F(WatcherTest, OneWrongPacketFromBehindAGatewayIsNotEnough)
{
    const TunnelSa &out = sa(0x1011, true);
    send_right(out);
    const auto wrong = [&](std::uint64_t sequence) {
        ByteVector l4 = test::udp(test::v4(50), test::v4(60), port, ByteVector(100, 7));
        l4[50] ^= 0x40U;
        send(out, sequence, inner_ip(50, 60, l4, 17), start, 4);
    };
    wrong(2000);
    auto found = settled();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_TRUE(found[0].from_behind);
    EXPECT_EQ(report(found).verdict, Verdict::Inconclusive);
    EXPECT_TRUE(says(report().gaps, "behind a gateway"));
    wrong(2001);
    (void)settled();
    const WatchReport corrupt = report();
    EXPECT_EQ(corrupt.verdict, Verdict::Corrupt);
    EXPECT_TRUE(says(corrupt.reasons, "or they came to it "));
}

TEST_F(WatcherTest, TheSameWrongChecksumInAllPacketsIsANat)
{
    const TunnelSa &in = sa(0x1012, false);
    // The peer computed it with its own address, 10.0.0.99.
    for (std::uint64_t number = 0; number < watch_least; ++number) {
        ByteVector payload(100, static_cast<std::uint8_t>(number));
        const ByteVector l4 = test::udp(test::v4(99), test::v4(1), port, payload);
        send(in, 100 + number, l4);
        deliver(in, l4);
    }
    EXPECT_TRUE(settled().empty());
    EXPECT_EQ(watcher_->totals().sum.translated, watch_least);
    EXPECT_EQ(watcher_->totals().sum.compared, watch_least);
    EXPECT_EQ(report().verdict, Verdict::Clean);
    EXPECT_TRUE(says(report().notes, "checksum of other addresses"));
}

TEST_F(WatcherTest, DamageBehindANatIsFound)
{
    const TunnelSa &in = sa(0x1012, false);
    const auto translated = [](std::uint8_t fill) {
        return test::udp(test::v4(99), test::v4(1), port, ByteVector(100, fill));
    };
    for (std::uint8_t number = 0; number < 10; ++number)
        send(in, 100U + number, translated(number));
    ByteVector sealed_wrong = translated(20);
    sealed_wrong[40] ^= 1U;
    send(in, 200, sealed_wrong);
    send(in, 201, translated(21));
    ByteVector delivered_wrong = translated(21);
    delivered_wrong[40] ^= 1U;
    deliver(in, delivered_wrong);
    const auto found = settled();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].stage, WatchStage::Peer);
    EXPECT_EQ(found[0].sequence, 200U);
    EXPECT_EQ(found[1].stage, WatchStage::Decapsulation);
    EXPECT_EQ(found[1].sequence, 201U);
}

TEST_F(WatcherTest, TooFewPacketsDoNotTellANatFromDamage)
{
    const TunnelSa &in = sa(0x1012, false);
    send(in, 1, test::udp(test::v4(99), test::v4(1), port, ByteVector(100, 1)));
    watcher_->settle(start + 1000 * millisecond);
    EXPECT_TRUE(watcher_->findings().empty());
    EXPECT_TRUE(settled().empty());
    EXPECT_EQ(watcher_->totals().sum.undecided, 1U);
    EXPECT_TRUE(says(report().gaps, "damage or a NAT"));
}

TEST_F(WatcherTest, UdpWithoutAChecksumIsNoFinding)
{
    const TunnelSa &in = sa(0x1012, false);
    ByteVector one = udp_of(in, 1);
    ByteVector other = one;
    one[6] = one[7] = other[6] = other[7] = 0;
    other[30] ^= 1U;
    send(in, 1, one);
    deliver(in, other); // another datagram of the flow, which was not captured
    EXPECT_TRUE(settled().empty());
    EXPECT_EQ(watcher_->totals().sum.unchecked, 1U);
}

TEST_F(WatcherTest, TheUpperHalfOfTheSequenceNumberIsLookedFor)
{
    constexpr std::uint64_t wrap = std::uint64_t{1} << 32U;
    const TunnelSa &out = sa(0x1011, true, 1, Suite::Gcm, 5 * wrap + 100);
    const TunnelSa &in = sa(0x1012, false, 2, Suite::CbcSha256, 5 * wrap + 100);
    send(out, 6 * wrap + 50, udp_of(out)); // the nearest to 5 * wrap + 100 is another
    send(out, 6 * wrap + 51, udp_of(out));
    send(in, 4 * wrap + 120, udp_of(in));
    EXPECT_TRUE(settled().empty());
    EXPECT_EQ(watcher_->totals().sum.opened, 3U);
    EXPECT_EQ(table_.find(0x1011, test::v4(2)).front()->last, 6 * wrap + 51);
}

TEST_F(WatcherTest, OldKeysAreKept)
{
    const TunnelSa &old_keys = sa(0x1012, false, 1);
    const TunnelSa &new_keys = sa(0x1012, false, 2); // the same SPI
    table_.remove(new_keys.sa);
    const TunnelSa &other = sa(0x1013, false, 3);
    table_.remove(other.sa);
    send(new_keys, 1, udp_of(new_keys));
    send(old_keys, 1, udp_of(old_keys));
    send(other, 1, udp_of(other));
    EXPECT_TRUE(settled().empty());
    EXPECT_EQ(watcher_->totals().sum.opened, 3U);
    EXPECT_EQ(watcher_->totals().unknown, 0U);
}

TEST_F(WatcherTest, AKeyThatCameAMomentLaterOpensWhatWaited)
{
    const TunnelSa &old_keys = sa(0x1012, false, 1);
    Sa renewed = old_keys.sa;
    renewed.keys = make_keys(Suite::CbcSha256, 16, 16, true, 7, 2);
    SaTable sealers;
    ASSERT_TRUE(sealers.add(renewed, 0, EspMode::Transport, false, ""));
    send(*sealers.all().back(), 1, udp_of(old_keys));
    table_.add(renewed);
    EXPECT_TRUE(settled().empty());
    EXPECT_EQ(watcher_->totals().sum.opened, 1U);
}

TEST_F(WatcherTest, KeysOfZerosOpenNothing)
{
    const TunnelSa &in = sa(0x1012, false);
    Sa hidden = in.sa;
    hidden.spi = 0x1099;
    std::fill(hidden.keys.key.begin(), hidden.keys.key.end(), std::uint8_t{0});
    std::fill(hidden.keys.auth_key.begin(), hidden.keys.auth_key.end(), std::uint8_t{0});
    table_.add(hidden);
    ByteVector esp = test::esp_packet(in, 1, test::esp_text(in, udp_of(in), 17));
    test::put32(esp, 0, 0x1099);
    frame(in, esp, start);
    EXPECT_TRUE(settled().empty());
    EXPECT_EQ(watcher_->totals().unreadable, 1U);
    const WatchReport hollow = report();
    EXPECT_EQ(hollow.verdict, Verdict::Inconclusive);
    EXPECT_TRUE(says(hollow.gaps, "1 SA cannot be opened (1 packet seen)"));
}

TEST_F(WatcherTest, HardwareIsNotOpened)
{
    const TunnelSa &out = sa(0x1011, true);
    Sa offloaded = out.sa;
    offloaded.spi = 0x1098;
    offloaded.hardware = true;
    table_.add(offloaded);
    ByteVector esp = test::esp_packet(out, 1, test::esp_text(out, udp_of(out), 17));
    test::put32(esp, 0, 0x1098);
    frame(out, esp, start);
    EXPECT_TRUE(settled().empty());
    EXPECT_TRUE(says(report().gaps, "the network card encrypts"));
}

TEST_F(WatcherTest, WrongPaddingIsAFinding)
{
    const TunnelSa &out = sa(0x1011, true);
    ByteVector text = test::esp_text(out, udp_of(out, 1, 197), 17);
    ASSERT_GT(text[text.size() - 2], 0);
    text[text.size() - 3] ^= 0x10U;
    frame(out, test::esp_packet(out, 1, text), start);
    const auto found = settled();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].fault, InnerFault::Padding);
    EXPECT_FALSE(found[0].from_behind);
}

TEST_F(WatcherTest, AWrongIcvIsCorruptOnlyIfThisHostMadeIt)
{
    const TunnelSa &in = sa(0x1012, false);
    const TunnelSa &out = sa(0x1011, true, 2);
    send_right(in);
    const auto forged = [](const TunnelSa &sa) {
        ByteVector esp = test::esp_packet(sa, 3000, test::esp_text(sa, udp_of(sa), 17));
        esp.back() ^= 1U;
        return esp;
    };
    frame(in, forged(in), start);
    auto found = settled();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].stage, WatchStage::Unknown);
    EXPECT_FALSE(found[0].icv_valid);
    EXPECT_EQ(report().verdict, Verdict::Inconclusive);
    EXPECT_TRUE(says(report().gaps, "received with a wrong ICV"));
    frame(out, forged(out), start);
    found = settled();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].stage, WatchStage::Encapsulation);
    EXPECT_EQ(report(found).verdict, Verdict::Corrupt);
}

TEST_F(WatcherTest, AFloodOfWrongIcvsIsCountedAndNotKept)
{
    const TunnelSa &in = sa(0x1012, false);
    for (std::uint64_t number = 0; number < 100; ++number) {
        ByteVector esp = test::esp_packet(in, number, test::esp_text(in, udp_of(in), 17));
        esp.back() ^= 1U;
        frame(in, esp, start);
    }
    EXPECT_LT(settled().size(), 20U);
    EXPECT_EQ(watcher_->totals().received_icv_wrong, 100U);
}

TEST_F(WatcherTest, TheKernelRefusingWhatWasRightIsAFinding)
{
    const TunnelSa &in = sa(0x1012, false);
    send_right(in);
    EXPECT_TRUE(settled().empty());
    WatchedSa &watched = *table_.find(0x1012, test::v4(1)).front();
    watched.first = SaCounts{};
    watched.latest = SaCounts{};
    watched.latest->packets = watch_least - 2;
    watched.latest->integrity = 2;
    const WatchReport corrupt = report();
    EXPECT_EQ(corrupt.refused, 2U);
    EXPECT_EQ(corrupt.verdict, Verdict::Corrupt);
    // Others came by another way: they may have been wrong.
    watched.latest->packets = watch_least;
    EXPECT_EQ(report().refused, 0U);
    EXPECT_EQ(report().verdict, Verdict::Clean);
    watched.latest->packets = watch_least - 2;
    change_ = [](WatchFacts facts) {
        facts.plan.sample = 2;
        return facts;
    };
    EXPECT_EQ(report().refused, 0U);
}

TEST_F(WatcherTest, IncomingPacketsThatTheInterfaceHidesAreMissed)
{
    const TunnelSa &in = sa(0x1012, false);
    send_right(sa(0x1011, true, 2));
    EXPECT_TRUE(settled().empty());
    WatchedSa &watched = *table_.find(0x1012, test::v4(1)).front();
    watched.first = SaCounts{};
    watched.latest = SaCounts{};
    watched.latest->packets = 500;
    const WatchReport hidden = report();
    EXPECT_EQ(hidden.verdict, Verdict::Inconclusive);
    EXPECT_TRUE(says(hidden.gaps, "GRO takes them"));
    EXPECT_TRUE(says(hidden.advice, "ethtool -K eth0 gro off"));
    EXPECT_EQ(in.sa.spi, 0x1012U);
}

TEST_F(WatcherTest, SkippedPacketsAreSaid)
{
    set_up(100); // a second: 10 in each tenth
    const TunnelSa &out = sa(0x1011, true);
    for (std::uint64_t number = 0; number < 50; ++number)
        send(out, number + 1, udp_of(out), start + number * millisecond);
    for (std::uint64_t number = 0; number < 5; ++number)
        send(out, number + 100, udp_of(out), start + (200 + number) * millisecond);
    EXPECT_TRUE(settled().empty());
    EXPECT_EQ(watcher_->totals().sum.opened, 15U);
    EXPECT_EQ(watcher_->totals().sum.skipped, 40U);
    change_ = [](WatchFacts facts) {
        facts.plan.sample = 10;
        facts.plan.budget = 100;
        return facts;
    };
    WatchedSa &watched = *table_.find(0x1011, test::v4(2)).front();
    watched.first = SaCounts{};
    watched.latest = SaCounts{};
    watched.latest->packets = 550;
    EXPECT_TRUE(says(report().notes, "40 packets were skipped, over the budget of 100"));
    EXPECT_TRUE(says(report().notes, "one packet of 10 was looked at (--sample): 55 of about "
                                     "550 that the kernel counted"));
    EXPECT_TRUE(says(report().gaps, "15 packets were opened, of the 50"));
    EXPECT_EQ(report().exit_status(), ExitStatus::Inconclusive);
}

TEST_F(WatcherTest, NothingIsNeverSilent)
{
    EXPECT_TRUE(says(report().gaps, "no SA of ESP"));
    EXPECT_TRUE(says(report().advice, "ip xfrm state"));
    const TunnelSa &in = sa(0x1012, false);
    EXPECT_TRUE(says(report().gaps, "no ESP was seen on eth0"));
    ByteVector esp = test::esp_packet(in, 1, test::esp_text(in, udp_of(in), 17));
    test::put32(esp, 0, 0x4242);
    frame(in, esp, start);
    EXPECT_TRUE(says(report().notes, "1 packet was of no SA that this host has: SPI "
                                     "0x00004242"));
    EXPECT_TRUE(says(report().gaps, "of SAs that this host does not have"));
    send_right(in);
    EXPECT_TRUE(settled().empty());
    EXPECT_EQ(report().verdict, Verdict::Clean);
    change_ = [](WatchFacts facts) {
        facts.cut_short = "the interface is gone";
        return facts;
    };
    EXPECT_EQ(report().verdict, Verdict::Inconclusive);
    EXPECT_TRUE(says(report().gaps, "the interface is gone"));
}

} // namespace

} // namespace ct
