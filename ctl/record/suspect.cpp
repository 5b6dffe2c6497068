// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/suspect.h"

#include <algorithm>
#include <cmath>

#include "record/quantity.h"

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

// Whether both CPUs are of one core, as far as is known.
bool one_core(const std::vector<Processor> &processors, std::uint32_t one, std::uint32_t other)
{
    const Processor *const first = find_processor(processors, one);
    const Processor *const second = find_processor(processors, other);
    return first != nullptr && second != nullptr && !first->siblings.empty() &&
           first->siblings == second->siblings && first->package == second->package;
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
    std::vector<Candidate> cpus;
    std::vector<Candidate> cores;
    for (const CpuSum &sum : sums) {
        cpus.push_back({{sum.cpu}, sum.mismatches, sum.operations});
        const auto core =
            std::find_if(cores.begin(), cores.end(), [&](const Candidate &candidate) {
                return one_core(processors, candidate.cpus.front(), sum.cpu);
            });
        if (core == cores.end()) {
            cores.push_back(cpus.back());
            continue;
        }
        core->cpus.push_back(sum.cpu);
        core->mismatches += sum.mismatches;
        core->operations += sum.operations;
    }
    if (auto suspect = judge(cpus, processors))
        return suspect;
    return judge(cores, processors);
}

} // namespace ct
