// SPDX-License-Identifier: GPL-2.0-or-later
// The exercisers of a run, and records of the registers that they lose. The images are those of
// real windows, so that names and owners are as the program finds them.
#pragma once

#include <cstring>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "mechanisms/fpu_run.h"
#include "registers/compare.h"
#include "registers/pattern.h"

namespace ct::test {

enum class ThreadCpu { Sse, Avx, Avx512 };

using ThreadImage = std::vector<std::byte>;

// A thread's registers in a window, and what became of them.
struct ThreadWindow {
    const RegisterSets &sets;
    Author author;
    ThreadImage image;

    [[nodiscard]] std::byte *low(std::size_t number)
    {
        return image.data() + place::xmm + number * lane_size;
    }
    [[nodiscard]] std::byte *high(std::size_t number)
    {
        return image.data() + sets.ymm + number * lane_size;
    }
    [[nodiscard]] ThreadImage filled(const Author &other) const
    {
        ThreadImage full(sets.size);
        fill(full, sets, other);
        return full;
    }
    void take(const ThreadImage &from, std::size_t offset, std::size_t size)
    {
        std::memcpy(image.data() + offset, from.data() + offset, size);
    }
    void clear(std::size_t offset, std::size_t size)
    {
        std::memset(image.data() + offset, 0, size);
    }
};

void thread_put(std::byte *to, const Block &value);

using ThreadChange = std::function<void(ThreadWindow &)>;

[[nodiscard]] ThreadEvent thread_one_of(Random &random,
                                        std::initializer_list<ThreadEvent> events);
// By the time that exercisers spend in each.
[[nodiscard]] ThreadEvent thread_any(Random &random);

// Two exercisers are on each CPU.
class ThreadRun {
public:
    ThreadRun(Random &random, std::initializer_list<ThreadCpu> kinds);

    [[nodiscard]] std::uint32_t some_thread();
    // Another thread, and when it had filled its registers.
    [[nodiscard]] Author some_other(const Author &author);
    // The other one of its CPU.
    [[nodiscard]] std::uint32_t neighbour(std::uint32_t thread) const;

    void lose(ThreadEvent event, const ThreadChange &change, std::string_view where = {},
              std::optional<std::uint32_t> thread = std::nullopt);
    // The thread goes on in a new program: with the initial state, if all is well.
    void lose_in_exec(const ThreadChange &change);

    [[nodiscard]] Evidence evidence() { return run_.evidence(); }

private:
    void report(const ThreadWindow &window, const ThreadImage &right, ThreadEvent event,
                std::string_view where);

    Random &random_;
    FpuRun run_;
    RegisterSets sets_;
    std::uint64_t epoch_;
};

// What AES leaves in the first registers: states and keys.
[[nodiscard]] ThreadChange thread_worked(Random &random, std::size_t registers);
// All of its own of some epochs before.
[[nodiscard]] ThreadChange thread_older(std::uint64_t age);
[[nodiscard]] ThreadChange thread_cleared(std::size_t RegisterSets::*area, std::size_t size);

} // namespace ct::test
