// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/quantity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <ctime>
#include <numeric>
#include <utility>

#include <fmt/format.h>

namespace ct {

std::string count_text(std::uint64_t count)
{
    std::string text = fmt::format("{}", count);
    for (std::size_t place = text.size(); place > 3;) {
        place -= 3;
        text.insert(place, 1, ',');
    }
    return text;
}

std::string plural(std::uint64_t count, std::string_view one, std::string_view many)
{
    return fmt::format("{} {}", count_text(count), count == 1 ? one : many);
}

std::string duration_text(std::optional<std::uint64_t> milliseconds)
{
    if (!milliseconds)
        return "forever";
    constexpr std::array<std::pair<std::uint64_t, const char *>, 5> units{{
        {24ULL * 3600 * 1000, "d"},
        {3600ULL * 1000, "h"},
        {60ULL * 1000, "m"},
        {1000ULL, "s"},
        {1ULL, "ms"},
    }};
    std::uint64_t rest = *milliseconds;
    std::string text;
    for (const auto &[size, unit] : units) {
        if (rest >= size)
            text += fmt::format("{}{}", rest / size, unit);
        rest %= size;
    }
    return text.empty() ? "0ms" : text;
}

std::string clock_text(std::uint64_t nanoseconds)
{
    const std::uint64_t seconds = nanoseconds / 1000000000;
    if (seconds < 3600)
        return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
    return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string load_text(std::uint32_t per_mille)
{
    if (per_mille % 10 == 0)
        return fmt::format("{}%", per_mille / 10);
    return fmt::format("{}.{}%", per_mille / 10, per_mille % 10);
}

std::string seed_text(std::uint64_t seed)
{
    return fmt::format("0x{:016x}", seed);
}

std::string bytes_text(std::uint64_t bytes)
{
    constexpr std::array<const char *, 7> units{"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; value >= 999.95 && unit + 1 < units.size(); ++unit)
        value /= 1000;
    return unit == 0 ? fmt::format("{} bytes", bytes)
                     : fmt::format("{:.1f} {}", value, units.at(unit));
}

std::string memory_text(std::uint64_t bytes)
{
    return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1024.0 * 1024.0));
}

std::string rate_text(double rate)
{
    return rate >= 0.01 ? fmt::format("{:.2f}", rate) : fmt::format("{:.1e}", rate);
}

std::string time_text(std::uint64_t nanoseconds)
{
    const auto seconds = static_cast<std::time_t>(nanoseconds / 1000000000);
    std::tm parts{};
    if (gmtime_r(&seconds, &parts) == nullptr)
        return "an unknown time";
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
                       parts.tm_sec);
}

std::string number_list(std::vector<std::uint32_t> numbers)
{
    std::sort(numbers.begin(), numbers.end());
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());

    std::string text;
    for (std::size_t place = 0; place < numbers.size();) {
        std::size_t end = place;
        while (end + 1 < numbers.size() && numbers[end + 1] == numbers[end] + 1)
            ++end;
        if (!text.empty())
            text += ',';
        text += end == place ? fmt::format("{}", numbers[place])
                             : fmt::format("{}-{}", numbers[place], numbers[end]);
        place = end + 1;
    }
    return text;
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> list_ranges(std::string_view list)
{
    std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges;
    const char *place = list.data();
    const char *const end = place + list.size();
    while (place != end) {
        std::uint32_t first = 0;
        auto read = std::from_chars(place, end, first);
        if (read.ec != std::errc())
            break;
        std::uint32_t last = first;
        if (read.ptr != end && *read.ptr == '-')
            read = std::from_chars(read.ptr + 1, end, last);
        ranges.emplace_back(first, last);
        place = read.ptr != end && *read.ptr == ',' ? read.ptr + 1 : end;
    }
    return ranges;
}

std::vector<std::uint32_t> list_numbers(std::string_view list)
{
    constexpr std::uint32_t cpus_max = 8192;
    std::vector<std::uint32_t> numbers;
    for (const auto &[first, last] : list_ranges(list))
        for (std::uint32_t number = first; number <= std::min(last, cpus_max - 1); ++number)
            numbers.push_back(number);
    return numbers;
}

std::string hex_text(const std::vector<std::uint8_t> &bytes)
{
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes)
        text += fmt::format("{:02x}", byte);
    return text;
}

std::string printable(std::string_view text)
{
    std::string result;
    result.reserve(text.size());
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte < 0x20 || byte == 0x7f)
            result += fmt::format("\\x{:02x}", byte);
        else
            result += character;
    }
    return result;
}

namespace {

// Levenshtein's distance: insertions, deletions and replacements.
std::size_t distance(std::string_view one, std::string_view other)
{
    std::vector<std::size_t> row(other.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < other.size(); ++j) {
            const std::size_t replaced = diagonal + (one[i] == other[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({row[j] + 1, diagonal + 1, replaced});
        }
    }
    return row.back();
}

} // namespace

std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string> &candidates)
{
    constexpr std::size_t longest = 256; // no sense in comparing more
    std::optional<std::string> best;
    // A third of the letters may differ; more is another word.
    std::size_t least = word.size() / 3 + 1;
    if (word.size() > longest)
        return best;
    for (const std::string &candidate : candidates) {
        if (candidate.size() > longest)
            continue;
        const std::size_t far = distance(word, candidate);
        if (far < least || (far == least && !best)) {
            least = far;
            best = candidate;
        }
    }
    return best;
}

} // namespace ct
