// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/ring.h"

#include <cstring>
#include <functional>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "wire_packets.h"

namespace ct::test {

namespace wp = wire_packets;

namespace {

// A socket pair with the filter: what it lets through of a packet, all of it as received.
class Sieve {
public:
    explicit Sieve(const RingOptions &options)
    {
        int pair[2] = {-1, -1};
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair), 0);
        in_ = Descriptor(pair[0]);
        out_ = Descriptor(pair[1]);
        auto program = ring_filter(options);
        const sock_fprog whole{static_cast<unsigned short>(program.size()), program.data()};
        EXPECT_EQ(
            setsockopt(out_.number(), SOL_SOCKET, SO_ATTACH_FILTER, &whole, sizeof(whole)), 0);
    }
    // 0: nothing.
    std::size_t passes(const wp::Octets &packet)
    {
        (void)send(in_.number(), packet.data(), packet.size(), 0);
        std::uint8_t received[4096];
        const ssize_t size = recv(out_.number(), received, sizeof(received), 0);
        return size < 0 ? 0 : static_cast<std::size_t>(size);
    }

private:
    Descriptor in_{-1};
    Descriptor out_{-1};
};

wp::Octets natt_packet(const wp::Octets &payload, unsigned from, unsigned to)
{
    return wp::ip4(wp::route4(), 17, wp::udp(wp::route4(), payload, from, to, false));
}

std::size_t walk_through(const wp::Octets &block)
{
    BlockWalk walk(block, 1);
    std::size_t frames = 0;
    unsigned sum = 0;
    while (const auto frame = walk.next()) {
        ++frames;
        for (const std::uint8_t octet : frame->bytes)
            sum += octet;
        EXPECT_TRUE(frame->bytes.empty() ||
                    (frame->bytes.data() >= block.data() &&
                     frame->bytes.data() + frame->bytes.size() <= block.data() + block.size()));
    }
    return sum > 0 ? frames : 0;
}

// In a network namespace of its own, without any privilege where the kernel lets everybody
// make one. 0: all held; 77: there is none; else the line of what did not hold.
int in_own_namespace(const std::function<int()> &act)
{
    const pid_t child = fork();
    if (child == 0) {
        const int flags = geteuid() == 0 ? CLONE_NEWNET : CLONE_NEWUSER | CLONE_NEWNET;
        _exit(unshare(flags) != 0 ? 77 : act());
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool set_loopback(bool up)
{
    const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    if (ioctl(socket.number(), SIOCGIFFLAGS, &request) != 0)
        return false;
    request.ifr_flags =
        static_cast<short>(up ? request.ifr_flags | IFF_UP : request.ifr_flags & ~IFF_UP);
    return ioctl(socket.number(), SIOCSIFFLAGS, &request) == 0;
}

void send_over_loopback(const wp::Octets &payload, std::uint16_t port)
{
    const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    (void)sendto(socket.number(), payload.data(), payload.size(), 0,
                 reinterpret_cast<const sockaddr *>(&address), sizeof(address));
}

// All that comes until so many are there, or for some time.
std::vector<Frame> gather(Ring &ring, std::size_t count, int patience = 100)
{
    std::vector<Frame> frames;
    std::vector<pollfd> waiting;
    for (const int descriptor : ring.descriptors())
        waiting.push_back({descriptor, POLLIN, 0});
    for (int i = 0; i < patience && frames.size() < count; ++i) {
        (void)poll(waiting.data(), waiting.size(), 20);
        if (auto more = ring.take(1000); more)
            frames.insert(frames.end(), more->begin(), more->end());
    }
    return frames;
}

#define HOLDS(what)                                                                            \
    if (!(what))                                                                               \
    return __LINE__ % 256

int on_loopback()
{
    RingOptions options;
    options.bytes = 1U << 20U;
    options.snap_received = 60;
    HOLDS(Ring::open("lo", options).error().sentence().find("is down") != std::string::npos);
    HOLDS(set_loopback(true));
    auto ring = Ring::open("lo", options);
    if (!ring)
        return 77;
    const auto missing = Ring::open("nosuch0", options);
    HOLDS(!missing && missing.error().kind == ErrorKind::NotFound);
    HOLDS(missing.error().sentence().find("nosuch0") != std::string::npos);

    // A packet of each CPU, and some that are not meant.
    cpu_set_t all;
    HOLDS(sched_getaffinity(0, sizeof(all), &all) == 0);
    std::vector<std::uint32_t> cpus;
    for (unsigned cpu = 0; cpu < CPU_SETSIZE && cpus.size() < 4; ++cpu) {
        if (!CPU_ISSET(cpu, &all))
            continue;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        HOLDS(sched_setaffinity(0, sizeof(one), &one) == 0);
        cpus.push_back(cpu);
        send_over_loopback(wp::esp(0x1000 + cpu, 1, 200), 4500);
        send_over_loopback(wp::esp(0x1000 + cpu, 1, 200), 4501);
        send_over_loopback(wp::esp(0, 1, 200), 4500);
    }
    const auto frames = gather(*ring, 2 * cpus.size());
    HOLDS(frames.size() == 2 * cpus.size());
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const auto esp = parse_esp(frames[i].bytes);
        HOLDS(esp);
        HOLDS(frames[i].size == 228);
        HOLDS(frames[i].time_ns > 1000000000);
        HOLDS(frames[i].cpu < ring->descriptors().size());
        HOLDS(frames[i].bytes.size() == (frames[i].outgoing ? 228 : 60));
        if (frames[i].outgoing)
            HOLDS(esp->spi == 0x1000 + frames[i].cpu);
    }
    HOLDS(ring->counts().seen == frames.size());
    HOLDS(ring->counts().seen == frames.size()); // it adds up
    HOLDS(ring->counts().dropped == 0);

    // More than there is room for is counted.
    for (int i = 0; i < 4000; ++i)
        send_over_loopback(wp::esp(0x2000, static_cast<std::size_t>(i), 1000), 4500);
    const RingCounts counts = ring->counts();
    HOLDS(counts.dropped > 0 && counts.seen > counts.dropped);
    // A few at a time, and all of them once.
    std::size_t taken = frames.size();
    for (int i = 0; i < 10000; ++i) {
        const auto some = ring->take(7);
        HOLDS(some && some->size() <= 7);
        for (std::size_t k = 1; k < some->size(); ++k)
            HOLDS((*some)[k].time_ns >= (*some)[k - 1].time_ns);
        taken += some->size();
    }
    usleep(50000); // a block that is not full
    taken += gather(*ring, 1, 5).size();
    while (!ring->take(100)->empty())
        return __LINE__ % 256;
    HOLDS(taken <= counts.seen - counts.dropped);
    HOLDS(taken + 300 > counts.seen - counts.dropped);

    HOLDS(set_loopback(false));
    (void)gather(*ring, 1, 5);
    HOLDS(ring->counts().downs == 1);
    HOLDS(set_loopback(true));
    send_over_loopback(wp::esp(0x1000 + cpus.back(), 5, 200), 4500);
    const auto again = gather(*ring, 2);
    HOLDS(again.size() == 2 && again[0].cpu == cpus.back());
    return 0;
}

} // namespace

