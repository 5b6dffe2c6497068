// SPDX-License-Identifier: GPL-2.0-or-later
// From points to probabilities: multinomial logistic regression. The points are set by hand,
// what they are worth beside each other is fitted, with faults whose class is known
// (ctl/tests/mechanisms; `make fit`).
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "weigh/score.h"

namespace ct {

// The points of each class out of 100; how many records there are; the most points, and their
// lead; and 1.
inline constexpr std::size_t model_features = count_of<BugClass> + 4;

struct Likelihood {
    std::array<double, count_of<BugClass>> classes{}; // each from 0 to 1
    double none = 0;                                  // of them; the sum of all is 1
};

// candidates: best first, as Scores::ranked() has them. records: not counting injected ones.
[[nodiscard]] std::array<double, model_features>
features_of(const std::vector<Suspicion> &candidates, std::size_t records);
[[nodiscard]] Likelihood likelihood_of(const std::vector<Suspicion> &candidates,
                                       std::size_t records);

} // namespace ct
