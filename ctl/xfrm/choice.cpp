// SPDX-License-Identifier: GPL-2.0-or-later
#include "xfrm/choice.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace ct {

namespace {

// "authenc(hmac(sha1-ni),cbc-aes-aesni)" taken apart, one level.
struct InstanceName {
    std::string made_by; // the template
    std::vector<std::string> parts;
};

std::optional<InstanceName> take_apart(const std::string &driver)
{
    const std::size_t open = driver.find('(');
    if (open == std::string::npos || open == 0 || driver.back() != ')')
        return std::nullopt;
    InstanceName instance{driver.substr(0, open), {}};
    std::size_t begin = open + 1;
    unsigned depth = 0;
    for (std::size_t place = begin; place < driver.size(); ++place) {
        const char character = driver[place];
        const bool last = place + 1 == driver.size();
        if (character == '(')
            ++depth;
        else if (character == ')' && depth > 0)
            --depth;
        else if (character == ')' && !last)
            return std::nullopt;
        if (last ? character == ')' : character == ',' && depth == 0) {
            instance.parts.push_back(driver.substr(begin, place - begin));
            begin = place + 1;
        }
    }
    if (depth != 0 || std::any_of(instance.parts.begin(), instance.parts.end(),
                                  [](const std::string &part) { return part.empty(); }))
        return std::nullopt;
    return instance;
}

bool is_ready(const Registered &entry)
{
    return entry.type != "larval" && entry.tested;
}

// Ready for everybody.
std::vector<std::string> drivers_for(const Drivers &drivers, const std::string &algorithm,
                                     std::string_view type = {})
{
    std::vector<std::string> names;
    for (const Registered &entry : drivers.registered)
        if (is_ready(entry) && !entry.internal && entry.algorithm == algorithm &&
            (type.empty() || entry.type == type))
            names.push_back(entry.driver);
    return names;
}

void append_names(std::vector<std::string> &list, std::vector<std::string> more)
{
    std::move(more.begin(), more.end(), std::back_inserter(list));
}

std::vector<std::string> gcm_drivers(const Drivers &drivers)
{
    std::vector<std::string> inner = drivers_for(drivers, "gcm(aes)");
    std::vector<std::string> counters = drivers_for(drivers, "ctr(aes)");
    for (const std::string &cipher : drivers_for(drivers, "aes", "cipher"))
        counters.push_back(fmt::format("ctr({})", cipher));
    std::vector<std::string> hashes = drivers_for(drivers, "ghash");
    // Kernels without drivers of it have it in gcm_base() itself.
    if (hashes.empty())
        hashes.emplace_back("ghash-lib");
    for (const std::string &counter : counters)
        for (const std::string &hash : hashes)
            inner.push_back(fmt::format("gcm_base({},{})", counter, hash));

    std::vector<std::string> names = drivers_for(drivers, "rfc4106(gcm(aes))");
    for (const std::string &driver : inner)
        names.push_back(fmt::format("rfc4106({})", driver));
    return names;
}

std::vector<std::string> cbc_drivers(const Drivers &drivers, const SaKeys &keys)
{
    const std::string algorithm = algorithm_name(keys);
    const auto authenc = take_apart(algorithm);
    if (!authenc || authenc->parts.size() != 2)
        return {};
    const std::string &hmac = authenc->parts.front();
    const auto plain = take_apart(hmac);
    if (!plain || plain->parts.size() != 1)
        return {};

    std::vector<std::string> hashes = drivers_for(drivers, hmac);
    for (const std::string &hash : drivers_for(drivers, plain->parts.front(), "shash"))
        // Where the kernel has both, they are the same code.
        if (!drivers.has("hmac-" + hash))
            hashes.push_back(fmt::format("hmac({})", hash));
    std::vector<std::string> ciphers = drivers_for(drivers, "cbc(aes)");
    for (const std::string &cipher : drivers_for(drivers, "aes", "cipher"))
        ciphers.push_back(fmt::format("cbc({})", cipher));

    std::vector<std::string> names = drivers_for(drivers, algorithm);
    for (const std::string &hash : hashes)
        for (const std::string &cipher : ciphers)
            names.push_back(fmt::format("{}({},{})", authenc->made_by, hash, cipher));
    return names;
}

// The highest of the others that compute the same.
std::optional<std::uint64_t> best_other(const Drivers &drivers, const Registered &entry)
{
    std::optional<std::uint64_t> best;
    for (const Registered &other : drivers.registered)
        if (other.algorithm == entry.algorithm && other.driver != entry.driver &&
            is_ready(other))
            best = std::max(best.value_or(0), other.priority.value_or(0));
    return best;
}

std::uint64_t references_of(const Drivers &drivers, const std::string &driver)
{
    const Registered *const entry = find_registered(drivers, driver);
    return entry != nullptr ? entry->references.value_or(1) : 1;
}

std::vector<std::string> risen(const Drivers &before, const Drivers &after,
                               const std::string &algorithm)
{
    std::vector<std::string> names;
    for (const Registered &entry : after.registered)
        if (entry.algorithm == algorithm && is_ready(entry) &&
            entry.references.value_or(1) > references_of(before, entry.driver))
            names.push_back(entry.driver);
    return names;
}

} // namespace

std::string generator_of(const SaKeys &keys, const std::string &driver)
{
    return fmt::format("{}({})", keys.suite == Suite::Gcm ? "seqiv" : "echainiv", driver);
}

