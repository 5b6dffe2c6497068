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
constexpr std::string_view define_macro = "#define ";
constexpr std::string_view stringify_macro = "__stringify(";

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

    // Strings behind each other are one, as in C, and __stringify() is one. Nothing: there is
    // none, or something else follows.
    std::optional<std::string> strings(const Constants &constants)
    {
        std::string text;
        for (skip(); !rest_.empty() && front() != ')'; skip()) {
            if (front() == '"')
                text += literal();
            else if (const auto value = constant(constants))
                text += *value;
            else
                return std::nullopt;
        }
        return text.empty() || rest_.empty() ? std::nullopt : std::optional(text);
    }

private:
    std::string literal()
    {
        std::string text;
        take();
        while (!rest_.empty() && front() != '"') {
            if (front() == '\\')
                take();
            if (!rest_.empty())
                text += take();
        }
        if (!rest_.empty())
            take();
        return text;
    }
    // The value of __stringify(NAME).
    std::optional<std::string> constant(const Constants &constants)
    {
        if (!rest_.starts_with(stringify_macro))
            return std::nullopt;
        rest_.remove_prefix(stringify_macro.size());
        const auto found = constants.find(word());
        if (found == constants.end() || rest_.empty() || take() != ')')
            return std::nullopt;
        return found->second;
    }
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

void read_constants(std::string_view source, Constants &constants)
{
    for (MacroArguments arguments : macro_calls(source, define_macro)) {
        const std::string name = arguments.word();
        const std::string value = arguments.word();
        if (!value.empty() && std::isdigit(static_cast<unsigned char>(value.front())) != 0)
            constants[name] = value;
    }
}

Result<std::vector<Parameter>> read_parameters(std::string_view source,
                                               const Constants &constants)
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
        const auto text = arguments.strings(constants);
        if (!text)
            return unreadable_parameter(
                name, "its text has more than strings and __stringify() of known numbers");
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
