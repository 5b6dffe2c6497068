// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/suspect.h"

#include <algorithm>
#include <cmath>

#include "base/quantity.h"

namespace ct {

namespace {

struct Candidate {
    std::vector<std::uint32_t> cpus;
    std::uint64_t mismatches = 0;
    std::uint64_t operations = 0;
};

const Processor *find_processor(const std::vector<Processor> &processors, std::uint32_t cpu)
{
    const auto place =
        std::find_if(processors.begin(), processors.end(),
                     [cpu](const Processor &processor) { return processor.cpu == cpu; });
    return place == processors.end() ? nullptr : &*place;
}

// Whether both CPUs are of one core or package, as far as is known.
bool together(SuspectKind kind, const std::vector<Processor> &processors, std::uint32_t one,
              std::uint32_t other)
{
    if (one == other)
        return true;
    const Processor *const first = find_processor(processors, one);
    const Processor *const second = find_processor(processors, other);
    if (kind == SuspectKind::Cpu || first == nullptr || second == nullptr ||
        first->package != second->package)
        return false;
    return kind == SuspectKind::Package ||
           (!first->siblings.empty() && first->siblings == second->siblings);
}

// At most this probable that so many fall on one of these places by chance:
// Chernoff's bound of the binomial tail, for each of the places.
bool by_chance(double mismatches, double all, double share, double places)
{
    constexpr double doubt = 0.01;
    const double part = mismatches / all;
    if (part <= share)
        return true;
    double distance = part * std::log(part / share);
    if (part < 1)
        distance += (1 - part) * std::log((1 - part) / (1 - share));
    return places * std::exp(-all * distance) > doubt;
}

std::optional<Suspect> judge(const std::vector<Candidate> &candidates,
                             const std::vector<Processor> &processors)
{
    constexpr double healthy = 0.1; // the most of the mismatches that others may have
    const auto worst = std::max_element(candidates.begin(), candidates.end(),
                                        [](const Candidate &one, const Candidate &other) {
                                            return one.mismatches < other.mismatches;
                                        });
    Suspect suspect;
    double operations = 0;
    for (auto place = candidates.begin(); place != candidates.end(); ++place) {
        suspect.all += place->mismatches;
        operations += static_cast<double>(place->operations);
        if (place == worst || place->operations == 0)
            continue;
        suspect.other_cpus += place->cpus.size();
        suspect.other_operations += place->operations;
    }
    if (suspect.all == 0 || suspect.other_cpus == 0)
        return std::nullopt;
    suspect.mismatches = worst->mismatches;
    const auto here = static_cast<double>(suspect.mismatches);
    const auto all = static_cast<double>(suspect.all);
    if (all - here > all * healthy ||
        by_chance(here, all, static_cast<double>(worst->operations) / operations,
                  static_cast<double>(candidates.size())))
        return std::nullopt;
    suspect.cpus = number_list(worst->cpus);
    if (const Processor *const processor = find_processor(processors, worst->cpus.front()))
        suspect.processor = *processor;
    return suspect;
}

} // namespace

std::optional<Suspect> find_suspect(const std::vector<CpuSum> &sums,
                                    const std::vector<Processor> &processors)
{
    for (const SuspectKind kind : {SuspectKind::Cpu, SuspectKind::Core, SuspectKind::Package}) {
        std::vector<Candidate> candidates;
        std::uint64_t moved = 0;
        for (const CpuSum &sum : sums) {
            auto place = std::find_if(
                candidates.begin(), candidates.end(), [&](const Candidate &candidate) {
                    return together(kind, processors, candidate.cpus.front(), sum.cpu);
                });
            if (place == candidates.end())
                place = candidates.insert(candidates.end(), Candidate());
            const std::uint64_t nobodys = std::min(sum.mismatches, sum.mismatches_moved);
            place->cpus.push_back(sum.cpu);
            place->mismatches += sum.mismatches - nobodys;
            place->operations += sum.operations;
            moved += nobodys;
        }
        auto suspect = judge(candidates, processors);
        if (!suspect)
            continue;
        suspect->kind = kind;
        suspect->moved = moved;
        return suspect;
    }
    return std::nullopt;
}

} // namespace ct
