// SPDX-License-Identifier: GPL-2.0-or-later
// What is wrong with something that was read: the first thing only, for the
// others mostly follow from it.
#pragma once

#include <optional>
#include <string>

namespace ct {

class Complaint {
public:
    // where: "verdict.coverage.cells[3].gap"
    void say(const std::string &where, const std::string &why)
    {
        if (!text_)
            text_ = where.empty() ? why : where + " " + why;
    }
    [[nodiscard]] const std::optional<std::string> &text() const { return text_; }

private:
    std::optional<std::string> text_;
};

} // namespace ct
