// SPDX-License-Identifier: GPL-2.0-or-later
#include "tunnel/lab.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

namespace ct {

namespace {

constexpr std::size_t frames_most =
    64; // at a time, so that no ring or socket waits for another
constexpr std::uint32_t header_snap =
    128; // of received frames: addresses, SPI, sequence number
constexpr std::uint32_t sas_of_tunnel = 42; // keys are changed several times a second
constexpr std::uint16_t flow_identifier = 0x4000; // of pings

// All remainders of 4 and 16, packets of one block and of many.
const std::vector<std::uint32_t> &datagram_sizes()
{
    static const std::vector<std::uint32_t> sizes = [] {
        std::vector<std::uint32_t> list;
        for (std::uint32_t place = 0; place < 16; ++place) {
            list.push_back(16 + place * 81);   // 16 to 1231
            list.push_back(1361 - place * 17); // 1106 to 1361
        }
        return list;
    }();
    return sizes;
}

std::uint64_t wall_clock()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

} // namespace

Result<std::unique_ptr<Lab>> Lab::make(const EspPlan &plan,
                                       const std::vector<std::uint32_t> &cpus, Keying::Time now)
{
    auto keying = Keying::make(plan);
    if (!keying)
        return Failure(keying.error());
    TestbedOptions options;
    options.rps = cpus;
    options.sas = sas_of_tunnel * static_cast<std::uint32_t>(plan.tunnels.size());
    options.esp_offload = plan.offload;
    options.gro = plan.gro;
    options.bridged = plan.inject_every > 0;
    auto testbed = Testbed::make(options);
    if (!testbed)
        return Failure(testbed.error());
    std::unique_ptr<Lab> lab(new Lab(plan, std::move(*testbed), std::move(*keying)));
    std::optional<Error> refused;
    for (const TunnelPlan &tunnel : plan.tunnels) {
        const auto number = lab->testbed_.add_tunnel(tunnel);
        const auto begun =
            number ? lab->keying_.begin(lab->testbed_, lab->sas_, *number, tunnel, now)
                   : Result<void>(Failure(number.error()));
        if (!begun) {
            lab->skipped_.push_back({tunnel_text(tunnel), begun.error().sentence()});
            refused = begun.error();
            continue;
        }
        lab->tunnels_.push_back(tunnel);
        lab->numbers_.push_back(*number);
    }
    if (lab->tunnels_.empty())
        return refused ? Failure(*refused)
                       : failure(ErrorKind::Usage, "cannot make a tunnel", "none was named",
                                 "name one with --modes");
    if (auto opened = lab->open_watchers(cpus); !opened)
        return Failure(opened.error());
    lab->plan_flows();
    return lab;
}

Result<void> Lab::open_watchers(const std::vector<std::uint32_t> & /*cpus*/)
{
    if (!plan_.watch)
        return {};
    // Order of construction: what is opened first also sees the first packet.
    for (const Namespace *host : {&testbed_.a(), &testbed_.b()}) {
        auto opened = host->inside([&]() -> Result<void> {
            RingOptions options;
            options.snap_received = plan_.inject_every > 0 ? 0 : header_snap;
            auto ring = Ring::open(Testbed::link(), options);
            if (!ring)
                return Failure(ring.error());
            // Whatever else comes out of a tunnel: its ports may be what is wrong.
            TapOptions decapsulated;
            decapsulated.natt_port = options.natt_port;
            auto tap = Tap::open(decapsulated);
            if (!tap)
                return Failure(tap.error());
            rings_.push_back(std::move(*ring));
            taps_.push_back(std::move(*tap));
            return {};
        });
        if (!opened)
            return opened;
    }
    const std::array namespaces{testbed_.a().inode(), testbed_.b().inode()};
    auto probe = EspProbe::open(namespaces);
    if (probe)
        probe_ = std::move(*probe);
    else
        no_probe_ = probe.error().sentence();
    if (plan_.inject_every == 0)
        return {};
    auto bridge = Bridge::start(testbed_.middle(), plan_.inject_every, plan_.seed);
    if (!bridge)
        return Failure(bridge.error());
    bridge_ = std::move(*bridge);
    tell_bridge();
    return {};
}

void Lab::tell_bridge()
{
    if (bridge_ == nullptr)
        return;
    const auto &all = sas_.all();
    for (; bridged_sas_ < all.size(); ++bridged_sas_)
        (void)bridge_->add(all[bridged_sas_]->sa);
    for (const BridgeChange &change : bridge_->changes()) {
        ++injected_;
        changes_.push_back({change.spi, change.sequence});
    }
}

void Lab::plan_flows()
{
    std::uint16_t number = 0;
    for (unsigned tunnel = 0; tunnel < tunnels_.size(); ++tunnel)
        for (const FlowKind kind : plan_.traffic) {
            FlowPlan flow;
            flow.kind = kind;
            flow.number = number;
            flow.from = testbed_.address_a(numbers_[tunnel]);
            flow.to = testbed_.address_b(numbers_[tunnel]);
            flow.port = static_cast<std::uint16_t>(
                (kind == FlowKind::Ping ? flow_identifier : flow_port) + number);
            flow.seed = plan_.seed;
            flow.pattern = plan_.pattern;
            if (kind != FlowKind::Tcp || !plan_.large_writes)
                flow.sizes = datagram_sizes();
            ++number;
            judge_.add(flow);
            planned_.push_back(std::move(flow));
            planned_tunnels_.push_back(tunnel);
        }
}

Result<void> Lab::start_flows()
{
    for (std::size_t place = 0; place < planned_.size(); ++place) {
        auto flow = Flow::start(planned_[place], testbed_.a(), testbed_.b());
        if (!flow)
            return Failure(flow.error());
        flows_.push_back({planned_tunnels_[place], std::move(*flow)});
    }
    return {};
}

void Lab::pause_flows()
{
    for (const LabFlow &flow : flows_)
        flow.flow->pause();
}

void Lab::stop_flows()
{
    for (const LabFlow &flow : flows_)
        flow.flow->stop();
}

Result<std::size_t> Lab::read()
{
    std::size_t count = 0;
    behind_.clear();
    for (Ring &ring : rings_) {
        const auto frames = ring.take(frames_most);
        if (!frames)
            return Failure(frames.error());
        if (plan_.check)
            for (const Frame &frame : *frames)
                ledger_->frame(frame);
        count += frames->size();
        behind_.push_back(frames->size() < frames_most ? std::nullopt
                                                       : std::optional(frames->back().time_ns));
    }
    for (Tap &tap : taps_) {
        const auto packets = tap.take(frames_most);
        if (!packets)
            return Failure(packets.error());
        if (plan_.check)
            for (const Delivered &packet : *packets)
                ledger_->delivered(packet);
        count += packets->size();
        behind_.push_back(packets->size() < frames_most
                              ? std::nullopt
                              : std::optional(packets->back().time_ns));
    }
    tell_bridge();
    keep_pace();
    return count;
}

std::chrono::milliseconds Lab::pause() const
{
    // To be woken for each packet would cost more than to look after it.
    constexpr std::chrono::milliseconds between_reads{20};
    const bool more = std::any_of(behind_.begin(), behind_.end(),
                                  [](const auto &behind) { return behind.has_value(); });
    return more ? std::chrono::milliseconds(0) : between_reads;
}

void Lab::keep_pace()
{
    constexpr double hold_from = 0.25;
    constexpr double release_below = 0.05;
    double filled = 0;
    for (const Ring &ring : rings_)
        filled = std::max(filled, ring.filled());
    const bool hold = held_ ? filled > release_below : filled > hold_from;
    if (hold == held_)
        return;
    held_ = hold;
    for (const LabFlow &flow : flows_)
        flow.flow->hold(hold);
}

void Lab::settle(bool last)
{
    // A block of a ring is handed over a few milliseconds after its first frame.
    constexpr std::uint64_t ring_delay = 50'000'000;
    std::uint64_t until = wall_clock() - ring_delay;
    for (const auto &behind : behind_)
        until = std::min(until, behind.value_or(until));
    ledger_->settle(until, last);
}

void Lab::advance(Keying::Time now)
{
    keying_.advance(testbed_, sas_, now);
    tell_bridge();
}

bool Lab::was_injected(std::uint32_t spi, std::uint64_t sequence)
{
    const auto place =
        std::find_if(changes_.begin(), changes_.end(), [&](const Change &change) {
            return change.spi == spi && change.sequence == sequence;
        });
    if (place == changes_.end())
        return false;
    changes_.erase(place);
    return true;
}

std::uint64_t Lab::ring_dropped() const
{
    std::uint64_t sum = 0;
    for (const Ring &ring : rings_)
        sum += ring.counts().dropped;
    return sum;
}

std::uint64_t Lab::tap_dropped() const
{
    std::uint64_t sum = 0;
    for (const Tap &tap : taps_)
        sum += tap.dropped();
    return sum;
}

Result<std::uint64_t> Lab::integrity_failures()
{
    std::uint64_t sum = 0;
    for (const unsigned number : numbers_)
        for (const auto &counts : {testbed_.received_a(number), testbed_.received_b(number)}) {
            if (!counts)
                return Failure(counts.error());
            sum += counts->integrity;
        }
    return sum;
}

} // namespace ct
