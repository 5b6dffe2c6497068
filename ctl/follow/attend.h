// SPDX-License-Identifier: GPL-2.0-or-later
// The exercisers of a run, and a waiter that passes on what they have to say
// and ends them as soon as an end is asked for.
#pragma once

#include <optional>

#include "exerciser/pool_process.h"
#include "record/status.h"
#include "render/renderer.h"
#include "session/environment.h"
#include "session/waiter.h"

namespace ct {

class Attendance final : public Waiter {
public:
    // status: of the run, just started; it says whether there are exercisers.
    Attendance(Environment &environment, const Status &status, Waiter &waiter,
               Renderer &renderer);
    Attendance(const Attendance &) = delete;
    Attendance &operator=(const Attendance &) = delete;
    ~Attendance() override { stop(); }

    [[nodiscard]] Wake wait(int descriptor, std::chrono::milliseconds time) override;
    [[nodiscard]] std::chrono::nanoseconds now() const override { return waiter_.now(); }

    // Ends the exercisers and says their last words; once more does nothing.
    void stop();
    // Registers that changed, also those found after the run had ended.
    [[nodiscard]] std::uint64_t found() const { return found_; }
    // Times that their process died.
    [[nodiscard]] std::uint64_t deaths() const { return deaths_; }

private:
    void tell();

    Waiter &waiter_;
    Renderer &renderer_;
    std::optional<PoolProcess> pool_;
    std::uint64_t found_ = 0;
    std::uint64_t deaths_ = 0;
};

// What a run's exercisers have to do, by its configuration in force.
[[nodiscard]] PoolPlan plan_pool(const Config &config, const std::string &root);

} // namespace ct
