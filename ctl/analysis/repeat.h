// SPDX-License-Identifier: GPL-2.0-or-later
// What running the same packet again at once shows, right or wrong:
// whether the fault depends on the packet, the CPU, the driver, the transform with its key, or
// only on the moment.
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <vector>

#include "record/mismatch.h"

namespace ct {

enum class Repeat {
    Unknown,       // not run again, or hardly
    Never,         // right every time
    Sometimes,     // and with nothing in particular
    MostlyHere,    // sometimes, and only on this CPU, by more than chance
    ThisTransform, // until the same driver got a fresh key schedule
    ThisDriver,    // every time, on every CPU tried, and right with other drivers
    ThisCpu,       // every time, and always right on others, such as those of other cores
    Here,          // every time; there was no other CPU to compare with
    Everywhere,    // every time, with other drivers as well
    Expectation,   // the reference does not give the same again
};

[[nodiscard]] Repeat repeat_of(const Mismatch &record);

// Whether what is wrong at times needs softirqs: all trials without them were right, by
// more than chance, or some were wrong.
enum class SoftirqsNeeded { Unknown, Yes, No };

[[nodiscard]] SoftirqsNeeded softirqs_needed(const Mismatch &record);

// A sentence for the record; empty where nothing is known.
[[nodiscard]] std::string repeat_text(const Mismatch &record);

// Of the records that were run again: how often each answer was given.
class Answers {
public:
    explicit Answers(const std::vector<const Mismatch *> &records);
    [[nodiscard]] bool known() const { return known_ > 0; }
    // As if with other data each time.
    [[nodiscard]] bool right() const { return mostly({Repeat::Never}); }
    [[nodiscard]] bool moments() const
    {
        return mostly({Repeat::Never, Repeat::Sometimes, Repeat::MostlyHere});
    }
    // Nine of ten.
    [[nodiscard]] bool mostly(std::initializer_list<Repeat> answers) const;

private:
    static constexpr std::size_t kinds = static_cast<std::size_t>(Repeat::Expectation) + 1;
    std::array<std::size_t, kinds> counts_{};
    std::size_t known_ = 0;
};

} // namespace ct
