// SPDX-License-Identifier: GPL-2.0-or-later
// Records as a small machine would give them.
#pragma once

#include <vector>

#include "bisect/bisection.h"
#include "record/cell.h"
#include "record/driver.h"
#include "record/identity.h"
#include "record/mismatch.h"
#include "record/status.h"
#include "report/journal.h"
#include "report/report.h"

namespace ct::test {

[[nodiscard]] Version sample_version();
// Ended and clean: 1,000,000 operations.
[[nodiscard]] Status sample_status();
// Two that are present, one that is absent.
[[nodiscard]] std::vector<Driver> sample_drivers();
// Two drivers, one direction, two contexts, two CPUs; all reached.
[[nodiscard]] std::vector<Cell> sample_cells();
// One wrong block.
[[nodiscard]] Mismatch sample_mismatch(std::uint64_t number);
// Its packet run again in each way: wrong with its driver on its CPU alone.
[[nodiscard]] Replay sample_replay();
// A register of an exerciser that another one's value turned up in.
[[nodiscard]] Mismatch sample_register(std::uint64_t number);

[[nodiscard]] HostIdentity sample_host();

[[nodiscard]] Report clean_report();
[[nodiscard]] Report corrupt_report();
[[nodiscard]] Report inconclusive_report();
// No call came to CPU 1, and several things do not apply.
[[nodiscard]] Report unreachable_report();
// Twelve registers, all on CPU 1.
[[nodiscard]] Report register_report();

// Narrowed down to a driver, a context and a disturber; else ended before it came to that.
[[nodiscard]] Bisection sample_bisection(bool whole);

} // namespace ct::test
