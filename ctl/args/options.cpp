// SPDX-License-Identifier: GPL-2.0-or-later
#include "args/options.h"

#include <algorithm>

#include <CLI/CLI.hpp>

namespace ct {

void Options::flag(const std::string &option, bool &target, const std::string &help)
{
    app_.add_flag(option, target, help);
}

void Options::value(const std::string &option, std::string &target, const std::string &type,
                    const std::string &help)
{
    app_.add_option(option, target, help)->type_name(type);
}

void Options::value(const std::string &option, std::optional<std::string> &target,
                    const std::string &type, const std::string &help)
{
    app_.add_option(option, target, help)->type_name(type);
}

void Options::rest(const std::string &name, std::vector<std::string> &target,
                   const std::string &help)
{
    app_.add_option(name, target, help)->type_name("");
}

std::vector<std::string> command_words(int argc, const char *const *argv,
                                       std::span<const std::string_view> lists)
{
    std::vector<std::string> words;
    for (int place = 1; place < argc; ++place) {
        const std::string_view word = argv[place];
        const bool excludes = word.starts_with("-") && !word.starts_with("--") && word != "-h";
        if (excludes && !words.empty() &&
            std::find(lists.begin(), lists.end(), words.back()) != lists.end())
            words.back() += "=" + std::string(word);
        else
            words.emplace_back(word);
    }
    return words;
}

} // namespace ct
