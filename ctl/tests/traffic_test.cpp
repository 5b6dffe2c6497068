// SPDX-License-Identifier: GPL-2.0-or-later
// Flows over loopback, whole and through something that damages them.
#include "traffic/flow.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <deque>
#include <functional>
#include <set>
#include <thread>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/endpoint.h"
#include "traffic/datagram.h"
#include "traffic/flight.h"
#include "traffic/stream.h"

namespace ct::test {

namespace {

using namespace std::chrono_literals;

Address traffic_host(std::uint8_t last)
{
    Address address;
    address.bytes = {127, 0, 0, last};
    return address;
}

FlowPlan traffic_plan(FlowKind kind, std::uint16_t port)
{
    FlowPlan plan;
    plan.kind = kind;
    plan.number = 7;
    plan.seed = 20;
    plan.from = traffic_host(1);
    plan.to = traffic_host(2);
    plan.port = port;
    return plan;
}

bool within_time(const std::function<bool()> &so, std::chrono::milliseconds most = 10s)
{
    const auto end = std::chrono::steady_clock::now() + most;
    while (!so()) {
        if (std::chrono::steady_clock::now() > end)
            return false;
        std::this_thread::sleep_for(2ms);
    }
    return true;
}

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

TEST(Content, NoBlockIsThereTwice)
{
    std::set<std::array<std::uint8_t, 16>> blocks;
    for (const bool backwards : {false, true}) {
        const Content content(1, content_number(FlowKind::Tcp, 3, backwards));
        for (std::uint64_t at = 0; at < Content::period; ++at) {
            std::array<std::uint8_t, 16> block{};
            const PacketView bytes = content.at(at, block.size());
            std::copy(bytes.begin(), bytes.end(), block.begin());
            ASSERT_TRUE(blocks.insert(block).second) << "at " << at;
        }
    }
}

TEST(Content, IsTheSameFromWhereverOneLooks)
{
    const Content content(5, 2);
    constexpr std::uint64_t large = 0xfffffffffff00000;
    for (const std::uint64_t from : {std::uint64_t{0}, Content::period - 1, large}) {
        const PacketView whole = content.at(from, Content::most);
        ASSERT_EQ(whole.size(), Content::most);
        for (std::size_t i = 0; i < whole.size(); i += 61)
            ASSERT_EQ(whole[i], content.at(from + i, 1)[0]) << from << " + " << i;
    }
    EXPECT_EQ(content.at(0, Content::most + 1).size(), Content::most);
    const Content again(5, 2);
    EXPECT_FALSE(again.differs(content.at(9, 1000), 9));
    EXPECT_TRUE(Content(5, 3).differs(content.at(9, 1000), 9));
    EXPECT_TRUE(Content(6, 2).differs(content.at(9, 1000), 9));
    EXPECT_TRUE(again.differs(content.at(9, 1000), 10));
}

TEST(Content, TheFirstDifferenceIsFound)
{
    const Content content(5, 2);
    std::vector<std::uint8_t> bytes;
    while (bytes.size() < 150000) {
        const PacketView more = content.at(77 + bytes.size(), 30000);
        bytes.insert(bytes.end(), more.begin(), more.end());
    }
    EXPECT_FALSE(content.differs(bytes, 77));
    for (const std::size_t at : {149999U, 131101U, 65536U, 65535U, 1U, 0U}) {
        bytes[at] ^= 0x10U;
        EXPECT_EQ(content.differs(bytes, 77), at);
    }
}

TEST(Content, APatternIsRepeated)
{
    const Content content(1, 1, {'a', 'b', 'c'});
    const std::string text = "bcabcab";
    const PacketView bytes = content.at(3000001, text.size());
    EXPECT_TRUE(std::equal(text.begin(), text.end(), bytes.begin(), bytes.end()));
    EXPECT_EQ(content.differs(bytes, 3000000), 0U);
    EXPECT_EQ(content.at(2, Content::most).size(), Content::most);
}

TEST(Content, DatagramsInFlightDoNotOverlap)
{
    constexpr std::uint64_t size = 1472;
    for (const std::uint64_t first :
         {std::uint64_t{0}, std::uint64_t{131090}, std::uint64_t{1} << 63U})
        for (std::uint64_t i = 1; i <= 32; ++i) {
            const std::uint64_t one = Content::place_of(first) % Content::period;
            const std::uint64_t other = Content::place_of(first + i) % Content::period;
            const std::uint64_t gap = one > other ? one - other : other - one;
            EXPECT_GE(std::min(gap, Content::period - gap), size) << first << " + " << i;
        }
}

TEST(Content, OnlyStreamsHaveTwo)
{
    EXPECT_NE(content_number(FlowKind::Tcp, 4, false), content_number(FlowKind::Tcp, 4, true));
    EXPECT_NE(content_number(FlowKind::Tcp, 4, true), content_number(FlowKind::Tcp, 5, false));
    EXPECT_EQ(content_number(FlowKind::Ping, 4, false),
              content_number(FlowKind::Ping, 4, true));
}

TEST(Flight, CountsWhatHasNotArrived)
{
    Flight flight(100);
    for (const std::uint64_t now : {10U, 20U, 30U})
        flight.sent(now);
    EXPECT_EQ(flight.count(50), 3U);
    EXPECT_EQ(flight.deadline(), 110U);
    EXPECT_EQ(flight.arrived(1), Flight::Arrival::First);
    EXPECT_EQ(flight.arrived(1), Flight::Arrival::Again);
    EXPECT_EQ(flight.arrived(3), Flight::Arrival::Never);
    EXPECT_EQ(flight.count(50), 2U);
    // The first is given up, and the second has arrived.
    EXPECT_EQ(flight.count(110), 1U);
    EXPECT_EQ(flight.deadline(), 130U);
    EXPECT_EQ(flight.missing(10), (std::vector<std::uint64_t>{0, 2}));
    EXPECT_EQ(flight.arrived(0), Flight::Arrival::First) << "late, but there";
    EXPECT_EQ(flight.count(111), 1U);
    EXPECT_EQ(flight.arrived(2), Flight::Arrival::First);
    EXPECT_EQ(flight.count(111), 0U);
    EXPECT_EQ(flight.deadline(), 0U);
    for (std::uint64_t i = 0; i < Flight::remembered; ++i)
        flight.sent(1000);
    EXPECT_EQ(flight.arrived(2), Flight::Arrival::Old);
    EXPECT_EQ(flight.arrived(3), Flight::Arrival::First);
}

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

    static constexpr std::uint16_t port = 17020;
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

namespace {

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
