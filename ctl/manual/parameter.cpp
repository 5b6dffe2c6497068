// SPDX-License-Identifier: GPL-2.0-or-later
#include "manual/parameter.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include <fmt/format.h>

#include "manual/roff.h"

namespace ct {

namespace {

constexpr std::string_view parameter_macro = "module_param(";
constexpr std::string_view text_macro = "MODULE_PARM_DESC(";

Failure unreadable_parameter(const std::string &name, std::string why)
{
    return failure(ErrorKind::Malformed,
                   fmt::format("cannot describe the module parameter {}", name), std::move(why),
                   "write it as module_param(NAME, TYPE, 0444); MODULE_PARM_DESC(NAME, "
                   "\"...\");");
}

// The arguments of a macro, one after the other.
class MacroArguments {
public:
    explicit MacroArguments(std::string_view rest) : rest_(rest) {}

    std::string word()
    {
        skip();
        std::string text;
        while (!rest_.empty() && (std::isalnum(front()) != 0 || front() == '_'))
            text += take();
        skip();
        if (!rest_.empty() && front() == ',')
            take();
        return text;
    }

    // Strings behind each other are one, as in C. Nothing: there is none, or something else
    // follows.
    std::optional<std::string> strings()
    {
        std::string text;
        for (skip(); !rest_.empty() && front() == '"'; skip()) {
            take();
            while (!rest_.empty() && front() != '"') {
                if (front() == '\\')
                    take();
                if (!rest_.empty())
                    text += take();
            }
            if (!rest_.empty())
                take();
        }
        const bool ends = !rest_.empty() && front() == ')';
        return text.empty() || !ends ? std::nullopt : std::optional(text);
    }

private:
    [[nodiscard]] unsigned char front() const
    {
        return static_cast<unsigned char>(rest_.front());
    }
    char take()
    {
        const char letter = rest_.front();
        rest_.remove_prefix(1);
        return letter;
    }
    void skip()
    {
        while (!rest_.empty() && std::isspace(front()) != 0)
            take();
    }

    std::string_view rest_;
};

// Calls of that macro; where each begins behind the parenthesis.
std::vector<MacroArguments> macro_calls(std::string_view source, std::string_view macro)
{
    std::vector<MacroArguments> found;
    for (std::size_t place = source.find(macro); place != std::string_view::npos;
         place = source.find(macro, place + 1))
        found.emplace_back(source.substr(place + macro.size()));
    return found;
}

std::string_view parameter_type(std::string_view type)
{
    struct Name {
        std::string_view type;
        std::string_view text;
    };
    constexpr std::array<Name, 5> names{{{"bool", "Y or N"},
                                         {"charp", "text"},
                                         {"uint", "number"},
                                         {"ulong", "number"},
                                         {"ullong", "number"}}};
    const auto *const known = std::find_if(names.begin(), names.end(),
                                           [&](const Name &name) { return name.type == type; });
    return known == names.end() ? type : known->text;
}

} // namespace

Result<std::vector<Parameter>> read_parameters(std::string_view source)
{
    std::vector<Parameter> parameters;
    for (MacroArguments arguments : macro_calls(source, parameter_macro)) {
        Parameter parameter;
        parameter.name = arguments.word();
        parameter.type = arguments.word();
        parameters.push_back(std::move(parameter));
    }
    for (MacroArguments arguments : macro_calls(source, text_macro)) {
        const std::string name = arguments.word();
        const auto found =
            std::find_if(parameters.begin(), parameters.end(),
                         [&](const Parameter &parameter) { return parameter.name == name; });
        if (found == parameters.end())
            return unreadable_parameter(name, "it has a text, and no declaration");
        const auto text = arguments.strings();
        if (!text)
            return unreadable_parameter(name, "its text is not plain strings");
        found->text = *text;
    }
    for (const Parameter &parameter : parameters)
        if (parameter.text.empty())
            return unreadable_parameter(parameter.name, "it has no text");
    return parameters;
}

std::string parameters_part(const std::vector<Parameter> &parameters)
{
    std::string text;
    for (const Parameter &parameter : parameters)
        text += roff_entry(fmt::format("{} ({})", roff_bold(parameter.name),
                                       roff_text(parameter_type(parameter.type))),
                           parameter.text);
    return text;
}

} // namespace ct
