// SPDX-License-Identifier: GPL-2.0-or-later
// Results of running the packet of a mismatch again, at once and in several ways.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/words.h"

namespace ct {

// Whether it was.
enum class ReplayState { None, Enough, Busy, Ending, Pending, Done };
// In which way: on the CPU where the mismatch began, in a kernel thread, with the
// very transform and layout, unless said otherwise.
enum class ReplayWay {
    Same, // in a softirq, if it was in one
    IrqsOff,
    OtherCpu,
    NewKey, // a new transform of the driver
    OtherDriver,
    OtherDirection,
    Reference,     // packet and expected result made again
    SoftirqsOff,   // as often as Many, if that was wrong
    Many,          // until it was wrong some times; not if it was always wrong before
    ManyElsewhere, // not more often than Many, on another CPU, if Many was wrong
};

template <>
inline constexpr std::array<std::string_view, 6> names<ReplayState>{
    "none", "enough", "busy", "ending", "pending", "done"};
template <>
inline constexpr std::array<std::string_view, 10> names<ReplayWay>{
    "same",         "irqs-off",        "other-cpu", "new-key",
    "other-driver", "other-direction", "reference", "softirqs-off",
    "many",         "many-elsewhere"};

struct Attempt {
    ReplayWay way = ReplayWay::Same;
    std::uint32_t cpu = 0;
    Context context = Context::Task;
    std::string driver; // where it is another one
    std::uint32_t runs = 0;
    std::uint32_t wrong = 0;            // of these
    std::optional<std::uint32_t> error; // errno: why it was not run more often

    friend bool operator==(const Attempt &, const Attempt &) = default;
};

struct Replay {
    ReplayState state = ReplayState::None;
    std::vector<Attempt> attempts;  // when done
    std::uint32_t cpus_left = 0;    // other online CPUs that were not tried
    std::uint32_t drivers_left = 0; // other drivers of the algorithm

    // Some attempt was.
    [[nodiscard]] bool wrong() const
    {
        return std::any_of(attempts.begin(), attempts.end(),
                           [](const Attempt &attempt) { return attempt.wrong > 0; });
    }

    friend bool operator==(const Replay &, const Replay &) = default;
};

} // namespace ct
