// SPDX-License-Identifier: GPL-2.0-or-later
#include "manual/roff.h"

#include <cctype>

#include <fmt/format.h>

namespace ct {

std::string roff_text(std::string_view text)
{
    std::string result;
    // At the beginning of a line these two are requests.
    if (text.starts_with('.') || text.starts_with('\''))
        result += "\\&";
    for (const char letter : text)
        switch (letter) {
        case '\\':
            result += "\\e";
            break;
        case '-': // otherwise a hyphen, which cannot be pasted into a command line
            result += "\\-";
            break;
        case '\'':
            result += "\\(aq";
            break;
        case '`':
            result += "\\(ga";
            break;
        case '^':
            result += "\\(ha";
            break;
        case '~':
            result += "\\(ti";
            break;
        case '"':
            result += "\\(dq";
            break;
        default:
            result += letter;
        }
    return result;
}

std::string roff_bold(std::string_view text)
{
    return fmt::format("\\fB{}\\fR", roff_text(text));
}

std::string roff_italic(std::string_view text)
{
    return fmt::format("\\fI{}\\fR", roff_text(text));
}

std::string roff_entry(std::string_view first, std::string_view text)
{
    return fmt::format(".TP\n{}\n{}\n", first, roff_text(text));
}

std::string roff_sentence(std::string_view text)
{
    std::string sentence(text);
    if (sentence.empty())
        return sentence;
    sentence.front() =
        static_cast<char>(std::toupper(static_cast<unsigned char>(sentence.front())));
    if (sentence.back() != '.')
        sentence += '.';
    return roff_text(sentence);
}

} // namespace ct
