// SPDX-License-Identifier: GPL-2.0-or-later
// Flows over loopback.
#include "traffic/flow.h"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>
#include <netinet/in.h>

#include "net/endpoint.h"
#include "traffic/stream.h"
#include "traffic/tally.h"
#include "traffic_parts.h"

namespace ct::test {

namespace {

using namespace std::chrono_literals;

// Runs a flow over loopback, pauses it, and waits for what is on its way.
void expect_all_arrives(const FlowPlan &plan, std::uint64_t least)
{
    const auto here = Namespace::current();
    ASSERT_TRUE(here) << here.error().sentence();
    auto started = Flow::start(plan, *here, *here);
    if (!started && started.error().kind == ErrorKind::Permission)
        GTEST_SKIP() << started.error().sentence();
    ASSERT_TRUE(started) << started.error().sentence();
    Flow &flow = **started;
    EXPECT_TRUE(within_time([&] { return flow.counts().received >= least; }));
    flow.pause();
    // What a sender was about to send is sent, and counts, a moment later.
    std::this_thread::sleep_for(20ms);
    EXPECT_TRUE(within_time([&] {
        const auto counts = flow.counts();
        return counts.received == counts.sent;
    })) << flow.counts().sent
        << " sent, " << flow.counts().received << " received";
    const auto before = flow.counts();
    std::this_thread::sleep_for(20ms);
    const auto stopping = std::chrono::steady_clock::now();
    flow.stop();
    EXPECT_LT(std::chrono::steady_clock::now() - stopping, 1s);
    const auto counts = flow.counts();
    EXPECT_EQ(counts.sent, before.sent);
    EXPECT_EQ(counts.wrong, 0U);
    EXPECT_EQ(counts.refused, 0U);
    EXPECT_EQ(counts.reconnects, 0U);
    EXPECT_EQ(counts.trouble, "");
    EXPECT_GE(counts.payload, counts.received);
    EXPECT_TRUE(flow.reached().empty());
}

} // namespace

TEST(Checksum, IsThatOfTheRfc)
{
    // The example of RFC 1071.
    const std::array<std::uint8_t, 8> bytes{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
    EXPECT_EQ(internet_sum(bytes), 0xddf2);
    EXPECT_EQ(internet_sum(PacketView(bytes).first(3), 0xffff), 0xf201);
}

TEST(Flow, TcpBothWays)
{
    expect_all_arrives(traffic_plan(FlowKind::Tcp, 17001), 8U << 20U);
}

TEST(Flow, TcpOfManySizes)
{
    FlowPlan plan = traffic_plan(FlowKind::Tcp, 17002);
    plan.sizes = {1, 100, 1460, 536, 5000};
    expect_all_arrives(plan, 1U << 20U);
}

TEST(Flow, Udp)
{
    FlowPlan plan = traffic_plan(FlowKind::Udp, 17003);
    plan.sizes = {8, 64, 1000, 1472, 9000};
    expect_all_arrives(plan, 5000);
}

TEST(Flow, UdpOfAPattern)
{
    FlowPlan plan = traffic_plan(FlowKind::Udp, 17004);
    plan.pattern = {'a'};
    expect_all_arrives(plan, 1000);
}

TEST(Flow, Ping)
{
    FlowPlan plan = traffic_plan(FlowKind::Ping, 17005);
    plan.sizes = {8, 56, 1001};
    expect_all_arrives(plan, 1000);
}

TEST(Flow, TwoFloodsOfPingsKeepApart)
{
    const auto here = Namespace::current();
    ASSERT_TRUE(here);
    FlowPlan plan = traffic_plan(FlowKind::Ping, 17006);
    auto one = Flow::start(plan, *here, *here);
    if (!one && one.error().kind == ErrorKind::Permission)
        GTEST_SKIP() << one.error().sentence();
    ASSERT_TRUE(one) << one.error().sentence();
    plan.port = 17007;
    plan.number = 8;
    auto other = Flow::start(plan, *here, *here);
    ASSERT_TRUE(other) << other.error().sentence();
    for (auto &flow : {one->get(), other->get()})
        EXPECT_TRUE(within_time([&] { return flow->counts().received > 500; }));
    for (auto &flow : {one->get(), other->get()}) {
        flow->stop();
        EXPECT_EQ(flow->counts().wrong, 0U);
    }
}

TEST(Flow, IsAsSlowAsToldTo)
{
    const auto here = Namespace::current();
    ASSERT_TRUE(here);
    for (const FlowKind kind : {FlowKind::Udp, FlowKind::Tcp}) {
        FlowPlan plan = traffic_plan(kind, 17008);
        plan.pause_us = 10000;
        plan.sizes = {100};
        auto flow = Flow::start(plan, *here, *here);
        ASSERT_TRUE(flow) << flow.error().sentence();
        EXPECT_TRUE(within_time([&] { return (*flow)->counts().received > 0; }));
        const auto before = (*flow)->counts().sent;
        std::this_thread::sleep_for(200ms);
        const auto sent = (*flow)->counts().sent - before;
        // 20 at most each way.
        EXPECT_LE(sent, kind == FlowKind::Udp ? 21U : 4200U);
        EXPECT_GE(sent, 1U);
    }
}

TEST(Flow, SendersWaitForAReaderThatDoesNotRun)
{
    const auto here = Namespace::current();
    ASSERT_TRUE(here);
    for (const FlowKind kind : {FlowKind::Udp, FlowKind::Tcp}) {
        auto started = Flow::start(traffic_plan(kind, 17040), *here, *here);
        ASSERT_TRUE(started) << started.error().sentence();
        Flow &flow = **started;
        const auto rests = [&flow] {
            const auto before = flow.counts().sent;
            std::this_thread::sleep_for(50ms);
            return flow.counts().sent == before;
        };
        EXPECT_TRUE(within_time([&] { return flow.counts().sent > 0; }));
        flow.allow_until(0);
        std::this_thread::sleep_for(20ms);
        EXPECT_TRUE(rests());
        flow.allow_until(steady_ns() + 100'000'000);
        EXPECT_TRUE(within_time([&, before = flow.counts().sent] {
            return flow.counts().sent > before;
        })) << "it is allowed again";
        std::this_thread::sleep_for(150ms);
        EXPECT_TRUE(rests()) << "and nobody has said that it may go on";
    }
}

TEST(Flow, AnAddressThatIsNotThereIsAnError)
{
    const auto here = Namespace::current();
    ASSERT_TRUE(here);
    for (const FlowKind kind : {FlowKind::Tcp, FlowKind::Udp})
        for (const bool at_from : {false, true}) {
            FlowPlan plan = traffic_plan(kind, 17009);
            (at_from ? plan.from : plan.to).bytes = {192, 0, 2, 1};
            const auto flow = Flow::start(plan, *here, *here);
            ASSERT_FALSE(flow);
            EXPECT_NE(flow.error().sentence().find("192.0.2.1"), std::string::npos)
                << flow.error().sentence();
            EXPECT_NE(flow.error().sentence().find("not one of this host"), std::string::npos)
                << flow.error().sentence();
        }
}
TEST(Flow, StopsAtOnceWhereNobodyAnswers)
{
    const auto here = Namespace::current();
    ASSERT_TRUE(here);
    FlowPlan plan = traffic_plan(FlowKind::Tcp, 17030);
    FlowTally tally(plan);
    StreamEnd alone(plan, StreamEnd::Role::Connects, tally);
    ASSERT_TRUE(alone.start(*here));
    EXPECT_TRUE(within_time([&] { return !tally.counts().trouble.empty(); }));
    EXPECT_NE(tally.counts().trouble.find("cannot connect to 127.0.0.2 port 17030"),
              std::string::npos)
        << tally.counts().trouble;
    StreamEnd waits(plan, StreamEnd::Role::Listens, tally);
    plan.to = traffic_host(5);
    const auto before = std::chrono::steady_clock::now();
    alone.stop();
    ASSERT_TRUE(waits.start(*here));
    waits.stop();
    EXPECT_LT(std::chrono::steady_clock::now() - before, 1s);
}

} // namespace ct::test
