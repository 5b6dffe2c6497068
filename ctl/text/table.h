// SPDX-License-Identifier: GPL-2.0-or-later
// Text in columns.
#pragma once

#include <string>
#include <vector>

namespace ct {

class Table {
public:
    enum class Align { Left, Right };
    struct Column {
        std::string title;
        Align align = Align::Left;
    };

    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

    // As many cells as there are columns.
    void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
    [[nodiscard]] bool empty() const { return rows_.empty(); }
    // Each line begins with the indent; none ends with blanks.
    [[nodiscard]] std::string text(const std::string &indent = "") const;

private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

inline constexpr Table::Align right = Table::Align::Right;

} // namespace ct
