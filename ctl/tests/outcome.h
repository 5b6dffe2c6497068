// SPDX-License-Identifier: GPL-2.0-or-later
// Looking into what a command wrote.
#pragma once

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace ct::test {

using nlohmann::json;

inline std::vector<json> lines(const std::string &text)
{
    std::vector<json> result;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        result.push_back(json::parse(line));
    return result;
}

inline std::size_t count_type(const std::vector<json> &all, const std::string &type)
{
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [&](const json &line) { return line["type"] == type; }));
}

// The last line of that type; null if there is none.
inline json last_of(const std::vector<json> &all, const std::string &type)
{
    const auto found = std::find_if(all.rbegin(), all.rend(),
                                    [&](const json &line) { return line["type"] == type; });
    return found == all.rend() ? json() : *found;
}

inline bool contains(const std::string &text, const std::string &part)
{
    return text.find(part) != std::string::npos;
}

inline std::size_t times(const std::vector<std::string> &log, const std::string &request)
{
    return static_cast<std::size_t>(std::count(log.begin(), log.end(), request));
}

} // namespace ct::test
