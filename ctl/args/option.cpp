// SPDX-License-Identifier: GPL-2.0-or-later
#include "args/option.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "base/quantity.h"

namespace ct {

namespace {

struct Unit {
    std::string_view name;
    std::uint64_t milliseconds;
};

constexpr std::array<Unit, 5> units{{
    {"ms", 1},
    {"s", 1000},
    {"m", 60ULL * 1000},
    {"h", 3600ULL * 1000},
    {"d", 24ULL * 3600 * 1000},
}};

} // namespace

Failure bad_value(const std::string &option, const std::string &text, std::string why,
                  std::string hint)
{
    return failure(ErrorKind::Usage,
                   fmt::format("cannot use {} \"{}\"", option, printable(text)), std::move(why),
                   std::move(hint));
}

std::optional<std::uint64_t> whole_number(std::string_view text, int base)
{
    std::uint64_t value = 0;
    const char *const end = text.data() + text.size();
    const auto [rest, code] = std::from_chars(text.data(), end, value, base);
    if (text.empty() || code != std::errc() || rest != end)
        return std::nullopt;
    return value;
}

Result<std::optional<std::uint64_t>> parse_duration(const std::string &option,
                                                    const std::string &text)
{
    const auto shape = [&] {
        return bad_value(option, text, "this is not a duration",
                         "write it like 500ms, 30s, 5m, 1h30m, 2d or forever");
    };
    const auto excess = [&] {
        return bad_value(option, text,
                         fmt::format("it is longer than {}", duration_text(duration_max_ms)),
                         "'forever' runs until 'cryptorture stop'");
    };
    if (text == "forever")
        return std::nullopt;

    std::uint64_t total = 0;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t digits = rest.find_first_not_of("0123456789");
        const std::string_view figures = rest.substr(0, digits);
        if (figures.empty())
            return shape();
        rest.remove_prefix(figures.size());
        const std::string_view unit = rest.substr(0, rest.find_first_of("0123456789"));
        rest.remove_prefix(unit.size());
        // A lone number is in seconds, as sleep and timeout take it.
        const bool lone = unit.empty() && figures.size() == text.size();
        const auto *const known =
            std::find_if(units.begin(), units.end(), [&](const Unit &candidate) {
                return candidate.name == (lone ? std::string_view("s") : unit);
            });
        if (known == units.end())
            return shape();
        const auto value = whole_number(figures);
        if (!value || *value > duration_max_ms / known->milliseconds)
            return excess();
        total += *value * known->milliseconds;
        if (total > duration_max_ms)
            return excess();
    }
    if (text.empty())
        return shape();
    if (total == 0)
        return bad_value(option, text, "nothing can be tested in no time",
                         "write it like 500ms, 30s, 5m, 1h30m, 2d or forever");
    return total;
}

namespace {

// "5", "99.9%": per mille.
Result<std::uint64_t> parse_percentage(const std::string &option, const std::string &text,
                                       const char *hint)
{
    constexpr std::uint64_t per_percent = 10;
    constexpr std::uint64_t most = 100;
    const auto shape = [&](std::string why) {
        return bad_value(option, text, std::move(why), hint);
    };
    std::string_view number = text;
    if (!number.empty() && number.back() == '%')
        number.remove_suffix(1);
    const std::size_t dot = number.find('.');
    const auto percent = whole_number(number.substr(0, dot));
    std::optional<std::uint64_t> tenths = 0;
    if (dot != std::string_view::npos) {
        if (number.size() - dot != 2)
            return shape("a percentage has one digit after the point");
        tenths = whole_number(number.substr(dot + 1));
    }
    if (!percent || !tenths)
        return shape("this is not a percentage");
    if (*percent > most || *percent * per_percent + *tenths > most * per_percent)
        return shape("a percentage is at most 100%");
    return *percent * per_percent + *tenths;
}

} // namespace

Result<std::uint32_t> parse_load(const std::string &option, const std::string &text)
{
    constexpr const char *hint = "write a percentage from 0.1% to 100%";
    const auto load = parse_percentage(option, text, hint);
    if (!load)
        return Failure(load.error());
    if (*load == 0)
        return bad_value(option, text, "nothing can be tested with no load", hint);
    return static_cast<std::uint32_t>(*load);
}

Result<double> parse_confidence(const std::string &option, const std::string &text)
{
    constexpr const char *hint = "write a percentage from 50% to 99.9%";
    constexpr std::uint64_t least = 500;
    constexpr std::uint64_t certain = 1000;
    const auto confidence = parse_percentage(option, text, hint);
    if (!confidence)
        return Failure(confidence.error());
    if (*confidence == certain)
        return bad_value(option, text, "no silence is long enough to be certain", hint);
    if (*confidence < least)
        return bad_value(option, text, "that is less than a guess", hint);
    return static_cast<double>(*confidence) / static_cast<double>(certain);
}

Result<std::uint64_t> parse_seed(const std::string &option, const std::string &text)
{
    const bool hex = text.size() > 2 && (text.starts_with("0x") || text.starts_with("0X"));
    const auto seed =
        hex ? whole_number(std::string_view(text).substr(2), 16) : whole_number(text);
    if (!seed)
        return bad_value(option, text, "this is not a number of 64 bits",
                         "write it like 42 or 0x1f2e3d4c5b6a7988");
    return *seed;
}

Result<std::uint64_t> parse_number(const std::string &option, const std::string &text,
                                   std::uint64_t min, std::uint64_t max)
{
    const auto number = whole_number(text);
    if (!number || *number < min || *number > max)
        return bad_value(
            option, text, number ? "it is out of range" : "this is not a whole number",
            max == UINT64_MAX ? fmt::format("write a number from {} on", min)
                              : fmt::format("write a number from {} to {}", min, max));
    return *number;
}

Result<Direction> parse_direction(const std::string &option, const std::string &text)
{
    if (text == name(Direction::Encrypt))
        return Direction::Encrypt;
    if (text == name(Direction::Decrypt))
        return Direction::Decrypt;
    return bad_value(option, text, "this is not a direction", "write encrypt or decrypt");
}

} // namespace ct
