// SPDX-License-Identifier: GPL-2.0-or-later
// One CPU as sched_setaffinity(2) wants it, however many there are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "registers/window.h"

namespace ct {

class CpuMask {
public:
    explicit CpuMask(std::uint32_t cpu) : words_(cpu / bits + 1, 0)
    {
        words_.back() = 1UL << (cpu % bits);
    }
    // 0 or a negative errno. thread: 0 is the calling one.
    [[nodiscard]] long apply(int thread) const;
    // The same as the action of a window, for the calling thread.
    void prepare(Action &action) const;

private:
    static constexpr std::size_t bits = 8 * sizeof(unsigned long);
    std::vector<unsigned long> words_;
};

} // namespace ct
