// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/paragraph.h"

#include <algorithm>
#include <vector>

namespace ct {

namespace {

bool alphanumeric(std::string_view text, std::size_t place)
{
    const char character = place < text.size() ? text[place] : ' ';
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9');
}

// The place of the quote that ends the one there; none if that is an apostrophe.
std::size_t end_of_quote(std::string_view text, std::size_t place)
{
    if (place > 0 && alphanumeric(text, place - 1))
        return std::string_view::npos;
    std::size_t end = text.find('\'', place + 1);
    while (end != std::string_view::npos && alphanumeric(text, end + 1))
        end = text.find('\'', end + 1);
    return end;
}

std::vector<std::string_view> words_of(std::string_view text)
{
    std::vector<std::string_view> words;
    std::size_t begin = 0;
    for (std::size_t place = 0; place <= text.size(); ++place) {
        if (place < text.size() && text[place] == '\'') {
            const std::size_t end = end_of_quote(text, place);
            if (end != std::string_view::npos)
                place = end;
        } else if (place == text.size() || text[place] == ' ') {
            if (place > begin)
                words.push_back(text.substr(begin, place - begin));
            begin = place + 1;
        }
    }
    return words;
}

constexpr std::string_view left_out = " ...";

class Rows {
public:
    Rows(const std::string &first, const Folding &folding)
        : folding_(folding), text_(first), column_(first.size())
    {
    }

    // reserve: columns that have to be left behind the word in the last row. False: no room.
    bool add(std::string_view word, std::size_t reserve)
    {
        const std::size_t columns = folding_.columns;
        const std::size_t blank = fresh_ ? 0 : 1;
        const bool fold = columns > 0 && !fresh_ && column_ + blank + word.size() > columns;
        std::size_t row = row_ + (fold ? 1 : 0);
        std::size_t column = (fold ? folding_.indent : column_ + blank) + word.size();
        while (columns > 0 && column > columns) {
            column -= columns;
            ++row;
        }
        const std::size_t most = folding_.rows;
        if (columns > 0 && most > 0 &&
            (row > most || (row == most && column + reserve > columns)))
            return false;
        if (fold)
            text_ += "\n" + std::string(folding_.indent, ' ');
        else if (blank > 0)
            text_ += ' ';
        text_ += word;
        row_ = row;
        column_ = column;
        fresh_ = false;
        return true;
    }
    void end(bool whole)
    {
        if (!whole && fresh_)
            text_ += left_out.substr(1);
        else if (!whole && column_ + left_out.size() > folding_.columns)
            text_ += "\n" + std::string(folding_.indent, ' ') + std::string(left_out.substr(1));
        else if (!whole)
            text_ += left_out;
        text_ += '\n';
    }
    [[nodiscard]] const std::string &text() const { return text_; }

private:
    Folding folding_;
    std::string text_;
    std::size_t row_ = 1;
    std::size_t column_ = 0;
    bool fresh_ = true; // nothing behind the indentation yet
};

} // namespace

std::string paragraph(const std::string &first, std::string_view text, const Folding &folding)
{
    const std::vector<std::string_view> words = words_of(text);
    Rows rows(first, folding);
    bool whole = true;
    for (std::size_t place = 0; place < words.size() && whole; ++place)
        whole = rows.add(words[place], place + 1 < words.size() ? left_out.size() : 0);
    rows.end(whole);
    return rows.text();
}

} // namespace ct
