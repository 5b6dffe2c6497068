// SPDX-License-Identifier: GPL-2.0-or-later
#include "tunnel/lab.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "base/clock.h"
#include "traffic/tally.h"

namespace ct {

namespace {

constexpr std::size_t frames_most =
    64; // at a time, so that no ring or socket waits for another
constexpr std::uint32_t header_snap =
    128; // of received frames: addresses, SPI, sequence number
// Old SAs stay for seconds, and keys are changed several times a second.
constexpr std::uint32_t sas_of_tunnel = 42;
constexpr std::uint32_t sas_besides = 64;

// A CPU's backlog holds 1,000 packets (net.core.netdev_max_backlog); what comes in addition is
// dropped.
std::uint32_t window_of(std::size_t flows)
{
    constexpr std::size_t in_flight = 160;
    constexpr std::size_t most = 16;
    return static_cast<std::uint32_t>(std::clamp<std::size_t>(in_flight / flows, 2, most));
}

} // namespace

Result<std::unique_ptr<Lab>> Lab::make(const EspPlan &plan,
                                       const std::vector<std::uint32_t> &cpus, Keying::Time now)
{
    auto keying = Keying::make(plan);
    if (!keying)
        return Failure(keying.error());
    TestbedOptions options;
    options.sas = sas_besides + sas_of_tunnel * static_cast<std::uint32_t>(plan.tunnels.size());
    options.esp_offload = plan.offload;
    options.gro = plan.gro;
    options.bridged = plan.inject_every > 0;
    auto testbed = Testbed::make(options);
    if (!testbed)
        return Failure(testbed.error());
    std::unique_ptr<Lab> lab(new Lab(plan, std::move(*testbed), std::move(*keying)));
    std::optional<Error> refused;
    for (const TunnelPlan &tunnel : plan.tunnels) {
        if (const auto added = lab->add_tunnel(tunnel, now); !added) {
            lab->skipped_.push_back({tunnel_text(tunnel), added.error().sentence()});
            refused = added.error();
        }
    }
    if (lab->tunnels_.empty())
        return refused ? Failure(*refused)
                       : failure(ErrorKind::Usage, "cannot make a tunnel", "none was named",
                                 "name one with --modes");
    auto steerer = Steerer::make(lab->testbed_.a(), lab->testbed_.b(), Testbed::link(), cpus);
    if (!steerer)
        return Failure(steerer.error());
    lab->steerer_.emplace(std::move(*steerer));
    if (auto opened = lab->open_watchers(); !opened)
        return Failure(opened.error());
    lab->plan_flows();
    return lab;
}

Result<void> Lab::add_tunnel(const TunnelPlan &plan, Keying::Time now)
{
    const auto number = testbed_.add_tunnel(plan);
    if (!number)
        return Failure(number.error());
    const Keying::Request first = keying_.add(*number, plan);
    const auto pair = testbed_.rekey(*number, first.like, plan_.seed, first.keys, first.driver);
    if (auto done = keying_.done(first, pair, sas_, now); !done) {
        keying_.drop_last();
        return done;
    }
    tunnels_.push_back(plan);
    numbers_.push_back(*number);
    return {};
}

Result<void> Lab::open_watchers()
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
            tap_progress_.push_back({wall_clock()});
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
            flow.port = static_cast<std::uint16_t>(flow_port + number);
            flow.seed = plan_.seed;
            flow.pattern = plan_.pattern;
            if (kind != FlowKind::Tcp || !plan_.large_writes)
                flow.sizes = datagram_sizes();
            flow.window = window_of(tunnels_.size() * plan_.traffic.size());
            ++number;
            judge_.add(flow);
            planned_.push_back(std::move(flow));
            planned_tunnels_.push_back(tunnel);
        }
}

Result<void> Lab::start_flows()
{
    auto before = drop_counters();
    if (!before)
        return Failure(before.error());
    drops_before_ = std::move(*before);
    for (std::size_t place = 0; place < planned_.size(); ++place) {
        auto flow = Flow::start(planned_[place], testbed_.a(), testbed_.b());
        if (!flow)
            return Failure(flow.error());
        // Until all are there, and somebody reads.
        (*flow)->allow_until(0);
        flows_.push_back({planned_tunnels_[place], std::move(*flow)});
    }
    allow();
    rekeyer_ = std::make_unique<Rekeyer>(testbed_, plan_.seed);
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
    for (std::size_t number = 0; number < taps_.size(); ++number) {
        auto packets = read_tap(number);
        if (!packets)
            return packets;
        count += *packets;
    }
    tell_bridge();
    keep_pace();
    return count;
}

