// SPDX-License-Identifier: GPL-2.0-or-later
#include "exerciser/schedule.h"

namespace ct {

namespace {

using std::chrono::nanoseconds;

struct Rate {
    ThreadEvent event;
    std::uint32_t per_second; // in the whole pool
};
constexpr std::array<Rate, 6> rates{{{ThreadEvent::Altstack, 1000},
                                     {ThreadEvent::Barrier, 1000},
                                     {ThreadEvent::Migrate, 400},
                                     {ThreadEvent::Fork, 8},
                                     {ThreadEvent::Exec, 16},
                                     {ThreadEvent::Ptrace, 32}}};
constexpr std::uint32_t sleeps_per_second = 200; // of each thread
constexpr std::int64_t second = 1000000000;

// By weight, as they stand here several times.
constexpr std::array<ThreadEvent, 16> others{
    ThreadEvent::Spin,    ThreadEvent::Spin,    ThreadEvent::Spin,    ThreadEvent::Spin,
    ThreadEvent::Spin,    ThreadEvent::Spin,    ThreadEvent::Syscall, ThreadEvent::Syscall,
    ThreadEvent::Syscall, ThreadEvent::Syscall, ThreadEvent::Fault,   ThreadEvent::Fault,
    ThreadEvent::Fault,   ThreadEvent::Signal,  ThreadEvent::Signal,  ThreadEvent::Signal};

// A thread of a seed has no numbers of another's: their sums are not the same.
constexpr std::uint64_t start_of(std::uint64_t seed, std::uint64_t thread)
{
    std::uint64_t mixed = seed * 0xd1342543de82ef95ULL + (thread + 1) * 0x9e3779b97f4a7c15ULL;
    mixed = (mixed ^ (mixed >> 31U)) * 0xbf58476d1ce4e5b9ULL;
    return (mixed ^ (mixed >> 29U)) | 1U;
}

constexpr std::size_t place_of(ThreadEvent event)
{
    return static_cast<std::size_t>(event);
}

} // namespace

Schedule::Schedule(const Mixture &mixture, std::uint64_t thread)
    : calls_(mixture.calls), state_(start_of(mixture.seed, thread))
{
    for (const Rate &rate : rates)
        every_.at(place_of(rate.event)) =
            nanoseconds(second * mixture.threads / rate.per_second);
    every_.at(place_of(ThreadEvent::Sleep)) = nanoseconds(second / sleeps_per_second);
    if (!mixture.moves)
        every_.at(place_of(ThreadEvent::Migrate)) = nanoseconds(0);
    if (!mixture.barriers)
        every_.at(place_of(ThreadEvent::Barrier)) = nanoseconds(0);
}

std::uint32_t Schedule::random(std::uint32_t bound)
{
    // Xorshift: an odd state never becomes zero.
    state_ ^= state_ << 13U;
    state_ ^= state_ >> 7U;
    state_ ^= state_ << 17U;
    return static_cast<std::uint32_t>(((state_ >> 32U) * bound) >> 32U);
}

ThreadEvent Schedule::timed(nanoseconds now)
{
    // The one that waits longest.
    std::size_t found = place_of(ThreadEvent::Spin);
    for (std::size_t place = 0; place < every_.size(); ++place)
        if (every_.at(place).count() > 0 && due_.at(place) <= now &&
            (found == place_of(ThreadEvent::Spin) || due_.at(place) < due_.at(found)))
            found = place;
    if (found != place_of(ThreadEvent::Spin)) {
        // From half to one and a half of its time, so that threads do not march.
        constexpr std::uint32_t fine = 1024;
        due_.at(found) = now + every_.at(found) / 2 + every_.at(found) / fine * random(fine);
    }
    return static_cast<ThreadEvent>(found);
}

ThreadEvent Schedule::next(nanoseconds now)
{
    if (calls_ && random(2) == 0)
        return ThreadEvent::Call;
    if (!timed_before_) {
        const ThreadEvent event = timed(now);
        timed_before_ = event != ThreadEvent::Spin;
        if (timed_before_)
            return event;
    }
    timed_before_ = false;
    return others.at(random(others.size()));
}

} // namespace ct
