// SPDX-License-Identifier: GPL-2.0-or-later
// Datagrams through something that damages them.
#include "traffic/datagram.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "traffic_parts.h"

namespace ct::test {

namespace {

using namespace std::chrono_literals;

// Datagrams that go through a function, which may change, drop or repeat them.
class DamagingChannel final : public Channel {
public:
    using Change = std::function<unsigned(std::uint64_t, std::vector<std::uint8_t> &)>;
    explicit DamagingChannel(Change change) : change_(std::move(change))
    {
        (void)socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair_.data());
    }
    ~DamagingChannel() override
    {
        for (const int end : pair_)
            (void)close(end);
    }
    int send(std::uint64_t number, PacketView content) override
    {
        const auto head = datagram_number(number);
        std::vector<std::uint8_t> bytes(head.begin(), head.end());
        bytes.resize(head.size() + content.size());
        std::copy(content.begin(), content.end(), bytes.begin() + head.size());
        for (unsigned times = change_(number, bytes); times > 0; --times)
            if (::send(pair_[0], bytes.data(), bytes.size(), 0) < 0)
                return errno;
        return 0;
    }
    bool receive(const std::function<void(const Message &)> &each) override
    {
        std::array<std::uint8_t, 4096> buffer{};
        const auto got = recv(pair_[1], buffer.data(), buffer.size(), 0);
        if (got < 0)
            return false;
        const auto size = static_cast<std::size_t>(got);
        each({PacketView(buffer).first(size), size, false});
        return true;
    }
    [[nodiscard]] int receiver() const override { return pair_[1]; }
    [[nodiscard]] int sender() const override { return pair_[0]; }
    [[nodiscard]] bool backwards() const override { return false; }

private:
    Change change_;
    std::array<int, 2> pair_{-1, -1};
};

struct DamagedFlow {
    explicit DamagedFlow(DamagingChannel::Change change,
                         const FlowPlan &plan = traffic_plan(FlowKind::Udp, 1))
        : flow(plan)
    {
        started = flow.start([&]() -> Result<std::unique_ptr<Channel>> {
            return std::make_unique<DamagingChannel>(std::move(change));
        });
    }
    bool received(std::uint64_t least)
    {
        return within_time([&] { return flow.counts().received >= least; });
    }
    DatagramFlow flow;
    Result<void> started;
};

} // namespace

TEST(DamagedDatagrams, AreFoundAndKnown)
{
    DamagedFlow damaged([](std::uint64_t number, std::vector<std::uint8_t> &bytes) {
        if (number == 100)
            bytes[500] ^= 1U;
        else if (number == 200)
            bytes[7] ^= 3U; // of the number: now that of another in flight
        else if (number == 300)
            bytes[0] = 0x80; // a number that has never been
        else if (number == 400)
            bytes.resize(bytes.size() - 1);
        else if (number == 500)
            bytes.push_back(0);
        else if (number == 600)
            bytes.resize(3);
        return 1U;
    });
    ASSERT_TRUE(damaged.started);
    EXPECT_TRUE(damaged.received(2000));
    damaged.flow.pause();
    EXPECT_TRUE(within_time([&] {
        const auto counts = damaged.flow.counts();
        return counts.sent == counts.received;
    }));
    const auto reached = damaged.flow.reached();
    ASSERT_EQ(reached.size(), 6U);
    EXPECT_EQ(damaged.flow.counts().wrong, 6U);
    const std::array<std::size_t, 6> offsets{500, 7, 0, 1023, 1024, 3};
    const std::array<std::size_t, 6> sizes{1024, 1024, 1024, 1023, 1025, 3};
    for (std::size_t i = 0; i < reached.size(); ++i) {
        if (i < 5) { // three bytes of a number are like those of all others
            EXPECT_EQ(reached[i].place, 100 * (i + 1));
        }
        EXPECT_EQ(reached[i].offset, offsets.at(i));
        EXPECT_EQ(reached[i].size, sizes.at(i));
        EXPECT_FALSE(reached[i].backwards);
    }
    ASSERT_EQ(reached[0].expected.size(), 64U);
    EXPECT_EQ(reached[0].actual[0], reached[0].expected[0] ^ 1);
    EXPECT_TRUE(std::equal(reached[0].actual.begin() + 1, reached[0].actual.end(),
                           reached[0].expected.begin() + 1));
}

TEST(DamagedDatagrams, RepeatedOnesCountOnce)
{
    DamagedFlow damaged(
        [](std::uint64_t number, std::vector<std::uint8_t> &) { return number % 3 + 1; });
    ASSERT_TRUE(damaged.started);
    EXPECT_TRUE(damaged.received(500));
    damaged.flow.pause();
    EXPECT_TRUE(within_time([&] {
        const auto counts = damaged.flow.counts();
        return counts.sent == counts.received;
    }));
    std::this_thread::sleep_for(50ms);
    const auto counts = damaged.flow.counts();
    EXPECT_EQ(counts.received, counts.sent);
    EXPECT_EQ(counts.payload, counts.received * 1024);
    EXPECT_EQ(counts.wrong, 0U);
}

TEST(DamagedDatagrams, LostOnesDoNotStopTheFlow)
{
    FlowPlan plan = traffic_plan(FlowKind::Udp, 1);
    plan.window = 4;
    std::atomic<std::uint64_t> lost{0};
    DamagedFlow damaged(
        [&](std::uint64_t number, std::vector<std::uint8_t> &) {
            const bool is_lost = number < 8;
            lost += is_lost ? 1 : 0;
            return is_lost ? 0U : 1U;
        },
        plan);
    ASSERT_TRUE(damaged.started);
    std::this_thread::sleep_for(50ms);
    EXPECT_EQ(damaged.flow.counts().sent, 4U) << "the window holds";
    EXPECT_TRUE(damaged.received(100));
    damaged.flow.pause();
    EXPECT_TRUE(within_time([&] {
        const auto counts = damaged.flow.counts();
        return counts.sent == counts.received + 8;
    }));
    damaged.flow.stop();
    EXPECT_EQ(damaged.flow.counts().wrong, 0U);
    EXPECT_EQ(lost, 8U);
}

} // namespace ct::test