Result<std::size_t> Lab::read_tap(std::size_t number)
{
    const std::uint64_t now = wall_clock();
    const auto packets = taps_[number].take(frames_most);
    if (!packets)
        return Failure(packets.error());
    TapProgress &progress = tap_progress_[number];
    for (const Delivered &packet : *packets) {
        progress.last[{packet.v6, packet.protocol}] = packet.time_ns;
        if (plan_.check)
            ledger_->delivered(packet);
    }
    if (packets->size() < frames_most) {
        progress.all_read = now;
        behind_.emplace_back(std::nullopt);
        return packets->size();
    }
    // A socket that was not asked has nothing older than what was there when all was read.
    std::uint64_t oldest = now;
    for (const auto &[socket, last] : progress.last)
        oldest = std::min(oldest, std::max(last, progress.all_read));
    behind_.emplace_back(oldest);
    return packets->size();
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
    constexpr double hold_from = 0.25; // of a ring
    constexpr double release_below = 0.05;
    constexpr std::uint64_t late = 100'000'000; // ns behind what there is
    double filled = 0;
    for (const Ring &ring : rings_)
        filled = std::max(filled, ring.filled());
    const std::uint64_t now = wall_clock();
    bool behind = false;
    for (const auto &last : behind_)
        behind = behind || (last && *last + (held_ ? late / 4 : late) < now);
    const bool hold = behind || (held_ ? filled > release_below : filled > hold_from);
    if (hold && held_)
        return;
    held_ = hold;
    allow();
}

void Lab::allow()
{
    // So long a reader that gets no CPU has room in its rings.
    constexpr std::uint64_t unread_most = 250'000'000; // ns
    const std::uint64_t until = held_ ? 0 : steady_ns() + unread_most;
    for (const LabFlow &flow : flows_)
        flow.flow->allow_until(until);
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

void Lab::take_keys(Keying::Time now)
{
    if (rekeyer_ == nullptr)
        return;
    if (const auto made = rekeyer_->take()) {
        (void)keying_.done(made->first, made->second, sas_, now); // it keeps what failed
        asked_ = false;
    }
}

void Lab::advance(Keying::Time now)
{
    steerer_->advance(now);
    take_keys(now);
    // While the reader is behind, nothing is known of the keys that are in use.
    if (rekeyer_ != nullptr && !held_ && !asked_)
        if (auto request = keying_.next(now))
            asked_ = rekeyer_->ask(std::move(*request));
    tell_bridge();
}

void Lab::stop_rekeying()
{
    if (rekeyer_ == nullptr)
        return;
    rekeyer_->stop();
    take_keys(Keying::Time{0});
    rekeyer_.reset();
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
    const std::uint64_t refused = ledger_->totals().refused_outside;
    return sum > refused ? sum - refused : 0;
}

Result<std::map<std::string, std::uint64_t>> Lab::drop_counters()
{
    std::map<std::string, std::uint64_t> sums;
    for (const Namespace *host : {&testbed_.a(), &testbed_.b()}) {
        const auto counters = testbed_.counters(*host);
        if (!counters)
            return Failure(counters.error());
        for (const auto &[counter, value] : *counters)
            if (is_drop_counter(counter))
                sums[counter] += value;
    }
    return sums;
}

Result<std::vector<EspDrop>> Lab::drops()
{
    const auto now = drop_counters();
    if (!now)
        return Failure(now.error());
    std::vector<EspDrop> drops;
    for (const auto &[counter, value] : *now) {
        std::uint64_t more = value - drops_before_[counter];
        // Of ESP in UDP, which a tap is to refuse: see tap.h.
        if (counter == "XfrmInTmplMismatch")
            more -= std::min(more, ledger_->totals().refused_outside);
        if (more > 0)
            drops.push_back({counter, more});
    }
    return drops;
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
