// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "diagnose/weights.h"

namespace ct {

static_assert(model_weights.size() == model_features &&
              model_weights.front().size() == count_of<BugClass> + 1);

std::array<double, model_features> features_of(const std::vector<Suspicion> &candidates,
                                               std::size_t records)
{
    constexpr double records_scale = 5; // 150 records are 1
    std::array<double, model_features> features{};
    double best = 0;
    double second = 0;
    for (const Suspicion &candidate : candidates) {
        const double share = candidate.score / score::all;
        features.at(static_cast<std::size_t>(candidate.bug_class)) = share;
        second = std::max(second, std::min(best, share));
        best = std::max(best, share);
    }
    std::size_t place = count_of<BugClass>;
    features.at(place++) = std::log1p(static_cast<double>(records)) / records_scale;
    features.at(place++) = best;
    features.at(place++) = best - second;
    features.at(place) = 1;
    return features;
}

Likelihood likelihood_of(const std::vector<Suspicion> &candidates, std::size_t records)
{
    const auto features = features_of(candidates, records);
    std::array<double, count_of<BugClass> + 1> odds{};
    for (std::size_t answer = 0; answer < odds.size(); ++answer)
        for (std::size_t place = 0; place < features.size(); ++place)
            odds.at(answer) += features.at(place) * model_weights.at(place).at(answer);
    const double most = *std::max_element(odds.begin(), odds.end());
    for (double &one : odds)
        one = std::exp(one - most);
    const double sum = std::accumulate(odds.begin(), odds.end(), 0.0);
    Likelihood likelihood;
    for (std::size_t answer = 0; answer < likelihood.classes.size(); ++answer)
        likelihood.classes.at(answer) = odds.at(answer) / sum;
    likelihood.none = odds.back() / sum;
    return likelihood;
}

} // namespace ct
