// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/diagnose.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>

#include "analysis/examine.h"
#include "analysis/repeat.h"
#include "analysis/shape.h"
#include "diagnose/advice.h"
#include "diagnose/decision.h"
#include "weigh/symptoms.h"
#include "weigh/together.h"

namespace ct {

namespace {

// One record that could hardly be anything else.
bool proves(const Mismatch &record, const RecordDiagnosis &diagnosis)
{
    constexpr std::size_t enough = 3;
    if (record.foreign)
        return true;
    if (!diagnosis.damage)
        return false;
    const Damage &damage = *diagnosis.damage;
    return damage.other_key || (damage.key_fault && damage.blocks.size() >= enough) ||
           std::find(diagnosis.owners.begin(), diagnosis.owners.end(), OwnerKind::Exerciser) !=
               diagnosis.owners.end();
}

// Every packet of which that is known says so.
std::optional<std::uint32_t> repeats_on(const std::vector<const Mismatch *> &records)
{
    std::optional<std::uint32_t> cpu;
    for (const Mismatch *const record : records) {
        const Repeat repeat = repeat_of(*record);
        if (repeat == Repeat::Unknown)
            continue;
        if (repeat != Repeat::ThisCpu || cpu.value_or(record->cpu_before) != record->cpu_before)
            return std::nullopt;
        cpu = record->cpu_before;
    }
    return cpu;
}

// Of each record's symptoms, 1 in all: what is vague counts a quarter beside two or more
// records that are not.
std::vector<double> telling_weights(const std::vector<Scores> &symptoms,
                                    std::vector<double> weights)
{
    constexpr double enough = 2;
    constexpr double little = 0.25;
    double telling = 0;
    for (std::size_t place = 0; place < symptoms.size(); ++place)
        telling += symptoms[place].vague() ? 0 : weights[place];
    for (std::size_t place = 0; place < symptoms.size(); ++place)
        if (telling >= enough && symptoms[place].vague())
            weights[place] *= little;
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (double &weight : weights)
        weight /= sum;
    return weights;
}

// Packets of a real tunnel have none.
std::optional<std::uint64_t> seed_of(const std::vector<const Mismatch *> &records)
{
    const std::uint64_t seed = records.front()->seed;
    const bool same =
        std::all_of(records.begin(), records.end(), [seed](const Mismatch *record) {
            return !record->wire && record->seed == seed;
        });
    return same ? std::optional(seed) : std::nullopt;
}

} // namespace

Diagnosis diagnose(const Evidence &evidence)
{
    Diagnosis diagnosis;
    std::vector<Mismatch> real;
    std::copy_if(evidence.records.begin(), evidence.records.end(), std::back_inserter(real),
                 [](const Mismatch &record) { return !record.injected; });
    diagnosis.real = real.size();
    diagnosis.injected = std::max(evidence.injected, evidence.records.size() - real.size());
    diagnosis.statistics = make_statistics(real, evidence.cells);
    std::vector<const Mismatch *> records;
    std::vector<std::size_t> places;
    std::vector<Scores> symptoms;
    std::map<std::string, FpuUse> uses;
    const auto use_of = [&](const Mismatch &record) {
        const auto [use, fresh] = uses.try_emplace(record.driver, FpuUse::Unknown);
        if (fresh)
            use->second = fpu_use_of(record.driver, evidence.cells);
        return use->second;
    };
    for (const Mismatch &record : evidence.records) {
        RecordDiagnosis examined = examine_record(record);
        if (!record.injected) {
            symptoms.push_back(symptoms_of(record, examined, use_of(record)));
            const auto ranked = symptoms.back().ranked();
            if (!ranked.empty() && ranked.front().score >= score::named)
                examined.bug_class = ranked.front().bug_class;
            diagnosis.proved = diagnosis.proved || proves(record, examined);
            records.push_back(&record);
            places.push_back(diagnosis.records.size());
        }
        diagnosis.records.push_back(std::move(examined));
    }
    if (records.empty())
        return diagnosis;
    Scores scores;
    const Recurrence recurrence = recurrence_of(records);
    const std::vector<double> weights = telling_weights(symptoms, recurrence.weights);
    for (std::size_t place = 0; place < symptoms.size(); ++place)
        scores.merge(symptoms[place], weights[place]);
    std::vector<const RecordDiagnosis *> examined;
    examined.reserve(places.size());
    for (const std::size_t place : places)
        examined.push_back(&diagnosis.records[place]);
    diagnosis.summary = shape_of(records, examined);
    weigh_together(scores, records, examined,
                   {diagnosis.statistics, recurrence, evidence.cells});
    decide(diagnosis, scores, records.size());
    diagnosis.repeats_on = repeats_on(records);
    diagnosis.seed = seed_of(records);
    advise(diagnosis);
    return diagnosis;
}

} // namespace ct
