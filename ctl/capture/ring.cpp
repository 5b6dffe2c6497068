// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/ring.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <linux/filter.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include "base/quantity.h"
#include "capture/lane.h"
#include "facts/source.h"

namespace ct {

namespace {

// Small blocks and many of them: one that is handed over because of its age takes up all of its
// memory, however few frames it has.
constexpr std::uint32_t block_small = 64U << 10U;  // bytes
constexpr std::uint32_t block_large = 128U << 10U; // for frames of up to 64 KiB
constexpr std::uint32_t frame_large = 32U << 10U;
constexpr std::uint32_t blocks_min = 4;
constexpr std::uint32_t patience = 8; // ms
// Of a CPU that is offline now and may come online.
constexpr LaneSize spare_lane{block_small / 2, 2, 64};

struct Device {
    int index = 0;
    std::uint32_t mtu = 0;
};

Failure no_ring(const std::string &interface, Error error)
{
    error.what = fmt::format("cannot capture on {}", interface);
    return Failure(std::move(error));
}

Result<Device> find_device(int socket, const std::string &interface)
{
    ifreq request{};
    Device device;
    if (interface.empty() || interface.size() >= sizeof(request.ifr_name))
        return failure(ErrorKind::NotFound, {}, "there is no interface of that name",
                       "see 'ip link' for those that are there");
    std::memcpy(request.ifr_name, interface.data(), interface.size());
    if (ioctl(socket, SIOCGIFINDEX, &request) != 0)
        return failure(ErrorKind::NotFound, {}, "there is no interface of that name",
                       "see 'ip link' for those that are there");
    device.index = request.ifr_ifindex;
    if (ioctl(socket, SIOCGIFMTU, &request) == 0)
        device.mtu = static_cast<std::uint32_t>(request.ifr_mtu);
    if (ioctl(socket, SIOCGIFFLAGS, &request) != 0)
        return failure(ErrorKind::System, {}, errno_text(errno));
    if ((request.ifr_flags & IFF_UP) == 0)
        return failure(ErrorKind::Refused, {}, "the interface is down",
                       fmt::format("set it up with 'ip link set dev {} up'", interface));
    return device;
}

// One for each number that a CPU can have, so that the CPU modulo the rings is the CPU itself,
// whatever numbers are left out or come online later.
std::vector<LaneSize> lane_sizes(const RingOptions &options, std::uint32_t mtu)
{
    const Source host;
    const auto cpus = [&](const char *which) {
        return list_numbers(
            host.line(fmt::format("/sys/devices/system/cpu/{}", which)).value_or("0"));
    };
    const auto possible = cpus("possible");
    const auto online = cpus("online");
    std::uint32_t count = 1;
    for (const auto *const list : {&possible, &online})
        for (const std::uint32_t cpu : *list)
            count = std::max(count, cpu + 1);

    LaneSize size{block_small, blocks_min, patience};
    if (!options.esp_only || mtu > frame_large)
        size.block = block_large;
    const auto shared = static_cast<std::uint32_t>(std::max<std::size_t>(online.size(), 1));
    size.blocks = std::max(blocks_min, options.bytes / shared / size.block);
    std::vector<LaneSize> sizes(count, spare_lane);
    for (const std::uint32_t cpu : online)
        sizes.at(cpu) = size;
    return sizes;
}

} // namespace

struct Ring::State {
    std::string interface;
    std::vector<Lane> lanes; // by CPU
    std::vector<Lane *> ready;
    RingCounts counts;
    std::uint64_t downs = 0;
    bool idle = false; // the last take() found nothing
    bool down = false; // and nothing came since

