// SPDX-License-Identifier: GPL-2.0-or-later
// Which datagrams are on their way, which have arrived, and which are given up.
#pragma once

#include <cstdint>
#include <vector>

namespace ct {

class Flight {
public:
    // patience_ns: how long one counts as in flight.
    explicit Flight(std::uint64_t patience_ns);

    // Of the next one that is sent.
    [[nodiscard]] std::uint64_t next() const { return next_; }
    void sent(std::uint64_t now); // number next()
    enum class Arrival {
        First,
        Again,
        Old,   // sent so long ago that it is not known whether it has arrived
        Never, // was never sent
    };
    // Also of one that was given up.
    Arrival arrived(std::uint64_t number);
    // In flight; gives up those that have been for too long.
    std::size_t count(std::uint64_t now);
    // When the oldest will be given up; 0: none is in flight.
    [[nodiscard]] std::uint64_t deadline() const;
    // Numbers that have not arrived yet, of the last so many that were sent.
    [[nodiscard]] std::vector<std::uint64_t> missing(std::size_t most) const;

    static constexpr std::uint64_t remembered = 8192;
    static constexpr std::uint32_t window_most = 1024;

private:
    struct One {
        std::uint64_t time = 0;
        bool arrived = true;
    };
    [[nodiscard]] const One &one(std::uint64_t number) const
    {
        return ring_[number % remembered];
    }
    [[nodiscard]] One &one(std::uint64_t number) { return ring_[number % remembered]; }

    std::uint64_t patience_;
    std::uint64_t next_ = 0;
    std::uint64_t oldest_ = 0; // all before have arrived or are given up
    std::size_t in_flight_ = 0;
    std::vector<One> ring_;
};

} // namespace ct
