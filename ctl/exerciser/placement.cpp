// SPDX-License-Identifier: GPL-2.0-or-later
#include "exerciser/placement.h"

#include <algorithm>
#include <iterator>
#include <unistd.h>
#include <utility>

namespace ct {

namespace {

constexpr std::uint32_t stay_max = 4;                 // windows on another CPU
constexpr std::uint64_t patience_spins = 2ULL << 20U; // turns of waiting for the mover

} // namespace

Placement::Placement(std::uint32_t home, const std::vector<std::uint32_t> &cpus, Mover *mover)
    : home_(home), mover_(mover), home_mask_(home), where_(home)
{
    std::copy_if(cpus.begin(), cpus.end(), std::back_inserter(others_),
                 [home](std::uint32_t cpu) { return cpu != home; });
}

long Placement::go_home()
{
    const long result = home_mask_.apply(0);
    lost_ = result != 0;
    where_ = home_;
    return result;
}

std::uint32_t Placement::elsewhere(Schedule &schedule) const
{
    return others_.at(schedule.random(static_cast<std::uint32_t>(others_.size())));
}

void Placement::prepare(Action &action, Schedule &schedule)
{
    if (away()) {
        target_ = home_;
        home_mask_.prepare(action);
        way_ = Way::Self;
        return;
    }
    if (others_.empty())
        return;
    if (mover_ != nullptr && schedule.random(2) == 0) {
        invite(schedule);
        action.kind = ActionKind::Spin;
        action.spins = patience_spins;
        action.word = reinterpret_cast<const volatile std::uint32_t *>(&request_.moved);
        action.while_value = 0;
        return;
    }
    target_ = elsewhere(schedule);
    target_mask_ = CpuMask(target_);
    target_mask_.prepare(action);
    way_ = Way::Self;
}

void Placement::invite(Schedule &schedule)
{
    if (mover_ == nullptr || others_.empty() || away())
        return;
    target_ = elsewhere(schedule);
    request_.thread = gettid();
    request_.target = CpuMask(target_);
    way_ = Way::Mover;
    mover_->ask(request_);
}

bool Placement::finish(const Action &action)
{
    const Way way = std::exchange(way_, Way::None);
    if (way == Way::None)
        return false;
    const bool moved = way == Way::Mover ? Mover::settle(request_) : action.result == 0;
    if (moved) {
        where_ = target_;
        stay_ = stay_max;
    } else if (away()) {
        lost_ = true; // its own CPU does not take it back
    }
    return moved;
}

bool Placement::check(std::uint32_t cpu)
{
    if (stay_ > 0)
        --stay_;
    if (lost_ || cpu == where_)
        return true;
    lost_ = true;
    return false;
}

} // namespace ct