TEST(Ring, FilterForEsp)
{
    RingOptions options;
    Sieve sieve(options);
    for (const auto &[name, packet] : wp::esp_packets()) {
        const bool few = name != "IPv6 with extension headers"; // which has three of them
        EXPECT_EQ(sieve.passes(packet), few ? packet.size() : 0) << name;
    }
    const auto behind = [](const wp::Octets &extensions, const wp::Octets &data) {
        return wp::ip6(wp::route6(), 60, wp::join({extensions, data}));
    };
    const wp::Octets esp = wp::esp(0x701, 1, 40);
    const wp::Octets longer = wp::join({{43, 1, 1, 12}, wp::Octets(12)});
    EXPECT_TRUE(sieve.passes(behind({50, 0, 1, 4, 0, 0, 0, 0}, esp)));
    EXPECT_TRUE(sieve.passes(behind(longer, wp::join({{50, 0, 1, 4, 0, 0, 0, 0}, esp}))));
    EXPECT_TRUE(sieve.passes(
        behind(longer,
               wp::join({{17, 0, 1, 4, 0, 0, 0, 0}, wp::udp(wp::route6(), esp, 4500, 4500)}))));
    EXPECT_FALSE(sieve.passes(behind(longer, wp::join({{6, 0, 1, 4, 0, 0, 0, 0}, esp}))));
    EXPECT_FALSE(sieve.passes(behind({58, 0, 5, 2, 0, 0, 0, 0}, wp::Octets(28)))); // MLD
    EXPECT_TRUE(sieve.passes(natt_packet(wp::esp(256, 1, 40), 4500, 1)));
    EXPECT_FALSE(sieve.passes(natt_packet(wp::esp(0, 1, 40), 4500, 4500)));
    EXPECT_FALSE(sieve.passes(natt_packet({0xff}, 4500, 4500)));
    EXPECT_FALSE(sieve.passes(natt_packet(wp::esp(0x701, 1, 40), 500, 500)));
    EXPECT_FALSE(sieve.passes(wp::ip4(wp::route4(), 6, wp::tcp(wp::route4(), {}))));
    EXPECT_FALSE(sieve.passes(wp::ip6(wp::route6(), 6, wp::tcp(wp::route6(), {}))));
    EXPECT_FALSE(sieve.passes(wp::ip4(wp::route4(), 50, wp::esp(0x701, 1, 40), 0x0001)));
    EXPECT_TRUE(sieve.passes(wp::ip4(wp::route4(), 50, wp::esp(0x701, 1, 40), 0x2000)));
    EXPECT_FALSE(sieve.passes(wp::Octets(60, 0x51)));

    options.natt_port = 500;
    Sieve other(options);
    EXPECT_TRUE(other.passes(natt_packet(wp::esp(0x701, 1, 40), 500, 500)));
    EXPECT_FALSE(other.passes(natt_packet(wp::esp(0x701, 1, 40), 4500, 4500)));
}

