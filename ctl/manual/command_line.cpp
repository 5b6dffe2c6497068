// SPDX-License-Identifier: GPL-2.0-or-later
#include "manual/command_line.h"

#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "manual/roff.h"

namespace ct {

namespace {

// "-h, --help" and what stands for the value.
std::string option_heading(const CLI::Option &option)
{
    if (option.get_positional())
        return roff_italic(option.get_name(true)) +
               (option.get_items_expected_max() > 1 ? " ..." : "");
    std::string text;
    const auto add = [&text](const std::string &name) {
        text += (text.empty() ? "" : ", ") + roff_bold(name);
    };
    for (const std::string &name : option.get_snames())
        add("-" + name);
    for (const std::string &name : option.get_lnames())
        add("--" + name);
    if (option.get_items_expected() > 0)
        text += " " + roff_italic(option.get_type_name());
    return text;
}

} // namespace

std::string options_part(const CLI::App &app)
{
    std::string text;
    for (const CLI::Option *const option : app.get_options())
        text += roff_entry(option_heading(*option), option->get_description());
    return text;
}

std::string commands_part(const CLI::App &app)
{
    std::string text;
    const std::function<bool(const CLI::App *)> every;
    for (const CLI::App *const command : app.get_subcommands(every)) {
        text += fmt::format(".SS {}\n{}\n", roff_text(command->get_name()),
                            roff_sentence(command->get_description()));
        // It is the same everywhere.
        for (const CLI::Option *const option : command->get_options())
            if (option != command->get_help_ptr())
                text += roff_entry(option_heading(*option), option->get_description());
    }
    return text;
}

std::string exit_status_part(std::span<const ExitMeaning> meanings)
{
    std::string text;
    for (const ExitMeaning &entry : meanings)
        text += roff_entry(roff_bold(std::to_string(static_cast<int>(entry.status))),
                           entry.meaning);
    return text;
}

} // namespace ct
