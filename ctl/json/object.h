// SPDX-License-Identifier: GPL-2.0-or-later
// Reports as JSON objects, after json/schema.json.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "report/report.h"

namespace ct {

// Keeps the order in which members are put in.
using Object = nlohmann::ordered_json;

template <typename Value> Object or_null(const std::optional<Value> &value)
{
    return value ? Object(*value) : Object(nullptr);
}

inline Object or_null(const std::string &text)
{
    return text.empty() ? Object(nullptr) : Object(text);
}

template <typename Word> Object words(const std::vector<Word> &values)
{
    Object list = Object::array();
    for (const Word value : values)
        list.push_back(name(value));
    return list;
}

template <typename Word> Object words(const std::optional<std::vector<Word>> &values)
{
    return values ? words(*values) : Object(nullptr);
}

[[nodiscard]] Object processor_object(const Processor &processor);
[[nodiscard]] Object config_object(const Config &config);
void put_run(Object &object, const Status &status);
// cells: each one of them too.
void put_report(Object &object, const Report &report, bool cells);

} // namespace ct
