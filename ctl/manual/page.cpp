// SPDX-License-Identifier: GPL-2.0-or-later
#include "manual/page.h"

#include <sstream>
#include <string_view>

#include <fmt/format.h>

#include "manual/roff.h"

namespace ct {

namespace {

constexpr std::string_view version_mark = "@VERSION@";

std::string with_version(std::string line, const std::string &version)
{
    for (std::size_t place = line.find(version_mark); place != std::string::npos;
         place = line.find(version_mark, place + version.size()))
        line.replace(place, version_mark.size(), version);
    return line;
}

} // namespace

Result<std::string> fill_page(const std::string &page, const std::string &text,
                              const std::string &version, const PageParts &parts)
{
    std::string filled;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        line = with_version(std::move(line), roff_text(version));
        const bool mark = line.size() > 2 && line.starts_with('@') && line.ends_with('@');
        if (!mark) {
            filled += line + "\n";
            continue;
        }
        const auto part = parts.find(line.substr(1, line.size() - 2));
        if (part == parts.end() || part->second.empty())
            return failure(ErrorKind::Malformed, fmt::format("cannot make {}", page),
                           fmt::format("there is nothing to put in place of {}", line),
                           "use the names that ctl/manual/main.cpp has");
        filled += part->second;
    }
    return filled;
}

} // namespace ct
