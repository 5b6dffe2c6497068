// SPDX-License-Identifier: GPL-2.0-or-later
#include "bisect/search.h"

#include <algorithm>
#include <utility>

namespace ct {

namespace {

// A set that showed the fault is given up only after much more silence than one that never
// did, for with one showing its rate is hardly known.
double much_surer(double confidence)
{
    const double doubt = 1 - confidence;
    return 1 - doubt * doubt * doubt;
}

} // namespace

// again: of a set that was chosen already.
Sight Search::ask(const FactorSet &members, const Patience &patience, bool again)
{
    const Observation seen = oracle_.ask(members, patience);
    Ledger &ledger = ledgers_[members];
    switch (seen.sight) {
    case Sight::Shown:
        if (!again)
            ledger.chosen.add(seen.chances, seen.elapsed_ns);
        else if (ledger.shown.count < showings_wanted)
            ledger.shown.add(seen.chances, seen.elapsed_ns);
        else
            ledger.again.add(seen.chances, seen.elapsed_ns);
        alive_ = true;
        break;
    case Sight::Over:
        over_ = true;
        [[fallthrough]];
    case Sight::Silent:
        alive_ = false;
        ledger.silence += seen.chances;
        ledger.silent_ns += seen.elapsed_ns;
        break;
    case Sight::Refused:
        ledger.refused = true;
        break;
    }
    return seen.sight;
}

// Of the smallest set, or where that has few, of those before it too.
Showings Search::recent() const
{
    Showings sum;
    for (auto set = chain_.rbegin(); set != chain_.rend() && sum.count < showings_wanted;
         ++set) {
        const auto ledger = ledgers_.find(*set);
        if (ledger == ledgers_.end())
            continue;
        sum.add(ledger->second.shown);
        if (sum.count < showings_wanted)
            sum.add(ledger->second.chosen);
    }
    return sum;
}

bool Search::shows(const FactorSet &members)
{
    if (over_ || members == best() || !factors_.possible(members))
        return false;
    const Ledger &ledger = ledgers_[members];
    const std::uint64_t needed = silence_needed(recent(), options_.confidence);
    if (ledger.refused || ledger.doubtful || ledger.silence >= needed)
        return false;
    const Patience patience{needed - ledger.silence, std::nullopt};
    if (ask(members, patience) != Sight::Shown)
        return false;
    chain_.push_back(members);
    return true;
}

// Most faults need no other driver, and a run with one is the quickest to see them in, so
// that is worth a try before anything is known of how often they show.
void Search::leap()
{
    constexpr std::uint64_t times_longer = 5;
    constexpr std::uint64_t shortest_ns = 2000000000;
    FactorSet few = factors_.all();
    for (const std::size_t place : factors_.members_in(factors_.all(), Dimension::Drivers))
        if (!factors_[place].hinted && !factors_[place].required)
            few = without(few, {place});
    if (few == best() || !factors_.possible(few))
        return;
    Patience patience;
    patience.elapsed_ns = std::max(options_.first_elapsed_ns * times_longer, shortest_ns);
    if (ask(few, patience) == Sight::Shown)
        chain_.push_back(std::move(few));
}

// Sees the smallest set show the fault so often that its rate is known; where it does not
// go on showing it, the set before is taken again. Silence since it showed last could also
// mean that the fault is gone: then it has to show once more.
bool Search::confirm()
{
    const FactorSet smallest = best();
    while (!over_) {
        Ledger &ledger = ledgers_[best()];
        if (ledger.shown.count >= showings_wanted && alive_)
            return true;
        Patience patience;
        const Showings &known = ledger.shown.count > 0 ? ledger.shown : ledger.chosen;
        if (known.count > 0)
            patience.chances = silence_needed(known, much_surer(options_.confidence));
        const Sight sight = ask(best(), patience, true);
        if (sight == Sight::Shown || sight == Sight::Over)
            continue;
        ledger.doubtful = true;
        if (chain_.size() == 1) {
            end_ = SearchEnd::Vanished;
            if (smallest != best())
                chain_.push_back(smallest);
            return false;
        }
        chain_.pop_back();
    }
    return false;
}

void Search::reduce(Dimension dimension)
{
    const FactorSet candidates = factors_.members_in(best(), dimension);
    const FactorSet fixed = without(best(), candidates);
    if (counted(dimension))
        reduce_count(fixed, candidates);
    else
        reduce_set(fixed, candidates);
}

// One step of delta debugging: whether a part of the candidates is enough, or all but one.
bool Search::keep_part(const FactorSet &fixed, FactorSet &candidates, std::size_t &parts)
{
    const auto part = [&](std::size_t number) {
        const auto place = [&](std::size_t count) {
            return candidates.begin() +
                   static_cast<std::ptrdiff_t>(candidates.size() * count / parts);
        };
        return FactorSet(place(number), place(number + 1));
    };
    for (const bool complement : {false, true}) {
        if (complement && parts == 2)
            break;
        for (std::size_t number = 0; number < parts; ++number) {
            FactorSet kept = complement ? without(candidates, part(number)) : part(number);
            if (!shows(together(fixed, kept)))
                continue;
            candidates = std::move(kept);
            parts = complement ? std::max<std::size_t>(parts - 1, 2) : 2;
            return true;
        }
    }
    return false;
}

void Search::reduce_set(const FactorSet &fixed, FactorSet candidates)
{
    FactorSet base = fixed;
    FactorSet hinted;
    for (const std::size_t place : candidates) {
        if (factors_[place].required)
            base = together(base, {place});
        else if (factors_[place].hinted)
            hinted.push_back(place);
    }
    candidates = without(candidates, base);
    if (candidates.empty() || shows(base))
        return;
    if (!hinted.empty() && hinted != candidates && shows(together(base, hinted)))
        candidates = hinted;
    std::size_t parts = 2;
    while (candidates.size() >= 2 && !over_) {
        if (keep_part(base, candidates, parts))
            continue;
        if (parts >= candidates.size())
            return;
        parts = std::min(parts * 2, candidates.size());
    }
}

void Search::reduce_count(const FactorSet &fixed, const FactorSet &candidates)
{
    const auto first = [&](std::size_t count) {
        return together(fixed,
                        FactorSet(candidates.begin(),
                                  candidates.begin() + static_cast<std::ptrdiff_t>(count)));
    };
    std::size_t enough = candidates.size();
    std::size_t least = 0;
    while (least < enough && !factors_.possible(first(least)))
        ++least;
    if (least >= enough || shows(first(least)))
        return;
    // least is too few, enough is enough.
    while (enough - least > 1 && !over_) {
        const std::size_t middle = least + (enough - least) / 2;
        (shows(first(middle)) ? enough : least) = middle;
    }
}

// The smallest set with each of its factors left out in turn: of those of which it only
// matters how many there are, the last.
std::vector<Absence> Search::absences() const
{
    std::vector<Absence> result;
    for (std::size_t number = 0; number < count_of<Dimension>; ++number) {
        const auto dimension = static_cast<Dimension>(number);
        const FactorSet present = factors_.members_in(best(), dimension);
        for (const std::size_t place : present) {
            if (counted(dimension) && place != present.back())
                continue;
            Absence absence;
            absence.factor = place;
            absence.left = without(best(), {place});
            absence.possible = factors_.possible(absence.left);
            const auto known = ledgers_.find(absence.left);
            const auto own = ledgers_.find(best());
            if (known != ledgers_.end()) {
                absence.refused = known->second.refused;
                absence.shown = known->second.chosen.count + known->second.shown.count;
                absence.silence = known->second.silence;
                absence.elapsed_ns = known->second.silent_ns;
                if (own != ledgers_.end())
                    absence.confidence = confidence_of(own->second.shown, absence.silence);
            }
            result.push_back(std::move(absence));
        }
    }
    return result;
}

// Until nothing can be left out any more, measured by the rate of the very set.
void Search::verify()
{
    while (confirm()) {
        bool smaller = false;
        for (const Absence &absence : absences())
            if (!smaller && absence.possible)
                smaller = shows(absence.left);
        const FactorSet kept = best();
        if (over_ || (!smaller && !confirm()))
            return;
        if (!smaller && best() == kept) {
            end_ = SearchEnd::Minimal;
            return;
        }
    }
}

Narrowed Search::narrow()
{
    leap();
    if (confirm()) {
        for (std::size_t number = 0; number < count_of<Dimension>; ++number)
            reduce(static_cast<Dimension>(number));
        verify();
    }
    Narrowed result;
    result.end = end_;
    result.smallest = best();
    result.shown = ledgers_[best()].shown;
    result.shown.add(ledgers_[best()].again);
    result.absences = absences();
    return result;
}

} // namespace ct
