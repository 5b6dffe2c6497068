// SPDX-License-Identifier: GPL-2.0-or-later
// Evidence from running the same packet again at once, right or wrong:
// whether the fault depends on the packet, the CPU, the driver, the transform with its key, or
// only on the moment.
#pragma once

#include <string>
#include <vector>

#include "diagnose/score.h"
#include "record/mismatch.h"

namespace ct {

enum class Repeat {
    Unknown,       // not run again, or hardly
    Never,         // right every time
    Sometimes,     // and with nothing in particular
    ThisTransform, // until the same driver got a fresh key schedule
    ThisDriver,    // every time, on every CPU tried, and right with other drivers
    ThisCpu,       // every time, and right on all others
    Here,          // every time; there was no other CPU to compare with
    Everywhere,    // every time, with other drivers as well
    Expectation,   // the reference does not give the same again
};

[[nodiscard]] Repeat repeat_of(const Mismatch &record);

// A sentence for the record; empty where nothing is known.
[[nodiscard]] std::string repeat_text(const Mismatch &record);

// Over all records that were run again, with a weight for each record.
void weigh_replays(Scores &scores, const std::vector<const Mismatch *> &records,
                   const std::vector<double> &weights);

} // namespace ct
