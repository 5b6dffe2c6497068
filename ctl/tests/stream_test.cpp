// SPDX-License-Identifier: GPL-2.0-or-later
// A TCP flow through something that damages it.
#include "traffic/stream.h"

#include <array>
#include <chrono>
#include <cstring>
#include <functional>
#include <thread>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/endpoint.h"
#include "traffic_parts.h"

namespace ct::test {

namespace {

// The two ends of a TCP stream with something of ours in between, which changes what it
// forwards.
class StreamThrough : public testing::Test {
protected:
    // Changes the bytes that begin at that offset of that direction.
    using Change = std::function<void(bool backwards, std::uint64_t offset,
                                      std::span<std::uint8_t> bytes)>;

    void start(Change change, std::uint64_t closed_after = 0)
    {
        change_ = std::move(change);
        closed_after_ = closed_after;
        auto listener = make_socket(false, SOCK_STREAM, 0, "proxy");
        ASSERT_TRUE(listener);
        set_option(*listener, SOL_SOCKET, SO_REUSEADDR, 1);
        ASSERT_TRUE(bind_socket(*listener, traffic_host(2), port, "proxy"));
        ASSERT_EQ(listen(listener->number(), 4), 0);
        listener_ = std::move(*listener);
        proxy_ = std::thread([this] { forward_all(); });

        const auto here = Namespace::current();
        ASSERT_TRUE(here);
        FlowPlan plan = traffic_plan(FlowKind::Tcp, port);
        connects_ = std::make_unique<StreamEnd>(plan, StreamEnd::Role::Connects, tally_);
        plan.from = traffic_host(4);
        plan.to = traffic_host(3);
        listens_ = std::make_unique<StreamEnd>(plan, StreamEnd::Role::Listens, tally_);
        ASSERT_TRUE(listens_->start(*here));
        ASSERT_TRUE(connects_->start(*here));
    }

    void TearDown() override
    {
        ended_ = true;
        connects_.reset();
        listens_.reset();
        if (proxy_.joinable())
            proxy_.join();
    }

    bool received(std::uint64_t least)
    {
        return within_time([&] { return tally_.counts().received >= least; });
    }

    // Other processes run tests of this suite at the same time.
    static inline const auto port = static_cast<std::uint16_t>(17100 + getpid() % 10000);
    FlowTally tally_{traffic_plan(FlowKind::Tcp, port)};

private:
    void forward_all()
    {
        while (!ended_) {
            pollfd waiting{listener_.number(), POLLIN, 0};
            if (poll(&waiting, 1, 20) <= 0)
                continue;
            Descriptor near(accept(listener_.number(), nullptr, nullptr));
            auto far = make_socket(false, SOCK_STREAM, 0, "proxy");
            if (!near.open() || !far || !bind_socket(*far, traffic_host(4), 0, "proxy"))
                continue;
            (void)connect_socket(*far, traffic_host(3), port, "proxy");
            forward(near, *far);
        }
    }

    void forward(const Descriptor &near, const Descriptor &far)
    {
        std::array<std::uint64_t, 2> offsets{};
        std::vector<std::uint8_t> bytes(3000); // so that runs lie on borders too
        while (!ended_) {
            std::array<pollfd, 2> ends{pollfd{near.number(), POLLIN, 0},
                                       pollfd{far.number(), POLLIN, 0}};
            (void)poll(ends.data(), ends.size(), 20);
            for (const bool backwards : {false, true}) {
                if ((ends.at(backwards ? 1 : 0).revents & POLLIN) == 0)
                    continue;
                const auto got = recv(ends.at(backwards ? 1 : 0).fd, bytes.data(), bytes.size(),
                                      MSG_DONTWAIT);
                if (got <= 0)
                    return;
                const auto part = std::span(bytes).first(static_cast<std::size_t>(got));
                change_(backwards, offsets.at(backwards ? 1 : 0), part);
                offsets.at(backwards ? 1 : 0) += part.size();
                send_all(ends.at(backwards ? 0 : 1).fd, part);
            }
            if (closed_after_ != 0 && offsets[0] > closed_after_) {
                closed_after_ = 0;
                return;
            }
        }
    }

    void send_all(int socket, std::span<const std::uint8_t> part) const
    {
        while (!part.empty() && !ended_) {
            const auto sent = send(socket, part.data(), part.size(), MSG_NOSIGNAL);
            if (sent > 0) {
                part = part.subspan(static_cast<std::size_t>(sent));
                continue;
            }
            if (errno != EAGAIN)
                return;
            pollfd waiting{socket, POLLOUT, 0};
            (void)poll(&waiting, 1, 20);
        }
    }

