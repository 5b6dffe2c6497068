// SPDX-License-Identifier: GPL-2.0-or-later
#include "testbed/bridge.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <mutex>
#include <net/if.h>
#include <utility>

#include <fmt/format.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>

#include "base/clock.h"
#include "capture/packet.h"
#include "cipher/esp_cipher.h"
#include "net/batch.h"
#include "net/endpoint.h"
#include "traffic/tally.h"
#include "traffic/worker.h"

extern "C" {
#include "packet/random.h"
}

namespace ct {

struct BridgeSa {
    EspCipher cipher;
    bool esn = false;
    std::uint64_t last = 0; // sequence number
};

namespace {

constexpr std::uint64_t bridge_stream = 0x627269646765; // "bridge": of the generator
constexpr const char *no_bridge = "cannot forward between the hosts of a testbed";
constexpr std::size_t bridge_batch = 64;
constexpr std::size_t bridge_room = 65536 + 128; // the largest packet and its headers
constexpr std::uint32_t bridge_buffer = 16U << 20U;
constexpr std::size_t udp_head = 8;
constexpr std::size_t udp_check_at = 6;
constexpr std::size_t virtio_head = 10; // struct virtio_net_hdr, whose header is not C++

// Of the 64 bits of a sequence number, those that the packet does not have.
std::uint32_t upper_half(const BridgeSa &sa, std::uint32_t low)
{
    constexpr std::int64_t half = std::int64_t{1} << 31U;
    if (!sa.esn)
        return 0;
    const auto high = static_cast<std::uint32_t>(sa.last >> 32U);
    const std::int64_t ahead = std::int64_t{low} - static_cast<std::uint32_t>(sa.last);
    if (ahead < -half)
        return high + 1;
    return ahead > half && high > 0 ? high - 1 : high;
}

// The checksum of the UDP header that ESP is in, where there is one: IPv6 alone needs it.
void renew_udp_checksum(const EspView &view, std::span<std::uint8_t> ip)
{
    auto udp = ip.subspan(view.outer.payload, udp_head + view.packet.size());
    if (!view.udp || (udp[udp_check_at] == 0 && udp[udp_check_at + 1] == 0))
        return;
    udp[udp_check_at] = 0;
    udp[udp_check_at + 1] = 0;
    const std::size_t size = view.outer.source.v6 ? 16 : 4;
    std::uint64_t sum = word_sum(udp) + word_of(udp.size()) + word_of(IPPROTO_UDP) +
                        word_sum(PacketView(view.outer.source.bytes).first(size)) +
                        word_sum(PacketView(view.outer.destination.bytes).first(size));
    while (sum >> 16U != 0)
        sum = (sum & 0xffffU) + (sum >> 16U);
    auto checksum = static_cast<std::uint16_t>(~sum);
    if (checksum == 0) // means that there is none
        checksum = 0xffff;
    std::memcpy(udp.data() + udp_check_at, &checksum, sizeof(checksum));
}

} // namespace

struct Changer::State {
    std::uint64_t every = 0;
    std::uint64_t turn = 0; // packets since the last that was changed
    yt_random random{};
    std::vector<std::uint8_t> text;
    std::mutex mutex; // of the SAs
    std::map<std::uint32_t, BridgeSa> sas;

