// SPDX-License-Identifier: GPL-2.0-or-later
// Evidence from running the same packets again at once, right or wrong.
#pragma once

#include <vector>

#include "record/mismatch.h"
#include "weigh/score.h"

namespace ct {

// Over all records that were run again, with a weight for each record.
void weigh_replays(Scores &scores, const std::vector<const Mismatch *> &records,
                   const std::vector<double> &weights);

} // namespace ct
