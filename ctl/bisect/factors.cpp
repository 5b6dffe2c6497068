// SPDX-License-Identifier: GPL-2.0-or-later
#include "bisect/factors.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "base/quantity.h"

namespace ct {

namespace {

constexpr std::uint32_t common_size = 1420; // of a full packet in a tunnel, in bytes

// From the narrowest range of sizes to all that there were.
std::vector<std::string> size_ladder(const Config &in_force, const Mismatch &record)
{
    const std::uint32_t seen = record.payload_len > 0 && record.payload_len <= payload_max
                                   ? record.payload_len
                                   : common_size;
    const std::string all = in_force.sizes.value_or("default");
    std::vector<std::string> ladder{fmt::format("{}", seen)};
    const auto put = [&](std::uint32_t first, std::uint32_t last) {
        const std::string range = fmt::format("{}-{}", first, last);
        if (first < last && range != all)
            ladder.push_back(range);
    };
    if (in_force.sizes) {
        // The one of the ranges that were asked for.
        for (const auto &[first, last] : list_ranges(*in_force.sizes))
            if (first <= seen && seen <= last)
                put(first, last);
    } else {
        std::uint32_t first = 1;
        while (first * 2 <= seen)
            first *= 2;
        put(first, std::min(first * 2 - 1, payload_max));
    }
    if (ladder.back() != all)
        ladder.push_back(all);
    return ladder;
}

template <typename Word>
void put_words(std::vector<Factor> &list, Dimension dimension,
               const std::optional<std::vector<Word>> &words)
{
    if (!words)
        return;
    for (const Word word : *words) {
        Factor factor;
        factor.dimension = dimension;
        factor.name = name(word);
        list.push_back(std::move(factor));
    }
}

} // namespace

FactorSet Factors::all() const
{
    FactorSet members(list_.size());
    std::iota(members.begin(), members.end(), std::size_t{0});
    return members;
}

FactorSet Factors::members_in(const FactorSet &members, Dimension dimension) const
{
    FactorSet result;
    std::copy_if(members.begin(), members.end(), std::back_inserter(result),
                 [&](std::size_t place) { return list_[place].dimension == dimension; });
    return result;
}

bool Factors::possible(const FactorSet &members) const
{
    for (std::size_t number = 0; number < count_of<Dimension>; ++number) {
        const auto dimension = static_cast<Dimension>(number);
        if (!can_be_empty(dimension) && members_in(members, dimension).empty() &&
            !members_in(all(), dimension).empty())
            return false;
    }
    for (const std::size_t place : without(all(), members))
        if (list_[place].required)
            return false;
    const bool exercised = !members_in(members, Dimension::Exercisers).empty();
    return exercised || std::none_of(members.begin(), members.end(), [this](std::size_t place) {
               return list_[place].needs_exercisers;
           });
}

FactorSet without(const FactorSet &members, const FactorSet &removed)
{
    FactorSet result;
    std::set_difference(members.begin(), members.end(), removed.begin(), removed.end(),
                        std::back_inserter(result));
    return result;
}

FactorSet together(const FactorSet &one, const FactorSet &other)
{
    FactorSet result;
    std::set_union(one.begin(), one.end(), other.begin(), other.end(),
                   std::back_inserter(result));
    return result;
}

Factors factors_of(const Config &in_force, const Mismatch &record)
{
    const Fault fault = fault_of(record);
    std::vector<Factor> list;
    for (const std::string &driver : in_force.drivers) {
        const bool its_own = !fault.driver.empty() && driver == fault.driver;
        list.push_back({Dimension::Drivers, driver, its_own, its_own, false});
    }
    put_words(list, Dimension::Contexts, in_force.contexts);
    put_words(list, Dimension::Disturbers, in_force.disturbers);
    for (std::uint32_t number = 1; number <= in_force.exercisers; ++number)
        list.push_back({Dimension::Exercisers, fmt::format("{}", number),
                        fault.in_register() && number == 1, false, false});
    for (const std::uint32_t cpu : list_numbers(in_force.cpus.value_or("")))
        list.push_back(
            {Dimension::Cpus, fmt::format("{}", cpu), false, cpu == record.cpu_before, false});
    const auto sizes = size_ladder(in_force, record);
    for (const std::string &size : sizes)
        list.push_back({Dimension::Sizes, size, false, false, false});

    for (Factor &factor : list) {
        if (factor.dimension == Dimension::Contexts) {
            factor.hinted = factor.name == name(record.context);
            factor.needs_exercisers = factor.name == name(Context::Caller);
        } else if (factor.dimension == Dimension::Disturbers) {
            const auto disturber = from_name<Disturber>(factor.name);
            factor.needs_exercisers = disturber && needs_exercisers(*disturber);
        }
    }
    return Factors(std::move(list));
}

Config config_of(const Factors &factors, const FactorSet &members, Config base)
{
    base.drivers.clear();
    base.contexts.emplace();
    base.disturbers.emplace();
    base.exercisers = 0;
    std::vector<std::uint32_t> cpus;
    std::string sizes = "default";
    for (const std::size_t place : members) {
        const Factor &factor = factors[place];
        switch (factor.dimension) {
        case Dimension::Drivers:
            base.drivers.push_back(factor.name);
            break;
        case Dimension::Contexts:
            if (const auto context = from_name<Context>(factor.name))
                base.contexts->push_back(*context);
            break;
        case Dimension::Disturbers:
            if (const auto disturber = from_name<Disturber>(factor.name))
                base.disturbers->push_back(*disturber);
            break;
        case Dimension::Exercisers:
            ++base.exercisers;
            break;
        case Dimension::Cpus:
            for (const std::uint32_t cpu : list_numbers(factor.name))
                cpus.push_back(cpu);
            break;
        case Dimension::Sizes:
            sizes = factor.name;
            break;
        }
    }
    if (!cpus.empty())
        base.cpus = number_list(std::move(cpus));
    base.sizes = sizes == "default" ? std::nullopt : std::optional(sizes);
    return base;
}

} // namespace ct
