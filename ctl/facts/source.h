// SPDX-License-Identifier: GPL-2.0-or-later
// What the machine says of itself, in files. Tests name another root, under
// which they put files of their own.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace ct {

class Source {
public:
    // root: empty for the real one; paths begin with a slash.
    explicit Source(std::string root = {}) : root_(std::move(root)) {}

    // The whole file, up to a bound; of a stream what has come by now.
    [[nodiscard]] Result<std::string> read(const std::string &path) const;
    // The same, or an empty text when it cannot be read.
    [[nodiscard]] std::string text(const std::string &path) const;
    // The first line without blanks at its ends; nothing when it cannot be read.
    [[nodiscard]] std::optional<std::string> line(const std::string &path) const;
    [[nodiscard]] bool exists(const std::string &path) const;
    // What is in a folder, sorted; empty when it cannot be read.
    [[nodiscard]] std::vector<std::string> list(const std::string &path) const;
    // What a symbolic link points to, as it is written.
    [[nodiscard]] std::optional<std::string> link(const std::string &path) const;

private:
    std::string root_;
};

} // namespace ct
