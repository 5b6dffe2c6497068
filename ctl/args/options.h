// SPDX-License-Identifier: GPL-2.0-or-later
// The options of one subcommand. Values are taken as they are written;
// args/option.h makes sense of them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace ct {

// The targets must live until the command line is read.
class Options {
public:
    explicit Options(CLI::App &app) : app_(app) {}

    void flag(const std::string &option, bool &target, const std::string &help);
    // type: what stands for the value in the help.
    void value(const std::string &option, std::string &target, const std::string &type,
               const std::string &help);
    void value(const std::string &option, std::optional<std::string> &target,
               const std::string &type, const std::string &help);
    // What is not an option.
    void rest(const std::string &name, std::vector<std::string> &target,
              const std::string &help);

private:
    CLI::App &app_;
};

// The words behind the program's name. A list may begin with a "-", as in
// "--disturb -hotplug": such a word is made part of the option. lists: the options that
// take one.
[[nodiscard]] std::vector<std::string> command_words(int argc, const char *const *argv,
                                                     std::span<const std::string_view> lists);

} // namespace ct
