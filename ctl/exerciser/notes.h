// SPDX-License-Identifier: GPL-2.0-or-later
// What threads have to say, until the program can say it.
#pragma once

#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "report/finding.h"

namespace ct {

class Notes {
public:
    // Once each, as the same can come thousands of times.
    void add(const std::string &text);
    void add(const Error &error) { add(error.sentence()); }
    // The first few; the others are counted.
    void add(const RegisterFinding &finding);
    // All since the last time.
    [[nodiscard]] std::vector<std::string> take();
    // Findings that take() did not return.
    [[nodiscard]] std::uint64_t untold() const;

private:
    static constexpr std::size_t texts_max = 256;
    static constexpr std::uint64_t findings_max = 16;

    mutable std::mutex mutex_;
    std::set<std::string> said_;
    std::vector<std::string> waiting_;
    std::uint64_t findings_ = 0;
};

} // namespace ct
