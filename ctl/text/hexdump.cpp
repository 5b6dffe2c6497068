// SPDX-License-Identifier: GPL-2.0-or-later
#include "text/hexdump.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/quantity.h"

namespace ct {

namespace {

struct Row {
    std::string label;
    std::uint64_t offset = 0; // in the destination buffer
    std::size_t start = 0;    // in the window
    std::size_t size = 0;
    bool wrong = false;
};

// Rows never straddle the borders of header, text and ICV, and those of the
// text are its blocks.
std::vector<Row> split(const Mismatch &record)
{
    const std::uint64_t text = record.text_offset;
    const std::uint64_t behind = text + record.text_len;
    const std::uint64_t end = std::uint64_t{record.window} + record.expected.size();
    std::vector<Row> rows;
    for (std::uint64_t offset = record.window; offset < end;) {
        Row row;
        row.offset = offset;
        std::uint64_t next = 0;
        if (record.changed) {
            row.label = record.changed->name;
            next = offset + block_size;
        } else if (offset < text) {
            row.label = "header";
            next = std::min(text, (offset / block_size + 1) * block_size);
        } else if (offset < behind) {
            const std::uint64_t block = (offset - text) / block_size;
            row.label = fmt::format("block {}", block);
            next = std::min(behind, text + (block + 1) * block_size);
        } else {
            row.label = "ICV";
            next = behind + ((offset - behind) / block_size + 1) * block_size;
        }
        next = std::min(next, end);
        row.start = offset - record.window;
        row.size = next - offset;
        row.wrong = !std::equal(
            record.expected.begin() + static_cast<std::ptrdiff_t>(row.start),
            record.expected.begin() + static_cast<std::ptrdiff_t>(row.start + row.size),
            record.actual.begin() + static_cast<std::ptrdiff_t>(row.start));
        rows.push_back(row);
        offset = next;
    }
    return rows;
}

void print(std::string &text, const Mismatch &record, const Row &row,
           const HexdumpOptions &options, const std::string &indent)
{
    constexpr const char *reverse = "\033[7m";
    constexpr const char *normal = "\033[0m";
    const std::string title = fmt::format("{:<10} {:>5}  ", printable(row.label), row.offset);
    std::string expected;
    std::string actual;
    std::string marks;
    for (std::size_t place = row.start; place < row.start + row.size; ++place) {
        const bool wrong = record.expected[place] != record.actual[place];
        const bool colour = wrong && options.colour;
        expected += fmt::format("{:02x} ", record.expected[place]);
        actual += fmt::format("{}{:02x}{} ", colour ? reverse : "", record.actual[place],
                              colour ? normal : "");
        marks += wrong ? "^^ " : "   ";
    }
    const auto line = [&](const std::string &first, const char *second, std::string bytes) {
        bytes.erase(bytes.find_last_not_of(' ') + 1);
        text += fmt::format("{}{}{:<9} {}\n", indent, first, second, bytes);
    };
    const std::string blank(title.size(), ' ');
    if (!row.wrong) {
        line(title, "unchanged", expected);
        return;
    }
    line(title, "expected", expected);
    line(blank, "actual", actual);
    line(blank, "", marks);
}

} // namespace

std::string hexdump(const Mismatch &record, const HexdumpOptions &options,
                    const std::string &indent)
{
    if (record.expected.empty() || record.expected.size() != record.actual.size())
        return {};
    const std::vector<Row> rows = split(record);
    const auto first =
        std::find_if(rows.begin(), rows.end(), [](const Row &row) { return row.wrong; });
    if (first == rows.end())
        return {};

    // From a little before the first wrong row, as far as allowed.
    const auto begin = static_cast<std::size_t>(first - rows.begin());
    std::vector<bool> shown(rows.size(), false);
    std::size_t wrong = 0;
    std::size_t hidden = 0;
    for (std::size_t place = begin; place < rows.size(); ++place) {
        if (!rows[place].wrong)
            continue;
        if (wrong == options.rows_max) {
            ++hidden;
            continue;
        }
        ++wrong;
        const std::size_t from = place - std::min(place, options.around);
        const std::size_t to = std::min(rows.size() - 1, place + options.around);
        for (std::size_t near = from; near <= to; ++near)
            shown[near] = true;
    }

    std::string text;
    for (std::size_t place = 0; place < rows.size(); ++place) {
        if (!shown[place])
            continue;
        if (place > 0 && !shown[place - 1] && !text.empty())
            text += indent + "...\n";
        // A row beyond the limit that is next to a shown one is not shown as right.
        if (rows[place].wrong && wrong == 0)
            continue;
        if (rows[place].wrong)
            --wrong;
        print(text, record, rows[place], options, indent);
    }
    if (hidden > 0 && options.others)
        text += fmt::format("{}... and {} more wrong {}\n", indent, hidden,
                            hidden == 1 ? "row" : "rows");
    return text;
}

} // namespace ct
