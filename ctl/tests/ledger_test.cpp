// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include <gtest/gtest.h>

#include "analysis/examine.h"
#include "damage/damage.h"
#include "damage/foreign.h"
#include "esp/ledger.h"
#include "esp_packets.h"

namespace ct {

namespace {

using test::ByteVector;

constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint32_t encrypting_cpu = 3;
constexpr std::uint32_t decrypting_cpu = 5;

// One SA from 10.0.0.1 to 10.0.0.2 in transport mode, with a UDP and a TCP flow.
class LedgerTest : public testing::TestWithParam<Suite> {
protected:
    LedgerTest() : ledger_(sas_, judge_, true)
    {
        const Suite suite = GetParam();
        const unsigned icv = suite == Suite::CbcSha1 ? 12 : suite == Suite::CbcSha512 ? 32 : 16;
        Sa sa;
        sa.spi = 0x1234;
        sa.source = test::v4(1);
        sa.destination = test::v4(2);
        sa.keys = make_keys(suite, 32, icv, true, 7, 1);
        sa.sequence_out = 0x1ffffff00;
        EXPECT_TRUE(sas_.add(sa, 0, EspMode::Transport, true, "a-driver"));
        sa_ = sas_.all().back().get();
        udp_.kind = FlowKind::Udp;
        udp_.number = 4;
        udp_.from = test::v4(1);
        udp_.to = test::v4(2);
        udp_.port = 7004;
        udp_.seed = 9;
        judge_.add(udp_);
        tcp_ = udp_;
        tcp_.kind = FlowKind::Tcp;
        tcp_.number = 5;
        tcp_.port = 7005;
        judge_.add(tcp_);
    }

    [[nodiscard]] ByteVector udp_l4(std::uint64_t number, std::size_t size = 600) const
    {
        return test::udp(udp_.from, udp_.to, udp_.port, test::datagram(udp_, number, size));
    }

    // A frame of the link, sent or received.
    void frame(const ByteVector &esp, bool outgoing, std::uint64_t time)
    {
        const ByteVector bytes = test::ip_packet(*sa_, esp);
        Frame frame;
        frame.time_ns = time;
        frame.cpu = outgoing ? encrypting_cpu : decrypting_cpu;
        frame.outgoing = outgoing;
        frame.size = static_cast<std::uint32_t>(bytes.size());
        frame.bytes = bytes;
        ledger_.frame(frame);
    }
    void both_frames(const ByteVector &esp, std::uint64_t time)
    {
        frame(esp, true, time);
        frame(esp, false, time);
    }
    void deliver(const ByteVector &l4, std::uint64_t time, std::uint8_t protocol = 17)
    {
        Delivered packet;
        packet.time_ns = time;
        packet.source = test::v4(1);
        packet.destination = test::v4(2);
        packet.protocol = protocol;
        packet.bytes = l4;
        ledger_.delivered(packet);
    }
    [[nodiscard]] ByteVector packet_of(const ByteVector &l4, std::uint64_t number,
                                       std::uint8_t protocol = 17) const
    {
        return test::esp_packet(*sa_, sa_->sa.sequence_out + number,
                                test::esp_text(*sa_, l4, protocol));
    }
    // Right ones around what is tested.
    void right(std::uint64_t number, std::uint64_t time)
    {
        const ByteVector l4 = udp_l4(number);
        both_frames(packet_of(l4, number), time);
        deliver(l4, time);
    }
    std::vector<EspFinding> settled()
    {
        ledger_.settle(100 * second, true);
        return ledger_.findings();
    }