    Change change_;
    std::atomic<std::uint64_t> closed_after_{0};
    Descriptor listener_{-1};
    std::atomic<bool> ended_{false};
    std::thread proxy_;
    std::unique_ptr<StreamEnd> connects_;
    std::unique_ptr<StreamEnd> listens_;
};

// Inverts bytes of one direction from `from` to `to`, but for those in between that stay.
void invert(std::uint64_t offset, std::span<std::uint8_t> bytes, std::uint64_t from,
            std::uint64_t to, std::uint64_t stays = 0)
{
    for (std::uint64_t at = std::max(offset, from); at < to && at < offset + bytes.size(); ++at)
        if (at != stays)
            bytes[at - offset] ^= 0xffU;
}

} // namespace

TEST_F(StreamThrough, NothingIsWrongWhereNothingIsChanged)
{
    start([](bool, std::uint64_t, std::span<std::uint8_t>) {});
    EXPECT_TRUE(received(2U << 20U));
    EXPECT_EQ(tally_.counts().wrong, 0U);
    EXPECT_TRUE(tally_.take().empty());
}

TEST_F(StreamThrough, AWrongByteIsFoundAtItsOffsetAndTheStreamGoesOn)
{
    start([](bool backwards, std::uint64_t offset, std::span<std::uint8_t> bytes) {
        const std::uint64_t at = backwards ? 300001 : 200000;
        invert(offset, bytes, at, at + 1);
    });
    EXPECT_TRUE(received(2U << 20U));
    EXPECT_TRUE(within_time([&] { return tally_.counts().wrong >= 2; }));
    std::vector<Reached> reached = tally_.take();
    ASSERT_EQ(reached.size(), 2U);
    EXPECT_EQ(tally_.counts().wrong, 2U);
    if (reached[0].backwards)
        std::swap(reached[0], reached[1]);
    const Content forwards(20, content_number(FlowKind::Tcp, 7, false));
    const Content back(20, content_number(FlowKind::Tcp, 7, true));
    for (const Reached &one : reached) {
        EXPECT_EQ(one.flow, 7U);
        EXPECT_EQ(one.place, one.backwards ? 300001U : 200000U);
        EXPECT_EQ(one.size, 1U);
        ASSERT_FALSE(one.expected.empty());
        ASSERT_EQ(one.expected.size(), one.actual.size());
        EXPECT_EQ(one.expected[0], (one.backwards ? back : forwards).at(one.place, 1)[0]);
        EXPECT_EQ(one.actual[0], one.expected[0] ^ 0xff);
        EXPECT_GT(one.time_ns, 0U);
    }
    EXPECT_FALSE(reached[0].backwards);
    EXPECT_TRUE(reached[1].backwards);
}

TEST_F(StreamThrough, ABlockIsOneRunWhereverItIsCut)
{
    // The fifth byte of each is right by chance; blocks far enough apart are two runs.
    constexpr std::uint64_t distance = 2993; // prime: all borders of 3000 bytes are met
    constexpr std::uint64_t runs = 300;
    start([](bool backwards, std::uint64_t offset, std::span<std::uint8_t> bytes) {
        for (std::uint64_t i = 1; i <= runs && !backwards; ++i)
            invert(offset, bytes, i * distance, i * distance + 16, i * distance + 5);
    });
    EXPECT_TRUE(received(3U << 20U));
    EXPECT_TRUE(within_time([&] { return tally_.counts().wrong >= runs; }));
    const auto reached = tally_.take();
    ASSERT_EQ(reached.size(), runs);
    for (std::uint64_t i = 0; i < runs; ++i) {
        EXPECT_EQ(reached[i].place, (i + 1) * distance);
        EXPECT_EQ(reached[i].size, 16U);
        EXPECT_GE(reached[i].actual.size(), 16U);
        EXPECT_LE(reached[i].actual.size(), 64U);
    }
}

TEST_F(StreamThrough, ALostConnectionIsMadeAgainFromOffset0)
{
    start([](bool, std::uint64_t, std::span<std::uint8_t>) {}, 500000);
    EXPECT_TRUE(within_time([&] { return tally_.counts().reconnects == 1; }));
    const auto before = tally_.counts().received;
    EXPECT_TRUE(received(before + (1U << 20U)));
    EXPECT_EQ(tally_.counts().wrong, 0U);
    EXPECT_EQ(tally_.counts().reconnects, 1U);
    EXPECT_TRUE(within_time([&] { return tally_.counts().trouble.empty(); }))
        << tally_.counts().trouble;
}

TEST_F(StreamThrough, AtMostAThousandAreKeptAndAllCounted)
{
    start([](bool backwards, std::uint64_t offset, std::span<std::uint8_t> bytes) {
        for (std::uint64_t at = (offset + 99) / 100 * 100;
             !backwards && at < offset + bytes.size(); at += 100)
            bytes[at - offset] ^= 1U;
    });
    EXPECT_TRUE(within_time([&] { return tally_.counts().wrong >= 2000; }));
    EXPECT_EQ(tally_.take().size(), 1000U);
}

} // namespace ct::test
