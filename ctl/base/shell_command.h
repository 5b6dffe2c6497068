// SPDX-License-Identifier: GPL-2.0-or-later
// A command of the advice. It stands in single quotes in the text, and what is between them
// can be pasted into a shell as it is: so the words themselves have none.
#pragma once

#include <string>
#include <string_view>

namespace ct {

class ShellCommand {
public:
    // words: as a shell takes them, without a single quote.
    explicit ShellCommand(std::string_view words) : words_(words) {}

    // More words; none if empty.
    ShellCommand &add(std::string_view words);
    // An option and its value, in double quotes if a shell would change that.
    ShellCommand &add(std::string_view option, std::string_view value);

    [[nodiscard]] std::string text() const; // with the single quotes

private:
    std::string words_;
};

// Nothing in the name means anything to a shell within double quotes. Names come from saved
// runs, of which anybody may be the author.
[[nodiscard]] bool harmless(std::string_view name);

// A new line of a file of its own.
[[nodiscard]] ShellCommand write_line(std::string_view line, std::string_view file);

} // namespace ct
