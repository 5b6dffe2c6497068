// SPDX-License-Identifier: GPL-2.0-or-later
// What a verdict on real tunnels follows from.
#include "esp/report.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "record/counters.h"

namespace ct::test {

namespace {

// A run that covered all that it had to, and lost nothing.
EspFacts covered_tunnels()
{
    EspFacts facts;
    SaTally tally;
    tally.encapsulated = tally.decapsulated = 1000;
    tally.bytes = 1'000'000;
    facts.cells.push_back({{EspMode::NattTransport, false},
                           {Suite::CbcSha256, 16, 16, false},
                           "a-driver",
                           tally});
    facts.cpus = {0, 1};
    for (const std::uint32_t cpu : facts.cpus)
        facts.by_cpu[cpu].encapsulations = facts.by_cpu[cpu].decapsulations = 500;
    EspCpuContexts contexts;
    contexts.encapsulation.task = contexts.encapsulation.softirq =
        over_fpu_section(contexts.encapsulation) = 10;
    contexts.decapsulation = contexts.encapsulation;
    facts.contexts = std::vector{contexts};
    return facts;
}

bool has_gap(const EspReport &report, std::string_view words)
{
    return std::any_of(report.gaps.begin(), report.gaps.end(), [&](const std::string &gap) {
        return gap.find(words) != std::string::npos;
    });
}

// INCONCLUSIVE for one reason.
void expect_one_gap(EspFacts facts, std::string_view words)
{
    const EspReport report = make_esp_report(std::move(facts), {});
    EXPECT_EQ(report.verdict, Verdict::Inconclusive) << words;
    ASSERT_EQ(report.gaps.size(), 1U) << words;
    EXPECT_TRUE(has_gap(report, words)) << report.gaps.front();
}

} // namespace

TEST(EspReport, IsCleanWhereAllWasCoveredAndNothingLost)
{
    const EspReport report = make_esp_report(covered_tunnels(), {});
    EXPECT_EQ(report.verdict, Verdict::Clean) << report.gaps.front();
    EXPECT_TRUE(report.bound);
}

TEST(EspReport, WhatWasNotCoveredIsInconclusive)
{
    EspFacts facts = covered_tunnels();
    facts.cells.front().tally.decapsulated = esp_cell_least - 1;
    expect_one_gap(facts, "had fewer than 20 packets: natt-transport, IPv4");
    facts = covered_tunnels();
    facts.cpus.push_back(2);
    expect_one_gap(facts, "fewer than 50 packets on CPU 2");
    facts = covered_tunnels();
    over_fpu_section(facts.contexts->front().encapsulation) = 0;
    expect_one_gap(facts, "encapsulation in a softirq over an FPU section");
    facts = covered_tunnels();
    facts.contexts.reset();
    facts.no_contexts = "no module";
    expect_one_gap(facts, "it is not known in which contexts");
    facts = covered_tunnels();
    facts.interrupted = true;
    expect_one_gap(facts, "ended before its time");
}

TEST(EspReport, SoftirqsOverSectionsAreNotWantedWhereTheKernelHasNone)
{
    EspFacts facts = covered_tunnels();
    facts.fpu_nests = false;
    over_fpu_section(facts.contexts->front().encapsulation) = 0;
    over_fpu_section(facts.contexts->front().decapsulation) = 0;
    EXPECT_EQ(make_esp_report(facts, {}).verdict, Verdict::Clean);
}

TEST(EspReport, WhatWasMissedIsInconclusive)
{
    EspFacts facts = covered_tunnels();
    facts.ring_dropped = 3;
    expect_one_gap(facts, "3 packets found no room in the capture ring");
    facts = covered_tunnels();
    facts.tap_dropped = 1;
    expect_one_gap(facts, "1 delivered packet found no room in a raw socket");
    facts = covered_tunnels();
    facts.totals.unknown_spi = 2;
    expect_one_gap(facts, "of an SA that is not known");
    facts = covered_tunnels();
    facts.totals.unseen = 2;
    expect_one_gap(facts, "delivered right, and not seen on the wire");
}

TEST(EspReport, LostPacketsAreSaidWithTheKernelsCounters)
{
    EspFacts facts = covered_tunnels();
    facts.cells.front().tally.lost = 2;
    expect_one_gap(facts, "2 packets were right on the wire and never delivered; no counter");
    facts.drops = {{"UdpNoPorts", 1}, {"XfrmInTmplMismatch", 1}};
    expect_one_gap(facts, "; the kernel counted meanwhile UdpNoPorts 1, XfrmInTmplMismatch 1");
}

// A full queue of cryptd, or no memory, counts as an error of the protocol, too.
TEST(EspReport, CountersAreNoEvidenceOfDamage)
{
    EspFacts facts = covered_tunnels();
    facts.cells.front().tally.lost = 3;
    facts.drops = {{"IpInHdrErrors", 1}, {"XfrmInStateProtoError", 2}};
    expect_one_gap(facts, "XfrmInStateProtoError 2");
}

TEST(EspReport, RefusedAndUnattributedPacketsAreCorrupt)
{
    EspFacts facts = covered_tunnels();
    facts.refused = 1;
    EXPECT_EQ(make_esp_report(facts, {}).verdict, Verdict::Corrupt);
    facts = covered_tunnels();
    facts.totals.unattributed = 1;
    EXPECT_EQ(make_esp_report(facts, {}).verdict, Verdict::Corrupt);
    facts = covered_tunnels();
    facts.module_mismatches = 1;
    EXPECT_EQ(make_esp_report(facts, {}).verdict, Verdict::Corrupt);
}

TEST(EspReport, TheEchoOfAWrongRequestIsNoFaultOfEsp)
{
    EspFacts facts = covered_tunnels();
    facts.totals.wrong_before = facts.totals.wrong_echoes = 1;
    EXPECT_EQ(make_esp_report(facts, {}).verdict, Verdict::Clean);
    facts.totals.wrong_before = 2;
    expect_one_gap(facts, "wrong before encapsulation");
}

TEST(EspReport, CountersOfWhatAReceiverCannotUse)
{
    for (const char *const counter :
         {"XfrmInStateProtoError", "XfrmInHdrError", "IpInHdrErrors", "Ip6InHdrErrors",
          "TcpInErrs", "TcpInCsumErrors", "UdpNoPorts", "Udp6InErrors", "IcmpInErrors",
          "Icmp6InCsumErrors", "UdpRcvbufErrors", "IpInUnknownProtos"})
        EXPECT_TRUE(is_drop_counter(counter)) << counter;
    for (const char *const counter :
         {"IpInReceives", "TcpRetransSegs", "XfrmOutStateProtoError", "UdpSndbufErrors",
          "IcmpOutErrors", "TcpExtListenDrops", "IpOutNoRoutes"})
        EXPECT_FALSE(is_drop_counter(counter)) << counter;
}

} // namespace ct::test
