// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/counters.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <fcntl.h>
#include <optional>
#include <unistd.h>

#include "base/descriptor.h"

namespace ct {

namespace {

std::vector<std::string_view> parts_of(std::string_view text, std::string_view separators)
{
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t start = text.find_first_not_of(separators);
        if (start == std::string_view::npos)
            return parts;
        text.remove_prefix(start);
        const std::size_t size = std::min(text.find_first_of(separators), text.size());
        parts.push_back(text.substr(0, size));
        text.remove_prefix(size);
    }
}

// Some are signed, such as the most connections (-1): these are no counters.
std::optional<std::uint64_t> counter_of(std::string_view word)
{
    std::uint64_t value = 0;
    const auto [end, wrong] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (wrong != std::errc{} || end != word.data() + word.size())
        return std::nullopt;
    return value;
}

// Nothing: it is not there.
Result<std::optional<std::string>> whole_file(const char *path)
{
    const Descriptor file(open(path, O_RDONLY | O_CLOEXEC));
    if (!file.open() && errno == ENOENT)
        return std::optional<std::string>();
    std::string text;
    std::array<char, 4096> part{};
    for (;;) {
        const ssize_t size = file.open() ? read(file.number(), part.data(), part.size()) : -1;
        if (size < 0)
            return failure(ErrorKind::System, std::string("cannot read ") + path,
                           errno_text(errno), errno_hint(errno));
        if (size == 0)
            return std::optional<std::string>(std::move(text));
        text.append(part.data(), static_cast<std::size_t>(size));
    }
}

} // namespace

NetCounters parse_snmp(std::string_view text)
{
    NetCounters counters;
    const auto lines = parts_of(text, "\n");
    for (std::size_t line = 0; line + 1 < lines.size(); ++line) {
        const auto names = parts_of(lines[line], " ");
        const auto values = parts_of(lines[line + 1], " ");
        if (names.size() != values.size() || names.empty() || names[0] != values[0] ||
            names[0].back() != ':')
            continue;
        const std::string_view protocol = names[0].substr(0, names[0].size() - 1);
        for (std::size_t place = 1; place < names.size(); ++place)
            if (const auto value = counter_of(values[place]))
                counters.emplace_back(std::string(protocol) + std::string(names[place]),
                                      *value);
        ++line;
    }
    return counters;
}

NetCounters parse_counter_lines(std::string_view text)
{
    NetCounters counters;
    for (const std::string_view line : parts_of(text, "\n")) {
        const auto words = parts_of(line, " \t");
        if (words.size() != 2)
            continue;
        if (const auto value = counter_of(words[1]))
            counters.emplace_back(std::string(words[0]), *value);
    }
    return counters;
}

Result<NetCounters> read_counters()
{
    using Parser = NetCounters (*)(std::string_view);
    constexpr std::array<std::pair<const char *, Parser>, 3> files{
        {{"/proc/thread-self/net/snmp", parse_snmp},
         {"/proc/thread-self/net/snmp6", parse_counter_lines},
         {"/proc/thread-self/net/xfrm_stat", parse_counter_lines}}};
    NetCounters counters;
    for (const auto &[path, parse] : files) {
        const auto text = whole_file(path);
        if (!text)
            return Failure(text.error());
        if (!*text)
            continue;
        for (auto &counter : parse(**text))
            counters.push_back(std::move(counter));
    }
    return counters;
}

} // namespace ct
