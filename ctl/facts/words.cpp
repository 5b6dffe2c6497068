// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/words.h"

#include <charconv>
#include <system_error>

namespace ct {

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n\f\v";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string> split(std::string_view text, char at)
{
    std::vector<std::string> parts;
    while (!text.empty()) {
        const std::size_t end = text.find(at);
        const std::string_view part = trimmed(text.substr(0, end));
        if (!part.empty())
            parts.emplace_back(part);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return parts;
}

std::string join(const std::vector<std::string> &parts, std::string_view between)
{
    std::string text;
    for (const std::string &part : parts) {
        if (!text.empty())
            text += between;
        text += part;
    }
    return text;
}

std::optional<std::uint64_t> number(std::string_view text)
{
    int base = 10;
    if (text.starts_with("0x")) {
        text.remove_prefix(2);
        base = 16;
    }
    std::uint64_t value = 0;
    const char *const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value, base);
    if (error != std::errc() || stop != end)
        return std::nullopt;
    return value;
}

std::vector<std::uint32_t> cpus_of(std::string_view list)
{
    // More than any kernel can have.
    constexpr std::uint64_t cpu_max = 65535;
    std::vector<std::uint32_t> cpus;
    for (const std::string &part : split(list, ',')) {
        const std::string_view range = part;
        const std::size_t dash = range.find('-');
        const auto first = number(range.substr(0, dash));
        const auto last =
            dash == std::string_view::npos ? first : number(range.substr(dash + 1));
        if (!first || !last || *first > *last || *last > cpu_max)
            return {};
        for (std::uint64_t cpu = *first; cpu <= *last; ++cpu)
            cpus.push_back(static_cast<std::uint32_t>(cpu));
    }
    return cpus;
}

} // namespace ct
