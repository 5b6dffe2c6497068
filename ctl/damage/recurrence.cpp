// SPDX-License-Identifier: GPL-2.0-or-later
#include "damage/recurrence.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "damage/packet.h"

namespace ct {

namespace {

// The operations of one driver with one security association, whose key it was given once.
using TransformKey = std::tuple<std::string, std::string, std::uint64_t>;

struct Transform {
    std::vector<std::size_t> records; // their places
    std::size_t alike = 0;            // packets that were wrong again in the same way
    std::size_t otherwise = 0;        // the same, but in another way
    bool elsewhere = false;           // alike, on another CPU
};

using Transforms = std::map<TransformKey, Transform>;

bool shares_cpu(const Mismatch &one, const Mismatch &other)
{
    return one.cpu_before == other.cpu_before || one.cpu_before == other.cpu_after ||
           one.cpu_after == other.cpu_before || one.cpu_after == other.cpu_after;
}

Transforms transforms_of(const std::vector<const Mismatch *> &records)
{
    Transforms transforms;
    std::map<std::tuple<TransformKey, Direction, std::uint64_t>, const Mismatch *> seen;
    for (std::size_t place = 0; place < records.size(); ++place) {
        const Mismatch &record = *records[place];
        if (record.changed || record.driver.empty())
            continue;
        const TransformKey key{record.driver, record.algorithm, record.index / YT_SA_VECTORS};
        Transform &transform = transforms[key];
        transform.records.push_back(place);
        if (!record.first)
            continue;
        const auto [before, fresh] =
            seen.try_emplace({key, record.direction, record.index}, &record);
        if (fresh)
            continue;
        if (before->second->first != record.first || before->second->actual != record.actual) {
            ++transform.otherwise;
            continue;
        }
        ++transform.alike;
        transform.elsewhere = transform.elsewhere || !shares_cpu(*before->second, record);
    }
    return transforms;
}

// A wrong key hits all operations of its transform, and no other's.
bool few_are_spoiled(const Transforms &transforms)
{
    constexpr std::size_t in_four = 4;
    constexpr double crowded = 3; // records of one that repeats, to one of another
    std::size_t repeating = 0;
    double inside = 0;
    double outside = 0;
    for (const auto &[key, transform] : transforms) {
        const auto count = static_cast<double>(transform.records.size());
        repeating += transform.alike > 0 ? 1 : 0;
        (transform.alike > 0 ? inside : outside) += count;
    }
    const std::size_t others = transforms.size() - repeating;
    return repeating > 0 && repeating * in_four <= transforms.size() &&
           inside * static_cast<double>(others) >=
               crowded * outside * static_cast<double>(repeating);
}

// Records with the same key are one event.
template <typename Key, typename KeyOf>
void divide(Recurrence &recurrence, const std::vector<const Mismatch *> &records,
            const KeyOf &key_of)
{
    std::map<Key, std::vector<std::size_t>> events;
    for (std::size_t place = 0; place < records.size(); ++place)
        if (const std::optional<Key> key = key_of(*records[place]))
            events[*key].push_back(place);
    for (const auto &[key, places] : events)
        for (const std::size_t place : places)
            recurrence.weights[place] =
                std::min(recurrence.weights[place], 1 / static_cast<double>(places.size()));
}

using Moment = std::pair<std::uint32_t, std::uint64_t>;

std::optional<Moment> moment_of(const Mismatch &record)
{
    if (!record.changed)
        return std::nullopt;
    return Moment{record.changed->thread, record.changed->epoch};
}

// On one CPU: what comes again elsewhere says more than one event does.
using Again = std::tuple<std::string, std::string, Direction, std::uint64_t, std::string,
                         std::uint32_t, std::uint32_t, std::vector<std::uint8_t>>;

std::optional<Again> again_of(const Mismatch &record)
{
    if (record.changed || record.wire || record.driver.empty() || !record.first)
        return std::nullopt;
    return Again{record.driver, record.algorithm,  record.direction, record.index,
                 record.layout, record.cpu_before, *record.first,    record.actual};
}

// Packets that several drivers get wrong in the same way, and more of these than of others that
// came again.
bool several_drivers(const std::vector<const Mismatch *> &records)
{
    std::map<std::tuple<std::string, Direction, std::uint64_t>, const Mismatch *> seen;
    std::size_t alike = 0;
    std::size_t otherwise = 0;
    for (const Mismatch *const record : records) {
        if (record->changed || record->driver.empty() || !record->first)
            continue;
        const auto [before, fresh] =
            seen.try_emplace({record->algorithm, record->direction, record->index}, record);
        if (fresh || before->second->driver == record->driver)
            continue;
        const bool same =
            before->second->first == record->first && before->second->actual == record->actual;
        (same ? alike : otherwise) += 1;
    }
    return alike > otherwise;
}

} // namespace

double Recurrence::sum() const
{
    return std::accumulate(weights.begin(), weights.end(), 0.0);
}

Recurrence recurrence_of(const std::vector<const Mismatch *> &records)
{
    Recurrence recurrence;
    recurrence.weights.assign(records.size(), 1);
    divide<Moment>(recurrence, records, moment_of);
    divide<Again>(recurrence, records, again_of);
    const Transforms transforms = transforms_of(records);
    const bool spoiled = few_are_spoiled(transforms);
    std::size_t alike = 0;
    std::size_t otherwise = 0;
    bool elsewhere = false;
    for (const auto &[key, transform] : transforms) {
        if (spoiled && transform.alike > 0) {
            ++recurrence.spoiled;
            for (const std::size_t place : transform.records)
                recurrence.weights[place] = 1 / static_cast<double>(transform.records.size());
            continue;
        }
        alike += transform.alike;
        otherwise += transform.otherwise;
        elsewhere = elsewhere || transform.elsewhere;
    }
    // What data or a CPU decide comes out alike each time; some of chance does, too.
    recurrence.same = alike > otherwise;
    recurrence.elsewhere = recurrence.same && elsewhere;
    recurrence.of_drivers = several_drivers(records);
    return recurrence;
}

} // namespace ct
