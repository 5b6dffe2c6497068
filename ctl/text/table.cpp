// SPDX-License-Identifier: GPL-2.0-or-later
#include "text/table.h"

#include <algorithm>

#include <fmt/format.h>

namespace ct {

std::string Table::text(const std::string &indent) const
{
    std::vector<std::size_t> widths;
    std::vector<std::string> titles;
    for (const Column &column : columns_) {
        widths.push_back(column.title.size());
        titles.push_back(column.title);
    }
    for (const auto &cells : rows_)
        for (std::size_t place = 0; place < widths.size(); ++place)
            widths[place] = std::max(widths[place], cells.at(place).size());

    std::string result;
    const auto line = [&](const std::vector<std::string> &cells) {
        std::string text = indent;
        for (std::size_t place = 0; place < widths.size(); ++place) {
            if (place > 0)
                text += "  ";
            text += columns_[place].align == Align::Left
                        ? fmt::format("{:<{}}", cells[place], widths[place])
                        : fmt::format("{:>{}}", cells[place], widths[place]);
        }
        text.erase(text.find_last_not_of(' ') + 1);
        result += text + "\n";
    };
    line(titles);
    for (const auto &cells : rows_)
        line(cells);
    return result;
}

} // namespace ct
