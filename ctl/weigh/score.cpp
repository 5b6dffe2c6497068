// SPDX-License-Identifier: GPL-2.0-or-later
#include "weigh/score.h"

#include <algorithm>

namespace ct {

namespace {

void add_reason(std::vector<Reason> &reasons, const std::string &why, double points)
{
    constexpr std::size_t reasons_max = 12;
    const auto known = std::find_if(reasons.begin(), reasons.end(),
                                    [&](const Reason &reason) { return reason.why == why; });
    if (known != reasons.end())
        known->points += points;
    else if (reasons.size() < reasons_max)
        reasons.push_back({why, points});
}

} // namespace

Scores::Scores()
{
    for (std::size_t place = 0; place < candidates_.size(); ++place)
        candidates_.at(place).bug_class = static_cast<BugClass>(place);
}

void Scores::add(BugClass bug_class, double points, const std::string &why)
{
    if (points == 0)
        return;
    Suspicion &candidate = candidates_.at(static_cast<std::size_t>(bug_class));
    candidate.score = std::clamp(candidate.score + points, 0.0, score::all);
    add_reason(candidate.evidence, why, points);
}

void Scores::add_to_suspected(std::initializer_list<BugClass> classes, double points,
                              const std::string &why)
{
    for (const BugClass one : classes)
        if (at(one) > 0)
            add(one, points, why);
}

void Scores::merge(const Scores &other, double weight)
{
    for (std::size_t place = 0; place < candidates_.size(); ++place) {
        const Suspicion &from = other.candidates_.at(place);
        Suspicion &to = candidates_.at(place);
        to.score = std::min(score::all, to.score + from.score * weight);
        for (const Reason &reason : from.evidence)
            add_reason(to.evidence, reason.why, reason.points * weight);
    }
}

double Scores::at(BugClass bug_class) const
{
    return candidates_.at(static_cast<std::size_t>(bug_class)).score;
}

std::vector<Suspicion> Scores::ranked() const
{
    std::vector<Suspicion> candidates(candidates_.begin(), candidates_.end());
    std::erase_if(candidates, [](const Suspicion &candidate) { return candidate.score < 1; });
    std::stable_sort(
        candidates.begin(), candidates.end(),
        [](const Suspicion &one, const Suspicion &other) { return one.score > other.score; });
    for (Suspicion &candidate : candidates)
        std::stable_sort(
            candidate.evidence.begin(), candidate.evidence.end(),
            [](const Reason &one, const Reason &other) { return one.points > other.points; });
    return candidates;
}

} // namespace ct
