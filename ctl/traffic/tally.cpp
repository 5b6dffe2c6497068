// SPDX-License-Identifier: GPL-2.0-or-later
#include "traffic/tally.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include <fmt/format.h>

#include "base/clock.h"

namespace ct {

namespace {

constexpr std::size_t reached_most = 1000; // kept
constexpr std::size_t kept_bytes = 64;
constexpr std::uint64_t second_ns = 1000000000;
constexpr std::uint64_t standstill_ns = 5 * second_ns;

constexpr std::size_t way(bool backwards)
{
    return backwards ? 1 : 0;
}

void append_kept(std::vector<std::uint8_t> &kept, PacketView more)
{
    const std::size_t room = kept_bytes - std::min(kept_bytes, kept.size());
    more = more.first(std::min(room, more.size()));
    kept.insert(kept.end(), more.begin(), more.end());
}

} // namespace

std::uint64_t steady_ns()
{
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * second_ns +
           static_cast<std::uint64_t>(now.tv_nsec);
}

FlowTally::FlowTally(const FlowPlan &plan)
    : kind_(plan.kind), flow_(plan.number),
      patience_(standstill_ns + std::uint64_t{plan.pause_us} * 1000)
{
    for (auto &time : arrived_)
        time = steady_ns();
}

void FlowTally::received(std::uint64_t count, std::uint64_t bytes, bool backwards)
{
    received_.fetch_add(count, std::memory_order_relaxed);
    payload_.fetch_add(bytes, std::memory_order_relaxed);
    arrived_[way(backwards)].store(steady_ns(), std::memory_order_relaxed);
    if (troubled_[way(backwards)].load(std::memory_order_relaxed))
        troubled_[way(backwards)].store(false, std::memory_order_relaxed);
}

void FlowTally::trouble(std::string why, bool backwards)
{
    const std::scoped_lock lock(mutex_);
    trouble_[way(backwards)] = std::move(why);
    troubled_[way(backwards)] = true;
}

void FlowTally::keep_bytes(Reached &reached, PacketView expected, PacketView actual)
{
    append_kept(reached.expected, expected);
    append_kept(reached.actual, actual);
}

void FlowTally::add(Reached reached)
{
    if (reached_.size() < reached_most)
        reached_.push_back(std::move(reached));
}

void FlowTally::wrong(Reached reached)
{
    reached.flow = flow_;
    reached.time_ns = wall_clock();
    wrong_.fetch_add(1, std::memory_order_relaxed);
    const std::scoped_lock lock(mutex_);
    add(std::move(reached));
}

void FlowTally::wrong_further(bool backwards, std::uint64_t end, PacketView expected,
                              PacketView actual)
{
    const std::scoped_lock lock(mutex_);
    const auto last =
        std::find_if(reached_.rbegin(), reached_.rend(),
                     [&](const Reached &reached) { return reached.backwards == backwards; });
    // Taken already, or not kept: it has been counted.
    if (last == reached_.rend() || last->place > end)
        return;
    last->size = end - last->place;
    keep_bytes(*last, expected, actual);
}

std::string FlowTally::standstill() const
{
    if (at_rest_)
        return {};
    const std::uint64_t now = steady_ns();
    for (const bool backwards : {false, true}) {
        if (troubled_[way(backwards)]) {
            const std::scoped_lock lock(mutex_);
            return trouble_[way(backwards)];
        }
        if (backwards && kind_ != FlowKind::Tcp)
            continue;
        const std::uint64_t last = arrived_[way(backwards)];
        if (now > last + patience_)
            return fmt::format("nothing has arrived for {} s{}", (now - last) / second_ns,
                               backwards ? " on the way back" : "");
    }
    return {};
}

FlowCounts FlowTally::counts() const
{
    FlowCounts counts;
    counts.received = received_;
    counts.payload = payload_;
    counts.wrong = wrong_;
    counts.reconnects = reconnects_;
    counts.refused = refused_;
    counts.sent = sent_; // after what was received of it
    counts.trouble = standstill();
    return counts;
}

std::vector<Reached> FlowTally::take()
{
    const std::scoped_lock lock(mutex_);
    return std::exchange(reached_, {});
}

} // namespace ct