    // Flips a bit of the packet's text. The packet is not touched without that.
    std::optional<BridgeChange> flip(BridgeSa &sa, const EspView &view,
                                     std::span<std::uint8_t> packet);
};

Changer::Changer(std::uint64_t every, std::uint64_t seed) : state_(std::make_unique<State>())
{
    state_->every = every;
    yt_random_init(&state_->random, seed, bridge_stream, 0);
}

Changer::~Changer() = default;

Result<void> Changer::add(const Sa &sa)
{
    if (!sa.unreadable.empty())
        return failure(ErrorKind::Unsupported, "cannot change packets of an SA", sa.unreadable);
    auto cipher = EspCipher::make(sa.keys);
    if (!cipher)
        return Failure(cipher.error());
    const std::scoped_lock lock(state_->mutex);
    state_->sas.insert_or_assign(sa.spi, BridgeSa{std::move(*cipher), sa.keys.esn,
                                                  std::max(sa.sequence_out, sa.sequence_in)});
    return {};
}

std::optional<BridgeChange> Changer::State::flip(BridgeSa &sa, const EspView &view,
                                                 std::span<std::uint8_t> packet)
{
    if (!sa.cipher.fits(packet.size()))
        return std::nullopt;
    const std::uint32_t high = upper_half(sa, view.sequence);
    text.resize(packet.size() - sa.cipher.head_size() - sa.cipher.icv_size());
    if (!sa.cipher.open(packet, high, text))
        return std::nullopt;
    sa.last = std::max(sa.last, std::uint64_t{high} << 32U | view.sequence);
    const InnerView inner = parse_inner(text, view.outer);
    if (inner.fault != InnerFault::None || inner.l4 >= inner.payload ||
        inner.payload >= inner.end || inner.end > text.size())
        return std::nullopt;
    BridgeChange change;
    const auto size = static_cast<std::uint32_t>(inner.end - inner.payload);
    change.offset = inner.payload + yt_random_below(&random, size);
    change.mask = static_cast<std::uint8_t>(1U << yt_random_below(&random, 8));
    change.time_ns = wall_clock();
    change.spi = view.spi;
    change.sequence = std::uint64_t{high} << 32U | view.sequence;
    text[change.offset] ^= change.mask;
    std::copy(text.begin(), text.end(),
              packet.begin() + static_cast<std::ptrdiff_t>(sa.cipher.head_size()));
    sa.cipher.seal(packet, high);
    return change;
}

std::optional<BridgeChange> Changer::change(std::span<std::uint8_t> frame)
{
    if (state_->every == 0 || frame.size() <= ETH_HLEN)
        return std::nullopt;
    const std::uint16_t type = big16(frame, ETH_HLEN - 2);
    if (type != ETH_P_IP && type != ETH_P_IPV6)
        return std::nullopt;
    const auto ip = frame.subspan(ETH_HLEN);
    const auto view = parse_esp(ip);
    if (!view || view->truncated || view->outer.fragment)
        return std::nullopt;
    const std::scoped_lock lock(state_->mutex);
    const auto found = state_->sas.find(view->spi);
    if (found == state_->sas.end())
        return std::nullopt;
    BridgeSa &sa = found->second;
    if (++state_->turn < state_->every) {
        // So that half the numbers never go by unseen.
        sa.last = std::max(sa.last, std::uint64_t{upper_half(sa, view->sequence)} << 32U |
                                        view->sequence);
        return std::nullopt;
    }
    const auto at = static_cast<std::size_t>(view->packet.data() - ip.data());
    auto change = state_->flip(sa, *view, ip.subspan(at, view->packet.size()));
    if (change) {
        state_->turn = 0;
        renew_udp_checksum(*view, ip);
    }
    return change;
}

namespace {

// One of the middle's two interfaces.
struct Port {
    Descriptor socket{-1};
    int link = 0;
};

Result<Port> open_port(const char *name)
{
    Port port;
    port.link = static_cast<int>(if_nametoindex(name));
    if (port.link == 0)
        return failure(ErrorKind::NotFound, no_bridge,
                       fmt::format("there is no interface {}", name),
                       "make a bridged testbed, and give its middle");
    // Receives nothing before it is bound.
    port.socket = Descriptor(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!port.socket.open())
        return socket_failure(no_bridge, errno);
    set_receive_buffer(port.socket, bridge_buffer);
    set_option(port.socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
    // Frames that are to be segmented or given a checksum later are forwarded as such.
    set_option(port.socket, SOL_PACKET, PACKET_VNET_HDR, 1);
    packet_mreq all{};
    all.mr_ifindex = port.link;
    all.mr_type = PACKET_MR_PROMISC;
    (void)setsockopt(port.socket.number(), SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all,
                     sizeof(all));
    sockaddr_ll there{};
    there.sll_family = AF_PACKET;
    there.sll_protocol = htons(ETH_P_ALL);
    there.sll_ifindex = port.link;
    if (bind(port.socket.number(), reinterpret_cast<const sockaddr *>(&there), sizeof(there)) !=
        0)
        return socket_failure(no_bridge, errno);
    return port;
}

class PacketBridge final : public Bridge {
public:
    PacketBridge(std::uint64_t every, std::uint64_t seed) : changer_(every, seed) {}
    PacketBridge(const PacketBridge &) = delete;
    PacketBridge &operator=(const PacketBridge &) = delete;
    ~PacketBridge() override { worker_.stop(); }

    [[nodiscard]] Result<void> start(const Namespace &middle)
    {
        return worker_.start([&] { return prepare(middle); }, [this] { run(); });
    }
    [[nodiscard]] Result<void> add(const Sa &sa) override { return changer_.add(sa); }
    [[nodiscard]] std::vector<BridgeChange> changes() override
    {
        const std::scoped_lock lock(mutex_);
        return std::exchange(changes_, {});
    }
    [[nodiscard]] std::uint64_t dropped() const override
    {
        return refused_ + receive_drops(ports_[0].socket) + receive_drops(ports_[1].socket);
    }

private:
    Result<void> prepare(const Namespace &middle);
    void run();
    // True: there were some.
    bool forward(const Port &from, const Port &to);
    void send_on(const Port &to, std::span<const std::uint8_t> bytes);

    Changer changer_;
    std::array<Port, 2> ports_;
    Batch batch_{bridge_batch, bridge_room};
    std::vector<std::uint8_t> frame_;
    std::atomic<std::uint64_t> refused_{0};
    std::mutex mutex_;
    std::vector<BridgeChange> changes_;
    Worker worker_;
};

Result<void> PacketBridge::prepare(const Namespace &middle)
{
    if (auto entered = enter_namespace(middle); !entered)
        return entered;
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
        auto port = open_port(side == 0 ? "a" : "b");
        if (!port)
            return Failure(port.error());
        ports_.at(side) = std::move(*port);
    }
    return {};
}

void PacketBridge::run()
{
    while (!worker_.stopping()) {
        const bool there = forward(ports_[0], ports_[1]);
        const bool back = forward(ports_[1], ports_[0]);
        if (!there && !back)
            worker_.wait({{ports_[0].socket.number(), POLLIN, 0},
                          {ports_[1].socket.number(), POLLIN, 0}},
                         std::chrono::seconds(1));
    }
}

bool PacketBridge::forward(const Port &from, const Port &to)
{
    const int got = batch_.receive(from.socket.number(), 0, bridge_batch);
    for (int i = 0; i < got; ++i) {
        const auto message = static_cast<std::size_t>(i);
        const PacketView bytes = batch_.bytes(message);
        if (bytes.size() <= virtio_head || batch_.size(message) != bytes.size()) {
            ++refused_;
            continue;
        }
        frame_.assign(bytes.begin(), bytes.end());
        if (const auto change = changer_.change(std::span(frame_).subspan(virtio_head))) {
            const std::scoped_lock lock(mutex_);
            changes_.push_back(*change);
        }
        send_on(to, frame_);
    }
    return got > 0;
}

void PacketBridge::send_on(const Port &to, std::span<const std::uint8_t> bytes)
{
    constexpr unsigned tries = 100;
    for (unsigned i = 0; i < tries && !worker_.stopping(); ++i) {
        if (send(to.socket.number(), bytes.data(), bytes.size(), 0) >= 0)
            return;
        if (errno != EAGAIN && errno != ENOBUFS && errno != EINTR)
            break;
        worker_.wait({{to.socket.number(), POLLOUT, 0}}, std::chrono::milliseconds(1));
    }
    ++refused_;
}

} // namespace

Result<std::unique_ptr<Bridge>> Bridge::start(const Namespace &middle, std::uint64_t every,
                                              std::uint64_t seed)
{
    auto bridge = std::make_unique<PacketBridge>(every, seed);
    if (auto started = bridge->start(middle); !started)
        return Failure(started.error());
    return bridge;
}

} // namespace ct
