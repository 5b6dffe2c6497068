// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/option.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "record/bench.h"
#include "record/quantity.h"
#include "record/report.h"

namespace ct {

namespace {

Failure bad(const std::string &option, const std::string &text, std::string why,
            std::string hint)
{
    return failure(ErrorKind::Usage,
                   fmt::format("cannot use {} \"{}\"", option, printable(text)), std::move(why),
                   std::move(hint));
}

// All of the text as one number, without sign or blanks.
std::optional<std::uint64_t> whole_number(std::string_view text, int base = 10)
{
    std::uint64_t value = 0;
    const char *const end = text.data() + text.size();
    const auto [rest, code] = std::from_chars(text.data(), end, value, base);
    if (text.empty() || code != std::errc() || rest != end)
        return std::nullopt;
    return value;
}

std::vector<std::string> split(std::string_view text)
{
    std::vector<std::string> parts(1);
    int depth = 0;
    for (const char character : text) {
        depth += character == '(' ? 1 : 0;
        depth -= character == ')' ? 1 : 0;
        if (character == ',' && depth == 0)
            parts.emplace_back();
        else
            parts.back() += character;
    }
    return parts;
}

template <typename Word>
Result<std::vector<Word>> parse_words(const std::string &option, const std::string &text,
                                      const char *thing)
{
    std::vector<Word> words;
    if (text == "all") {
        for (std::size_t place = 0; place < count_of<Word>; ++place)
            words.push_back(static_cast<Word>(place));
        return words;
    }
    for (const std::string &part : split(text)) {
        const auto word = from_name<Word>(part);
        if (!word) {
            const std::vector<std::string> known(names<Word>.begin(), names<Word>.end());
            const auto meant = nearest(part, known);
            return bad(option, text,
                       fmt::format("\"{}\" is not a {}{}", printable(part), thing,
                                   meant ? fmt::format(", did you mean \"{}\"?", *meant) : ""),
                       fmt::format("there are {} (with commas between them), or all",
                                   all_names<Word>()));
        }
        if (std::find(words.begin(), words.end(), *word) == words.end())
            words.push_back(*word);
    }
    std::sort(words.begin(), words.end());
    return words;
}

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

Result<std::optional<std::uint64_t>> parse_duration(const std::string &option,
                                                    const std::string &text)
{
    const auto shape = [&] {
        return bad(option, text, "this is not a duration",
                   "write it like 500ms, 30s, 5m, 1h30m, 2d or forever");
    };
    const auto excess = [&] {
        return bad(option, text,
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
        return bad(option, text, "nothing can be tested in no time",
                   "write it like 500ms, 30s, 5m, 1h30m, 2d or forever");
    return total;
}

Result<std::uint32_t> parse_load(const std::string &option, const std::string &text)
{
    constexpr std::uint32_t per_percent = 10;
    const auto shape = [&](std::string why) {
        return bad(option, text, std::move(why), "write a percentage from 0.1% to 100%");
    };
    std::string_view number = text;
    if (!number.empty() && number.back() == '%')
        number.remove_suffix(1);
    const std::size_t dot = number.find('.');
    const auto percent = whole_number(number.substr(0, dot));
    std::optional<std::uint64_t> tenths = 0;
    if (dot != std::string_view::npos) {
        if (number.size() - dot != 2)
            return shape("a load has one digit after the point");
        tenths = whole_number(number.substr(dot + 1));
    }
    if (!percent || !tenths)
        return shape("this is not a percentage");
    if (*percent > load_full / per_percent || *percent * per_percent + *tenths > load_full)
        return shape("there is no more than 100%");
    const std::uint64_t load = *percent * per_percent + *tenths;
    if (load == 0)
        return shape("nothing can be tested with no load");
    return static_cast<std::uint32_t>(load);
}

Result<std::uint64_t> parse_seed(const std::string &option, const std::string &text)
{
    const bool hex = text.size() > 2 && (text.starts_with("0x") || text.starts_with("0X"));
    const auto seed =
        hex ? whole_number(std::string_view(text).substr(2), 16) : whole_number(text);
    if (!seed)
        return bad(option, text, "this is not a number of 64 bits",
                   "write it like 42 or 0x1f2e3d4c5b6a7988");
    return *seed;
}

Result<std::uint64_t> parse_number(const std::string &option, const std::string &text,
                                   std::uint64_t min, std::uint64_t max)
{
    const auto number = whole_number(text);
    if (!number || *number < min || *number > max)
        return bad(option, text, number ? "it is out of range" : "this is not a whole number",
                   max == UINT64_MAX ? fmt::format("write a number from {} on", min)
                                     : fmt::format("write a number from {} to {}", min, max));
    return *number;
}

Result<std::string> parse_cpus(const std::string &option, const std::string &text)
{
    constexpr std::uint64_t cpus_max = 8192; // of any kernel
    std::vector<std::uint32_t> cpus;
    for (const std::string &part : split(text)) {
        const std::size_t dash = part.find('-');
        const auto first = whole_number(std::string_view(part).substr(0, dash));
        const auto last = dash == std::string::npos
                              ? first
                              : whole_number(std::string_view(part).substr(dash + 1));
        if (!first || !last)
            return bad(option, text, "this is not a list of CPUs",
                       "write it like 2, 0-3 or 0-3,5");
        if (*first > *last)
            return bad(option, text, fmt::format("{} runs backwards", part),
                       "write the smaller number first");
        if (*last >= cpus_max)
            return bad(option, text, fmt::format("no machine has a CPU {}", *last),
                       "write it like 2, 0-3 or 0-3,5");
        for (std::uint64_t cpu = *first; cpu <= *last; ++cpu)
            cpus.push_back(static_cast<std::uint32_t>(cpu));
    }
    return cpu_list(std::move(cpus));
}

Result<std::vector<std::string>> parse_drivers(const std::string &option,
                                               const std::string &text)
{
    constexpr std::size_t name_max = 127; // CRYPTO_MAX_ALG_NAME without the NUL
    std::vector<std::string> drivers;
    if (std::count(text.begin(), text.end(), '(') != std::count(text.begin(), text.end(), ')'))
        return bad(option, text, "the parentheses do not match",
                   "quote the list, and see 'cryptorture drivers' for the names");
    for (const std::string &part : split(text)) {
        if (part.empty())
            return bad(option, text, "a name is empty",
                       "write names with commas between them, see 'cryptorture drivers'");
        if (part.size() > name_max)
            return bad(option, text, "a name is longer than any driver's",
                       "see 'cryptorture drivers' for the names");
        if (std::find(drivers.begin(), drivers.end(), part) == drivers.end())
            drivers.push_back(part);
    }
    return drivers;
}

Result<std::vector<Context>> parse_contexts(const std::string &option, const std::string &text)
{
    return parse_words<Context>(option, text, "context");
}

Result<std::vector<Disturber>> parse_disturbers(const std::string &option,
                                                const std::string &text)
{
    if (text == "none")
        return std::vector<Disturber>();
    auto result = parse_words<Disturber>(option, text, "disturber");
    if (!result)
        result.error().hint += ", or none";
    return result;
}

Result<Direction> parse_direction(const std::string &option, const std::string &text)
{
    if (text == name(Direction::Encrypt))
        return Direction::Encrypt;
    if (text == name(Direction::Decrypt))
        return Direction::Decrypt;
    return bad(option, text, "this is not a direction", "write encrypt or decrypt");
}

} // namespace ct