std::string generator_algorithm(const SaKeys &keys)
{
    return generator_of(keys, algorithm_name(keys));
}

const Registered *find_registered(const Drivers &drivers, const std::string &driver)
{
    const auto place = std::find_if(drivers.registered.begin(), drivers.registered.end(),
                                    [&](const Registered &entry) {
                                        return entry.driver == driver && entry.type != "larval";
                                    });
    return place != drivers.registered.end() ? &*place : nullptr;
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as names are nested
std::optional<std::string> algorithm_of(const Drivers &drivers, const std::string &driver)
{
    if (const Registered *const entry = find_registered(drivers, driver))
        return entry->algorithm;
    const auto instance = take_apart(driver);
    if (!instance)
        return std::nullopt;
    std::vector<std::string> parts;
    for (const std::string &part : instance->parts) {
        auto algorithm = algorithm_of(drivers, part);
        // GHASH may be a part that is no driver.
        if (!algorithm && instance->made_by == "gcm_base" && !parts.empty())
            algorithm = "ghash";
        if (!algorithm)
            return std::nullopt;
        parts.push_back(std::move(*algorithm));
    }
    const std::string &first = parts.front();
    if (instance->made_by == "pcrypt" || instance->made_by == "cryptd")
        return first;
    const auto inner = take_apart(first);
    if (instance->made_by == "gcm_base")
        return inner && inner->made_by == "ctr" && parts.size() == 2
                   ? std::optional(fmt::format("gcm({})", inner->parts.front()))
                   : std::nullopt;
    if (instance->made_by == "cbc" && inner && inner->made_by == "ecb")
        return fmt::format("cbc({})", inner->parts.front());
    return fmt::format("{}({})", instance->made_by, fmt::join(parts, ","));
}

// As the templates compute it.
// NOLINTNEXTLINE(misc-no-recursion): as deep as names are nested
std::optional<std::uint64_t> priority_of(const Drivers &drivers, const std::string &driver)
{
    constexpr std::uint64_t cipher_weight = 10;
    constexpr std::uint64_t pcrypt_more = 100;
    constexpr std::uint64_t cryptd_more = 50;
    if (const Registered *const entry = find_registered(drivers, driver))
        return entry->priority;
    const auto instance = take_apart(driver);
    if (!instance)
        return std::nullopt;
    const auto first = priority_of(drivers, instance->parts.front());
    if (!first)
        return std::nullopt;
    if (instance->made_by == "pcrypt")
        return *first + pcrypt_more;
    if (instance->made_by == "cryptd")
        return *first + cryptd_more;
    if (instance->parts.size() != 2)
        return first;
    const auto second = priority_of(drivers, instance->parts.back());
    if (!second)
        return first;
    if (instance->made_by == "gcm_base")
        return (*first + *second) / 2;
    return *first + cipher_weight * *second;
}

std::vector<std::string> possible_drivers(const Drivers &drivers, const SaKeys &keys)
{
    std::vector<std::string> names;
    append_names(names,
                 keys.suite == Suite::Gcm ? gcm_drivers(drivers) : cbc_drivers(drivers, keys));
    std::vector<std::pair<std::uint64_t, std::string>> sorted;
    for (std::string &name : names) {
        const auto same = [&name](const auto &entry) {
            return entry.second == name;
        };
        if (generator_of(keys, name).size() > driver_name_max ||
            std::any_of(sorted.begin(), sorted.end(), same))
            continue;
        const std::uint64_t priority = priority_of(drivers, name).value_or(0);
        sorted.emplace_back(priority, std::move(name));
    }
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto &one, const auto &other) {
        return one.first > other.first;
    });
    names.clear();
    for (auto &entry : sorted)
        names.push_back(std::move(entry.second));
    return names;
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as names are nested
std::vector<std::string> missing_instances(const Drivers &drivers, const std::string &driver)
{
    std::vector<std::string> names;
    if (find_registered(drivers, driver) != nullptr)
        return names;
    const auto instance = take_apart(driver);
    if (instance)
        for (const std::string &part : instance->parts)
            if (part.find('(') != std::string::npos)
                append_names(names, missing_instances(drivers, part));
    names.push_back(driver);
    return names;
}

std::optional<std::uint32_t> quiet_priority(const Drivers &drivers, const std::string &driver)
{
    const Registered *const entry = find_registered(drivers, driver);
    if (entry == nullptr)
        return std::nullopt;
    const auto best = best_other(drivers, *entry);
    if (!best || *best == 0 || entry->priority.value_or(0) < *best)
        return std::nullopt;
    return static_cast<std::uint32_t>(*best - 1);
}

std::optional<std::uint32_t> raised_priority(const Drivers &drivers, const std::string &driver)
{
    const Registered *const entry = find_registered(drivers, driver);
    if (entry == nullptr)
        return std::nullopt;
    const auto best = best_other(drivers, *entry);
    if (!best || entry->priority.value_or(0) > *best)
        return std::nullopt;
    constexpr std::uint64_t highest = std::numeric_limits<std::int32_t>::max();
    return static_cast<std::uint32_t>(std::min(*best + 1, highest));
}

std::vector<std::string> more_used(const Drivers &before, const Drivers &after,
                                   const SaKeys &keys)
{
    std::vector<std::string> names = risen(before, after, generator_algorithm(keys));
    if (names.empty())
        return risen(before, after, algorithm_name(keys));
    for (std::string &name : names)
        if (const auto generator = take_apart(name))
            name = generator->parts.front();
    return names;
}

} // namespace ct
