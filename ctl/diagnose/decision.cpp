// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/decision.h"

#include <algorithm>

#include "diagnose/model.h"

namespace ct {

void decide(Diagnosis &diagnosis, const Scores &scores, std::size_t records)
{
    constexpr double none_outweighs = 0.8; // a class that is less likely than that of "none"
    diagnosis.candidates = scores.ranked();
    if (diagnosis.candidates.empty())
        return;
    const Likelihood likelihood = likelihood_of(diagnosis.candidates, records);
    for (Suspicion &candidate : diagnosis.candidates)
        candidate.probability =
            likelihood.classes.at(static_cast<std::size_t>(candidate.bug_class));
    std::stable_sort(diagnosis.candidates.begin(), diagnosis.candidates.end(),
                     [](const Suspicion &one, const Suspicion &other) {
                         return one.probability > other.probability;
                     });
    const double best = diagnosis.candidates.front().probability;
    if (best < probability::named || best < likelihood.none * none_outweighs)
        return;
    diagnosis.bug_class = diagnosis.candidates.front().bug_class;
    diagnosis.confidence = Confidence::Low;
    if (best >= probability::medium)
        diagnosis.confidence = Confidence::Medium;
    if (best >= probability::high && (records > 1 || diagnosis.proved))
        diagnosis.confidence = Confidence::High;
}

} // namespace ct
