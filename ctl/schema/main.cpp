// SPDX-License-Identifier: GPL-2.0-or-later
// Writes what the lists of record/counters.h and record/fields.h say into the schema of the
// JSON lines, in place of the definitions of these names there.
//   schema_fields SCHEMA.json          as `make schema` does
//   schema_fields --check SCHEMA.json  is it what they say?
#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "record/counters.h"
#include "record/fields.h"

namespace ct {

namespace {

struct Definition {
    std::string name;
    std::string text; // of the object, from its brace on, as it stands in the file
};

class Writer {
public:
    explicit Writer(const char *description) : description_(description) {}

    void add(const char *name, std::string_view type, const char *text, bool needed = true)
    {
        const std::string described =
            *text == '\0' ? std::string()
                          : fmt::format(", \"description\": {}", nlohmann::json(text).dump());
        members_ += fmt::format("{}        \"{}\": {{{}{}}}", members_.empty() ? "" : ",\n",
                                name, type, described);
        if (needed)
            require(name);
    }

    [[nodiscard]] Definition definition(const char *name) const
    {
        return {name,
                fmt::format("{{\n      \"description\": \"{}\",\n      \"properties\": {{\n"
                            "{}\n      }},\n      \"required\": [\n{}\n      ]\n    }}",
                            description_, members_, required_)};
    }

private:
    void require(const char *name)
    {
        constexpr std::size_t widest = 98;
        const std::string quoted = fmt::format("\"{}\"", name);
        if (required_.empty()) {
            required_ = "        " + quoted;
        } else {
            const std::size_t column = required_.size() - (required_.rfind('\n') + 1);
            required_ += column + quoted.size() + 2 > widest ? ",\n        " : ", ";
            required_ += quoted;
        }
    }

    const char *description_;
    std::string members_;
    std::string required_;
};

template <typename List> Definition counters_of(const char *name, const List &list)
{
    Writer writer("Counters, as ctl/record/counters.h has them: see make schema");
    for (const auto &entry : list)
        writer.add(entry.name, R"("$ref": "#/$defs/count")", entry.text,
                   entry.presence == Presence::Needed);
    return writer.definition(name);
}

// All of them are null where a register changed.
template <typename Value>
constexpr std::string_view type_of(const PacketField<Value> & /*field*/)
{
    if constexpr (std::is_same_v<Value, bool>)
        return R"("$ref": "#/$defs/maybe_bool")";
    else if constexpr (std::is_same_v<Value, std::int32_t>)
        return R"("type": ["integer", "null"])";
    else
        return R"("$ref": "#/$defs/maybe_count")";
}

Definition packet_fields()
{
    Writer writer("Of a packet and its course, as ctl/record/fields.h has it: see make schema");
    each_packet_field(
        [&](const auto &field) { writer.add(field.name, type_of(field), field.text); });
    return writer.definition("packet_fields");
}

std::vector<Definition> definitions()
{
    return {counters_of("run_counters", run_counters),
            counters_of("verdict_counters", verdict_counters),
            counters_of("cell_counters", cell_counters), packet_fields()};
}

// The schema with the definitions in it; nothing where one has no place there.
std::optional<std::string> filled(std::string schema)
{
    constexpr std::string_view end = "\n    }";
    for (const Definition &definition : definitions()) {
        const std::string begin = fmt::format("\n    \"{}\": ", definition.name);
        const std::size_t place = schema.find(begin);
        const std::size_t behind = schema.find(end, place);
        if (place == std::string::npos || behind == std::string::npos) {
            fmt::print(stderr, "schema_fields: the schema has no definition \"{}\"\n",
                       definition.name);
            return std::nullopt;
        }
        const std::size_t object = place + begin.size();
        schema.replace(object, behind + end.size() - object, definition.text);
    }
    return schema;
}

int run(const std::string &path, bool check)
{
    std::ifstream file(path, std::ios::binary);
    const std::string old{std::istreambuf_iterator<char>(file),
                          std::istreambuf_iterator<char>()};
    const auto schema = filled(old);
    if (!schema)
        return 1;
    if (*schema == old)
        return 0;
    if (check) {
        fmt::print(stderr,
                   "schema_fields: {} is not what the lists of ctl/record say: run "
                   "'make schema'\n",
                   path);
        return 1;
    }
    std::ofstream out(path, std::ios::binary);
    out << *schema << std::flush;
    if (!out)
        fmt::print(stderr, "schema_fields: cannot write {}\n", path);
    return out ? 0 : 1;
}

} // namespace

} // namespace ct

int main(int count, char **arguments)
{
    const std::vector<std::string> words(arguments + 1, arguments + count);
    const bool check = words.size() == 2 && words.front() == "--check";
    if (words.size() != (check ? 2U : 1U)) {
        fmt::print(stderr, "usage: schema_fields [--check] SCHEMA.json\n");
        return 2;
    }
    return ct::run(words.back(), check);
}
