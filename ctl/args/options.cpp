// SPDX-License-Identifier: GPL-2.0-or-later
#include "args/options.h"

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

} // namespace ct