    SaTable sas_;
    Judge judge_;
    Ledger ledger_;
    TunnelSa *sa_ = nullptr;
    FlowPlan udp_;
    FlowPlan tcp_;
};

// Past the end of the lower half of the sequence number, too.
TEST_P(LedgerTest, RightPacketsAreRight)
{
    for (std::uint64_t number = 1; number <= 400; ++number)
        right(number, number * 1000);
    EXPECT_TRUE(settled().empty());
    EXPECT_EQ(sa_->tally.encapsulated, 400);
    EXPECT_EQ(sa_->tally.decapsulated, 400);
    EXPECT_EQ(sa_->tally.encapsulated_wrong + sa_->tally.decapsulated_wrong + sa_->tally.lost,
              0);
    EXPECT_EQ(ledger_.cpus().at(encrypting_cpu).encapsulations, 400);
    EXPECT_EQ(ledger_.cpus().at(decrypting_cpu).decapsulations, 400);
    EXPECT_EQ(ledger_.waiting(), 0);
}

TEST_P(LedgerTest, OrderDoesNotMatter)
{
    const ByteVector l4 = udp_l4(1);
    deliver(l4, 1000);
    frame(packet_of(l4, 1), false, 900);
    frame(packet_of(l4, 1), true, 800);
    EXPECT_TRUE(settled().empty());
    EXPECT_EQ(sa_->tally.decapsulated, 1);
    EXPECT_EQ(ledger_.cpus().at(decrypting_cpu).decapsulations, 1);
}

TEST_P(LedgerTest, WrongPlaintextUnderAValidIcvIsOfEncapsulation)
{
    right(1, 1000);
    ByteVector l4 = udp_l4(2);
    for (std::size_t place = 160; place < 176; ++place)
        l4[place] ^= 0x55U;
    both_frames(packet_of(l4, 2), 2000);
    deliver(l4, 2100);
    right(3, 3000);
    const auto findings = settled();
    ASSERT_EQ(findings.size(), 1);
    const EspFinding &finding = findings.front();
    ASSERT_TRUE(finding.record.wire);
    EXPECT_EQ(finding.record.wire->stage, Stage::Encapsulation);
    EXPECT_EQ(finding.record.wire->side, "a");
    EXPECT_EQ(finding.record.wire->flow, "udp");
    EXPECT_TRUE(finding.record.wire->icv_valid);
    EXPECT_TRUE(finding.exact);
    EXPECT_TRUE(finding.delivered);
    EXPECT_EQ(finding.cpu, encrypting_cpu);
    EXPECT_EQ(finding.record.driver, "a-driver");
    ASSERT_FALSE(finding.record.blocks.empty());
    EXPECT_EQ(finding.record.blocks.front(), 160 / 16);
    EXPECT_EQ(finding.fault, InnerFault::UdpChecksum);
    EXPECT_EQ(sa_->tally.encapsulated_wrong, 1);
    EXPECT_EQ(sa_->tally.icv_wrong, 0);
    EXPECT_EQ(sa_->tally.decapsulated, 3);
    EXPECT_EQ(ledger_.cpus().at(encrypting_cpu).encapsulations_wrong, 1);
}

TEST_P(LedgerTest, WrongIcvAloneIsOfEncapsulation)
{
    ByteVector packet = packet_of(udp_l4(1), 1);
    packet.back() ^= 1U;
    both_frames(packet, 1000);
    const auto findings = settled();
    ASSERT_EQ(findings.size(), 1);
    EXPECT_EQ(findings.front().record.wire->stage, Stage::Encapsulation);
    EXPECT_FALSE(findings.front().record.wire->icv_valid);
    EXPECT_EQ(findings.front().record.what, std::vector{What::Icv});
    EXPECT_EQ(sa_->tally.icv_wrong, 1);
    EXPECT_EQ(sa_->tally.lost, 0);
}

TEST_P(LedgerTest, WhatIsRightOnTheWireAndWrongAtTheReceiverIsOfDecapsulation)
{
    right(1, 1000);
    const ByteVector l4 = udp_l4(2);
    both_frames(packet_of(l4, 2), 2000);
    ByteVector wrong = l4;
    wrong[320] ^= 0x80U;
    deliver(wrong, 2100);
    const auto findings = settled();
    ASSERT_EQ(findings.size(), 1);
    const EspFinding &finding = findings.front();
    EXPECT_EQ(finding.record.wire->stage, Stage::Decapsulation);
    EXPECT_EQ(finding.record.wire->side, "b");
    EXPECT_EQ(finding.cpu, decrypting_cpu);
    EXPECT_EQ(finding.record.blocks, std::vector<std::uint32_t>{320 / 16});
    EXPECT_EQ(finding.record.wrong_bits, 1);
    EXPECT_EQ(sa_->tally.decapsulated_wrong, 1);
    EXPECT_EQ(sa_->tally.encapsulated_wrong, 0);
}

// Late ones are settled among others that still wait.
TEST_P(LedgerTest, LateOnesAreSettledOneByOne)
{
    for (std::uint64_t number = 1; number <= 6; ++number) {
        ByteVector packet = packet_of(udp_l4(number), number);
        packet.back() ^= 1U; // refused, and so never delivered
        both_frames(packet, number * second);
    }
    std::size_t count = 0;
    for (std::uint64_t now = 1; now < 20; ++now) {
        ledger_.settle(now * second);
        count += ledger_.findings().size();
    }
    EXPECT_EQ(count, 6);
    EXPECT_EQ(ledger_.waiting(), 0);
}

// Ports and checksum are wrong, too: only nearness finds its packet.
TEST_P(LedgerTest, ADamagedHeaderIsFoundByTheRest)
{
    right(1, 1000);
    const ByteVector l4 = udp_l4(2);
    both_frames(packet_of(l4, 2), 2000);
    right(3, 3000);
    ByteVector wrong = l4;
    for (std::size_t place = 0; place < 16; ++place)
        wrong[place] = static_cast<std::uint8_t>(place * 3);
    deliver(wrong, 3000);
    ledger_.settle(3000 + second);
    EXPECT_TRUE(ledger_.findings().empty());
    const auto findings = settled();
    ASSERT_EQ(findings.size(), 1);
    EXPECT_EQ(findings.front().record.wire->stage, Stage::Decapsulation);
    EXPECT_EQ(findings.front().record.blocks, std::vector<std::uint32_t>{0});
    EXPECT_EQ(findings.front().record.wire->packet.sequence, sa_->sa.sequence_out + 2);
}

TEST_P(LedgerTest, ADatagramWithADamagedNumberIsRebuilt)
{
    right(41, 1000);
    ByteVector l4 = udp_l4(42);
    for (std::size_t place = 8; place < 24; ++place)
        l4[place] ^= 0x3cU;
    both_frames(packet_of(l4, 2), 2000);
    const auto findings = settled();
    ASSERT_EQ(findings.size(), 1);
    EXPECT_TRUE(findings.front().exact);
}

TEST_P(LedgerTest, RetransmissionsAreRight)
{
    const ByteVector syn = test::tcp(tcp_.from, tcp_.to, tcp_.port, 0xfffffff0, 0, 2, {});
    both_frames(packet_of(syn, 1, 6), 1000);
    deliver(syn, 1000, 6);
    const Content content(tcp_.seed, content_number(FlowKind::Tcp, tcp_.number, false));
    std::uint64_t packet = 2;
    // Cut in other ways, over the wrap of TCP's own number.
    for (const auto &[offset, size] : std::vector<std::pair<std::uint32_t, std::size_t>>{
             {0, 500}, {500, 100}, {0, 600}, {300, 1200}, {0, 500}}) {
        const PacketView right = content.at(offset, size);
        const ByteVector l4 =
            test::tcp(tcp_.from, tcp_.to, tcp_.port, 0xfffffff1 + offset,
                      static_cast<std::uint32_t>(packet), 0x10, {right.begin(), right.end()});
        both_frames(packet_of(l4, packet, 6), packet * 1000);
        deliver(l4, packet * 1000, 6);
        ++packet;
    }
    EXPECT_TRUE(settled().empty());
    EXPECT_EQ(sa_->tally.decapsulated, 6);
}

TEST_P(LedgerTest, DamageInAStreamIsPlaced)
{
    const ByteVector syn = test::tcp(tcp_.from, tcp_.to, tcp_.port, 77, 0, 2, {});
    both_frames(packet_of(syn, 1, 6), 1000);
    const Content content(tcp_.seed, content_number(FlowKind::Tcp, tcp_.number, false));
    const PacketView right = content.at(0, 1000);
    ByteVector l4 =
        test::tcp(tcp_.from, tcp_.to, tcp_.port, 78, 5, 0x10, {right.begin(), right.end()});
    l4[20 + 500] ^= 1U;
    both_frames(packet_of(l4, 2, 6), 2000);
    const auto findings = settled();
    ASSERT_EQ(findings.size(), 1);
    EXPECT_TRUE(findings.front().exact);
    EXPECT_EQ(findings.front().record.blocks.front(), 520 / 16);
}

TEST_P(LedgerTest, WhatChangesBetweenTheInterfacesIsOfTheWire)
{
    const ByteVector l4 = udp_l4(1);
    frame(packet_of(l4, 1), true, 1000);
    ByteVector changed = l4;
    changed[100] ^= 4U;
    frame(packet_of(changed, 1), false, 1100);
    deliver(changed, 1200);
    const auto findings = settled();
    ASSERT_EQ(findings.size(), 1);
    EXPECT_EQ(findings.front().record.wire->stage, Stage::Wire);
    EXPECT_TRUE(findings.front().delivered);
    EXPECT_EQ(sa_->tally.wire_wrong, 1);
    EXPECT_EQ(sa_->tally.encapsulated_wrong + sa_->tally.decapsulated_wrong, 0);
}

TEST_P(LedgerTest, LostUnseenAndUnattributed)
{
    both_frames(packet_of(udp_l4(1), 1), 1000); // never delivered
    deliver(udp_l4(2), 1000);                   // never seen
    ByteVector wrong = udp_l4(3, 300);
    wrong[50] ^= 1U;
    deliver(wrong, 1000); // neither
    EXPECT_TRUE(settled().empty());
    EXPECT_EQ(sa_->tally.lost, 1);
    EXPECT_EQ(ledger_.totals().unseen, 1);
    EXPECT_EQ(ledger_.totals().unattributed, 1);
}

// On a busy machine a block of a ring may be read long after the raw socket.
TEST_P(LedgerTest, WhatIsReadLateIsNotUnseen)
{
    const ByteVector l4 = udp_l4(1);
    deliver(l4, second);
    ledger_.settle(second + second / 2);
    both_frames(packet_of(l4, 1), second);
    ledger_.settle(2 * second);
    EXPECT_TRUE(settled().empty());
    EXPECT_EQ(ledger_.totals().unseen, 0);
    EXPECT_EQ(sa_->tally.lost, 0);
    EXPECT_EQ(sa_->tally.decapsulated, 1);
}

// Memory of packets that are done with is used again, and nothing of them stays in it.
TEST_P(LedgerTest, MemoryOfOldPacketsIsUsedAgain)
{
    ByteVector wrong = udp_l4(1);
    wrong[100] ^= 1U;
    both_frames(packet_of(wrong, 1), second);
    deliver(wrong, second);
    EXPECT_EQ(ledger_.wrong(), 1);
    for (std::uint64_t number = 2; number <= 700; ++number) {
        right(number, second + number * 1000000);
        ledger_.settle(second + number * 1000000);
    }
    EXPECT_EQ(settled().size(), 1);
    EXPECT_EQ(ledger_.wrong(), 1);
    EXPECT_EQ(sa_->tally.decapsulated, 700);
    EXPECT_EQ(sa_->tally.lost, 0);
}

TEST_P(LedgerTest, StrangersAndFragmentsAreCounted)
{
    ByteVector packet = packet_of(udp_l4(1), 1);
    packet[3] ^= 1U;
    both_frames(packet, 1000);
    ledger_.settle(100 * second); // its SA might have come
    EXPECT_EQ(ledger_.totals().unknown_spi, 2);
    ByteVector cut = packet_of(udp_l4(1), 1);
    cut.resize(20);
    frame(cut, true, 1000);
    EXPECT_EQ(ledger_.totals().truncated, 1);
    EXPECT_TRUE(settled().empty());
}

// The rounds of a block are undone as in any record, and the owner of foreign data is looked
// for in the packets of that moment.
TEST_P(LedgerTest, RecordsCanBeDiagnosed)
{
    right(1, 1000);
    const ByteVector foreign = test::esp_text(*sa_, udp_l4(1), 17);
    ByteVector packet = packet_of(udp_l4(2), 2);
    const std::size_t head = sa_->cipher.head_size();
    // A ciphertext block is that of another packet's plaintext: it was never written.
    std::copy_n(foreign.begin() + 320, 16,
                packet.begin() + static_cast<std::ptrdiff_t>(head) + 64);
    sa_->cipher.icv_over(packet, static_cast<std::uint32_t>((sa_->sa.sequence_out + 2) >> 32U),
                         std::span(packet).last(sa_->cipher.icv_size()));
    both_frames(packet, 2000);
    const auto findings = settled();
    ASSERT_EQ(findings.size(), 1);
    const Mismatch &record = findings.front().record;
    const RecordDiagnosis diagnosis = examine_record(record);
    EXPECT_EQ(diagnosis.unmade, "");
    ASSERT_TRUE(diagnosis.damage);
    ASSERT_EQ(diagnosis.damage->blocks.size(), 1);
    EXPECT_EQ(diagnosis.damage->blocks.front().number, 4);
    EXPECT_EQ(diagnosis.damage->icv, IcvState::OfWrongText);
    EXPECT_NE(std::find(diagnosis.owners.begin(), diagnosis.owners.end(), OwnerKind::Plain),
              diagnosis.owners.end());
}

INSTANTIATE_TEST_SUITE_P(Suites, LedgerTest,
                         testing::Values(Suite::Gcm, Suite::CbcSha1, Suite::CbcSha256,
                                         Suite::CbcSha512));

} // namespace

} // namespace ct
