// SPDX-License-Identifier: GPL-2.0-or-later
#include "args/esp_plan.h"

#include <algorithm>
#include <random>

#include <fmt/format.h>

#include "args/list.h"
#include "args/option.h"
#include "base/quantity.h"

namespace ct {

namespace {

constexpr std::uint64_t default_ms = 60'000;
constexpr std::size_t pattern_most = 64; // bytes

// The items of a list option out of those that there are; nothing given: all.
// NOLINTNEXTLINE(readability-function-cognitive-complexity): a list of cases
Result<std::vector<std::string>> choose(const std::string &option,
                                        const std::optional<std::string> &text,
                                        const std::vector<std::string> &known)
{
    if (!text)
        return known;
    const auto selection = parse_selection(option, *text);
    if (!selection)
        return Failure(selection.error());
    const auto listed = [](const std::vector<std::string> &list, const std::string &item) {
        return std::find(list.begin(), list.end(), item) != list.end();
    };
    for (const auto *list : {&selection->included, &selection->excluded})
        for (const std::string &item : *list)
            if (item != "all" && item != "default" && !listed(known, item)) {
                const auto meant = nearest(item, known);
                std::string all;
                for (const std::string &name : known)
                    all += (all.empty() ? "" : ", ") + name;
                return bad_value(
                    option, *text,
                    fmt::format("there is no \"{}\"{}", printable(item),
                                meant ? fmt::format("; did you mean \"{}\"?", *meant) : ""),
                    "there are " + all);
            }
    const bool every = selection->from_default() || selection->has("all");
    std::vector<std::string> chosen;
    for (const std::string &name : known)
        if ((every || listed(selection->included, name)) && !listed(selection->excluded, name))
            chosen.push_back(name);
    if (chosen.empty())
        return bad_value(option, *text, "nothing is left of it", "name at least one");
    return chosen;
}

template <typename E> std::vector<std::string> names_of()
{
    std::vector<std::string> list;
    list.reserve(names<E>.size());
    for (const std::string_view word : names<E>)
        list.emplace_back(word);
    return list;
}

Result<std::vector<std::uint8_t>> parse_pattern(const std::string &text)
{
    const auto bad = [&](const char *why) {
        return bad_value("--pattern", text, why, "write it like 61, for the letter a");
    };
    if (text.empty() || text.size() % 2 != 0)
        return bad("two hexadecimal digits make a byte");
    if (text.size() / 2 > pattern_most)
        return bad("it has more than 64 bytes");
    std::vector<std::uint8_t> bytes;
    for (std::size_t place = 0; place < text.size(); place += 2) {
        const auto byte = whole_number(std::string_view(text).substr(place, 2), 16);
        if (!byte)
            return bad("these are no hexadecimal digits");
        bytes.push_back(static_cast<std::uint8_t>(*byte));
    }
    return bytes;
}

Result<void> choose_tunnels(const EspOptions &values, EspPlan &plan)
{
    const auto modes = choose("--modes", values.modes, names_of<EspMode>());
    if (!modes)
        return Failure(modes.error());
    const auto families = choose("--families", values.families, {"ipv4", "ipv6"});
    if (!families)
        return Failure(families.error());
    for (const std::string &mode : *modes)
        for (const std::string &family : *families)
            plan.tunnels.push_back({*from_name<EspMode>(mode), family == "ipv6"});
    return {};
}

Result<void> choose_suites(const EspOptions &values, EspPlan &plan)
{
    std::vector<std::string> known;
    for (const AlgorithmName &algorithm : algorithm_names())
        known.emplace_back(algorithm.name);
    const auto algorithms = choose("--algorithms", values.algorithms, known);
    if (!algorithms)
        return Failure(algorithms.error());
    const auto keys = choose("--keys", values.keys, {"128", "192", "256"});
    if (!keys)
        return Failure(keys.error());
    const auto esn = choose("--esn", values.esn, {"off", "on"});
    if (!esn)
        return Failure(esn.error());
    constexpr unsigned bits = 8;
    for (const AlgorithmName &algorithm : algorithm_names())
        for (const std::string &key : *keys)
            for (const std::string &word : *esn)
                if (std::find(algorithms->begin(), algorithms->end(), algorithm.name) !=
                    algorithms->end())
                    plan.suites.push_back(
                        {algorithm.suite,
                         static_cast<unsigned>(whole_number(key).value_or(0)) / bits,
                         algorithm.icv_len, word == "on"});
    return {};
}

Result<void> choose_traffic(const EspOptions &values, EspPlan &plan)
{
    const auto traffic = choose("--traffic", values.traffic, names_of<FlowKind>());
    if (!traffic)
        return Failure(traffic.error());
    for (const std::string &kind : *traffic)
        plan.traffic.push_back(*from_name<FlowKind>(kind));
    if (!values.pattern)
        return {};
    auto pattern = parse_pattern(*values.pattern);
    if (!pattern)
        return Failure(pattern.error());
    plan.pattern = std::move(*pattern);
    return {};
}

} // namespace

void add_esp_options(Options &options, EspOptions &values)
{
    options.value("--for", values.duration, "TIME",
                  "how long, such as 30s, 10m or forever (default 60s)");
    options.value(
        "--modes", values.modes, "LIST",
        "transport, tunnel, natt-transport, natt-tunnel, gre, gre-natt (default all)");
    options.value("--families", values.families, "LIST", "ipv4, ipv6 (default both)");
    options.value("--algorithms", values.algorithms, "LIST",
                  "rfc4106-8, rfc4106-12, rfc4106-16, cbc-sha1, cbc-sha256, cbc-sha512 "
                  "(default all)");
    options.value("--keys", values.keys, "LIST",
                  "bits of AES keys: 128, 192, 256 (default all)");
    options.value("--esn", values.esn, "LIST",
                  "64-bit sequence numbers: on, off (default both)");
    options.value("--drivers", values.drivers, "LIST",
                  "drivers of the crypto API that SAs get, in turns (default: those that the "
                  "host's SAs get)");
    options.value("--traffic", values.traffic, "LIST", "tcp, udp, ping (default all)");
    options.value("--pattern", values.pattern, "HEX",
                  "bytes that fill the payload, such as 61 (default: pseudo-random ones)");
    options.value("--seed", values.seed, "N", "of keys and payload (default random)");
    options.value(
        "--inject-every", values.inject_every, "N",
        "a bridge changes a byte of every Nth packet and makes its ICV valid again, to "
        "check the check");
    options.flag("--until-mismatch", values.until_mismatch, "end with the first wrong packet");
    options.flag("--offload", values.offload,
                 "with esp4_offload and esp6_offload, where the kernel has them");
    options.flag("--gro", values.gro, "with generic receive offload on the test's links");
    options.flag("--no-disturb", values.no_disturb,
                 "without the disturbers of the module beside it");
}

Result<EspPlan> parse_esp_plan(const EspOptions &values)
{
    EspPlan plan;
    plan.duration_ms = default_ms;
    if (values.duration) {
        const auto duration = parse_duration("--for", *values.duration);
        if (!duration)
            return Failure(duration.error());
        plan.duration_ms = *duration;
    }
    plan.seed = std::random_device{}() | std::uint64_t{std::random_device{}()} << 32U;
    if (values.seed) {
        const auto seed = parse_seed("--seed", *values.seed);
        if (!seed)
            return Failure(seed.error());
        plan.seed = *seed;
    }
    if (values.inject_every) {
        const auto every = parse_number("--inject-every", *values.inject_every, 1, UINT32_MAX);
        if (!every)
            return Failure(every.error());
        plan.inject_every = *every;
    }
    if (values.drivers) {
        const auto drivers = parse_selection("--drivers", *values.drivers);
        if (!drivers)
            return Failure(drivers.error());
        plan.drivers = drivers->included;
    }
    for (const auto step : {choose_tunnels, choose_suites, choose_traffic})
        if (const auto chosen = step(values, plan); !chosen)
            return Failure(chosen.error());
    plan.offload = values.offload;
    plan.gro = values.gro;
    plan.disturb = !values.no_disturb;
    plan.until_mismatch = values.until_mismatch;
    return plan;
}

} // namespace ct
