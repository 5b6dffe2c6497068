// SPDX-License-Identifier: GPL-2.0-or-later
// A new file that only its owner can read, written in large pieces. The first error is kept and
// told by close(): nothing is written after it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.h"
#include "base/error.h"

namespace ct {

class Sink {
public:
    // Mode 0600; a file that is there already is refused.
    [[nodiscard]] static Result<Sink> create(const std::string &path);
    // One that is open already; path: for errors.
    Sink(Descriptor file, std::string path);

    void add(std::span<const std::uint8_t> bytes);
    void add(std::string_view text);
    // Without waiting for the disk.
    void flush();
    // Onto the disk.
    [[nodiscard]] Result<void> close();

private:
    Descriptor file_;
    std::string path_;
    std::vector<std::uint8_t> waiting_;
    int error_ = 0;
};

} // namespace ct
