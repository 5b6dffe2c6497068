// SPDX-License-Identifier: GPL-2.0-or-later
// How often operations are disturbed on this machine, by short runs.
#pragma once

#include <vector>

#include "kernel/kernel.h"
#include "record/bench.h"
#include "render/renderer.h"
#include "session/environment.h"
#include "session/waiter.h"

namespace ct {

// Every driver in every context, with the disturbers of the default.
[[nodiscard]] Config rates_config();

struct MeasuredRun {
    Status status;
    std::vector<Cell> cells;
    bool interrupted = false; // the end was asked for
};

// Starts the run, waits for its end and reads its coverage. An end that is
// asked for ends the run too.
[[nodiscard]] Result<MeasuredRun> measure_run(Environment &environment, Kernel &kernel,
                                              Waiter &waiter, Renderer &renderer,
                                              const Config &config);

// A run with each of some rates of the timer, until interrupted.
[[nodiscard]] Result<TimerRates> measure_timer_rates(Environment &environment, Kernel &kernel,
                                                     Waiter &waiter, Renderer &renderer,
                                                     Config config);

} // namespace ct
