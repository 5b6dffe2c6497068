// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/decision.h"

namespace ct {

void decide(Diagnosis &diagnosis, const Scores &scores, std::size_t records, bool proved)
{
    diagnosis.candidates = scores.ranked();
    if (diagnosis.candidates.empty() || diagnosis.candidates.front().score < score::named)
        return;
    const double best = diagnosis.candidates.front().score;
    const double lead =
        best - (diagnosis.candidates.size() > 1 ? diagnosis.candidates[1].score : 0);
    diagnosis.bug_class = diagnosis.candidates.front().bug_class;
    diagnosis.confidence = Confidence::Low;
    if (best >= score::medium && lead >= score::medium_lead)
        diagnosis.confidence = Confidence::Medium;
    if (best >= score::high && lead >= score::high_lead && (records > 1 || proved))
        diagnosis.confidence = Confidence::High;
}

} // namespace ct
