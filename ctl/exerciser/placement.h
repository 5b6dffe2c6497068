// SPDX-License-Identifier: GPL-2.0-or-later
// Where an exerciser has to be: at home, its own CPU, or on a way that begins
// and ends there.
#pragma once

#include <cstdint>
#include <vector>

#include "exerciser/schedule.h"
#include "process/cpu_mask.h"
#include "process/mover.h"

namespace ct {

class Placement {
public:
    // cpus: of the run. mover: nullptr where threads are not moved.
    Placement(std::uint32_t home, const std::vector<std::uint32_t> &cpus, Mover *mover);

    // To be called by the thread itself, before anything else. 0 or a negative errno.
    [[nodiscard]] long go_home();
    [[nodiscard]] bool lost() const { return lost_; }
    [[nodiscard]] bool away() const { return where_ != home_; }
    [[nodiscard]] std::uint32_t home() const { return home_; }
    // Away for long enough.
    [[nodiscard]] bool due_home() const { return away() && stay_ == 0; }

    // The next move as the action of a window: home, or to another CPU, by
    // itself or by the mover.
    void prepare(Action &action, Schedule &schedule);
    // The mover may move the thread in the middle of what it does now.
    void invite(Schedule &schedule);
    // After the window; whether the thread was moved.
    [[nodiscard]] bool finish(const Action &action);

    // After every window: false if something else has moved the thread, because
    // the CPU is offline or its affinity was changed.
    [[nodiscard]] bool check(std::uint32_t cpu);

private:
    [[nodiscard]] std::uint32_t elsewhere(Schedule &schedule) const;

    std::uint32_t home_;
    std::vector<std::uint32_t> others_;
    Mover *mover_;
    CpuMask home_mask_;
    CpuMask target_mask_{0};
    std::uint32_t where_;
    std::uint32_t target_ = 0;
    std::uint32_t stay_ = 0; // windows
    bool lost_ = true;
    enum class Way { None, Self, Mover } way_ = Way::None;
    Mover::Request request_;
};

} // namespace ct