TEST(Ring, FilterForAll)
{
    RingOptions options;
    options.esp_only = false;
    Sieve sieve(options);
    EXPECT_TRUE(sieve.passes(wp::ip4(wp::route4(), 6, wp::tcp(wp::route4(), {}))));
    EXPECT_TRUE(sieve.passes(wp::ip6(wp::route6(), 6, wp::tcp(wp::route6(), {}))));
    EXPECT_FALSE(sieve.passes(wp::Octets(60, 0))); // ARP
}

TEST(Ring, SamplesBySequenceNumber)
{
    for (const std::uint32_t sample : {1U, 8U, 10U}) {
        RingOptions options;
        options.sample = sample;
        Sieve sieve(options);
        for (std::size_t sequence = 0; sequence < 50; ++sequence) {
            const wp::Octets esp = wp::esp(0x701, 1000 + sequence, 40);
            const bool chosen = (1000 + sequence) % sample == 0;
            EXPECT_EQ(sieve.passes(wp::ip4(wp::route4(), 50, esp)) != 0, chosen);
            EXPECT_EQ(sieve.passes(wp::ip6(wp::route6(), 50, esp)) != 0, chosen);
            EXPECT_EQ(sieve.passes(natt_packet(esp, 4500, 4500)) != 0, chosen);
        }
    }
}

TEST(Ring, KeepsSoManyBytesOfReceivedFrames)
{
    RingOptions options;
    options.snap_received = 44;
    EXPECT_EQ(Sieve(options).passes(wp::ip4(wp::route4(), 50, wp::esp(0x701, 1, 400))), 44U);
    options.esp_only = false;
    EXPECT_EQ(Sieve(options).passes(wp::ip4(wp::route4(), 6, wp::Octets(400))), 44U);
}

TEST(Ring, WalksABlock)
{
    const std::vector<wp::Octets> sent = {wp::Octets(100, 1), wp::Octets(200, 2),
                                          wp::Octets(1, 3)};
    const wp::Octets block = wp::ring_block(sent);
    BlockWalk walk(block, 7);
    for (std::uint64_t i = 0; i < sent.size(); ++i) {
        const auto frame = walk.next();
        ASSERT_TRUE(frame);
        EXPECT_EQ(wp::Octets(frame->bytes.begin(), frame->bytes.end()), sent[i]);
        EXPECT_EQ(frame->time_ns, 5000000001U + i);
        EXPECT_EQ(frame->cpu, 7U);
        EXPECT_EQ(frame->outgoing, i == 0);
        EXPECT_EQ(frame->checksum_pending, i == 1);
        EXPECT_EQ(frame->size, 1400U);
    }
    EXPECT_FALSE(walk.next());
    EXPECT_EQ(walk_through(block), 3U);
}

TEST(Ring, NeverLeavesABlock)
{
    const wp::Octets block = wp::ring_block({wp::Octets(100, 1), wp::Octets(200, 2)});
    for (std::size_t size = 0; size < 700; ++size)
        (void)walk_through(
            wp::Octets(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(size)));
    for (std::size_t i = 0; i < 500; ++i)
        for (const std::uint8_t value : wp::Octets{0x01, 0x7f, 0x80, 0xff}) {
            wp::Octets changed = block;
            changed[i] = value;
            (void)walk_through(changed);
        }
}

TEST(Ring, OnLoopback)
{
    const int line = in_own_namespace(on_loopback);
    if (line == 77)
        GTEST_SKIP() << "no network namespaces or packet sockets here";
    EXPECT_EQ(line, 0) << "the line, modulo 256, of what did not hold";
}

} // namespace ct::test