    [[nodiscard]] Result<void> fill(const RingOptions &options);
    [[nodiscard]] Result<void> look_after();
};

Result<void> Ring::State::fill(const RingOptions &options)
{
    auto first = Lane::open(0);
    if (!first)
        return Failure(first.error());
    const auto device = find_device(first->descriptor(), interface);
    if (!device)
        return Failure(device.error());
    const auto sizes = lane_sizes(options, device->mtu);
    const auto count = static_cast<std::uint32_t>(sizes.size());
    lanes.reserve(count);
    lanes.push_back(std::move(*first));
    for (std::uint32_t cpu = 1; cpu < count; ++cpu) {
        auto lane = Lane::open(cpu);
        if (!lane)
            return Failure(lane.error());
        lanes.push_back(std::move(*lane));
    }
    // In the order of the CPUs, which is also that in which the kernel lets them join again
    // after the interface was down.
    std::optional<std::uint16_t> group;
    for (std::uint32_t cpu = 0; cpu < count; ++cpu) {
        Lane &lane = lanes[cpu];
        if (auto mapped = lane.map(sizes[cpu]); !mapped)
            return mapped;
        if (auto bound = lane.bind(device->index); !bound)
            return bound;
        const auto joined = lane.join(group, count);
        if (!joined)
            return Failure(joined.error());
        group = *joined;
    }
    // Not before all are there: until then packets go to the ring of another CPU.
    for (const Lane &lane : lanes)
        if (auto opened = lane.filter(ring_filter(options)); !opened)
            return opened;
    return {};
}

// The kernel tells every socket when the interface goes down, and none when one that is down
// goes away.
Result<void> Ring::State::look_after()
{
    if (lanes.front().drain_error() != 0) {
        // Else poll() would tell of it again and again.
        for (const Lane &lane : lanes)
            (void)lane.drain_error();
        ++downs;
        down = true;
    }
    if (down && lanes.front().orphaned())
        return failure(ErrorKind::NotFound, fmt::format("cannot capture on {}", interface),
                       "the interface is gone", "see 'ip link' for those that are there");
    return {};
}

Ring::Ring(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ring::Ring(Ring &&) noexcept = default;
Ring &Ring::operator=(Ring &&) noexcept = default;
Ring::~Ring() = default;

Result<Ring> Ring::open(const std::string &interface, const RingOptions &options)
{
    auto state = std::make_unique<State>();
    state->interface = interface;
    if (auto filled = state->fill(options); !filled)
        return no_ring(interface, filled.error());
    return Ring(std::move(state));
}

std::vector<int> Ring::descriptors() const
{
    std::vector<int> result;
    result.reserve(state_->lanes.size());
    for (const Lane &lane : state_->lanes)
        result.push_back(lane.descriptor());
    return result;
}

Result<std::vector<Frame>> Ring::take(std::size_t most)
{
    std::vector<Frame> frames;
    auto &ready = state_->ready;
    ready.clear();
    for (Lane &lane : state_->lanes) {
        lane.give_back();
        if (lane.head() != nullptr)
            ready.push_back(&lane);
    }
    while (!ready.empty() && frames.size() < most) {
        auto earliest = ready.begin();
        for (auto lane = ready.begin() + 1; lane < ready.end(); ++lane)
            if ((*lane)->head()->time_ns < (*earliest)->head()->time_ns)
                earliest = lane;
        frames.push_back(*(*earliest)->head());
        (*earliest)->pop();
        if ((*earliest)->head() == nullptr)
            ready.erase(earliest);
    }
    // Nothing twice, although poll() may have told of something: perhaps of an error.
    if (frames.empty() && state_->idle) {
        if (auto there = state_->look_after(); !there)
            return Failure(there.error());
    }
    state_->idle = frames.empty();
    state_->down = state_->down && state_->idle;
    return frames;
}

double Ring::filled() const
{
    double most = 0;
    for (const Lane &lane : state_->lanes)
        most = std::max(most, lane.filled());
    return most;
}

RingCounts Ring::counts() const
{
    for (const Lane &lane : state_->lanes) {
        const RingCounts more = lane.drain_counts();
        state_->counts.seen += more.seen;
        state_->counts.dropped += more.dropped;
    }
    state_->counts.downs = state_->downs;
    return state_->counts;
}

} // namespace ct
