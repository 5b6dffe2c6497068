// SPDX-License-Identifier: GPL-2.0-or-later
#include "damage/recurrence.h"

#include <map>
#include <numeric>
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

} // namespace

double Recurrence::sum() const
{
    return std::accumulate(weights.begin(), weights.end(), 0.0);
}

Recurrence recurrence_of(const std::vector<const Mismatch *> &records)
{
    Recurrence recurrence;
    recurrence.weights.assign(records.size(), 1);
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
    return recurrence;
}

} // namespace ct
