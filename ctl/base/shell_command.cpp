// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/shell_command.h"

#include <algorithm>

#include <fmt/format.h>

namespace ct {

namespace {

bool alphanumeric(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9');
}

bool plain_character(char character)
{
    return alphanumeric(character) ||
           std::string_view("_-.,:/=+%").find(character) != std::string_view::npos;
}

} // namespace

ShellCommand &ShellCommand::add(std::string_view words)
{
    if (!words.empty())
        words_ += fmt::format(" {}", words);
    return *this;
}

ShellCommand &ShellCommand::add(std::string_view option, std::string_view value)
{
    const bool plain = std::all_of(value.begin(), value.end(), plain_character);
    return add(plain ? fmt::format("{} {}", option, value)
                     : fmt::format("{} \"{}\"", option, value));
}

std::string ShellCommand::text() const
{
    return fmt::format("'{}'", words_);
}

bool harmless(std::string_view name)
{
    return !name.empty() && name.front() != '-' &&
           std::all_of(name.begin(), name.end(), [](char character) {
               return alphanumeric(character) ||
                      std::string_view("_-.,()").find(character) != std::string_view::npos;
           });
}

ShellCommand write_line(std::string_view line, std::string_view file)
{
    return ShellCommand(fmt::format("echo \"{}\" > {}", line, file));
}

} // namespace ct
