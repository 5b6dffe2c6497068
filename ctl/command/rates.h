// SPDX-License-Identifier: GPL-2.0-or-later
// How often operations are disturbed on this machine, by a short run.
#pragma once

#include "command/waiter.h"
#include "kernel/kernel.h"
#include "record/bench.h"

namespace ct {

// Every driver in every context, with the disturbers of the default.
[[nodiscard]] Config rates_config();

// Starts the run, waits for its end and reads its coverage. An end that is
// asked for ends the run too, and the rates are those until then.
[[nodiscard]] Result<BenchRates> measure_rates(Kernel &kernel, Waiter &waiter,
                                               const Config &config);

} // namespace ct
