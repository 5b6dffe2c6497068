// SPDX-License-Identifier: GPL-2.0-or-later
// How often operations are disturbed on this machine, by a short run.
#pragma once

#include "command/environment.h"
#include "command/waiter.h"
#include "kernel/kernel.h"
#include "record/bench.h"
#include "render/renderer.h"

namespace ct {

// Every driver in every context, with the disturbers of the default.
[[nodiscard]] Config rates_config();

// Starts the run, waits for its end and reads its coverage. An end that is
// asked for ends the run too, and the rates are those until then.
[[nodiscard]] Result<BenchRates> measure_rates(Environment &environment, Kernel &kernel,
                                               Waiter &waiter, Renderer &renderer,
                                               const Config &config);

} // namespace ct
