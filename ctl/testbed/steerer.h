// SPDX-License-Identifier: GPL-2.0-or-later
// Which CPUs receive what the two hosts send each other, changed several times a second: the
// hash of a tunnel's packets always gives the same CPU, and where its senders never run there,
// no softirq of that tunnel ever interrupts an encryption.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "net/namespace.h"
#include "testbed/steering.h"

namespace ct {

struct SteeredCpus {
    std::vector<std::uint32_t> a; // that host A receives on; never empty
    std::vector<std::uint32_t> b;
};

// Of turn 0, 1, ...: the hosts on different halves of the CPUs, on the same half, on all, and
// with each third turn the halves begin one CPU later.
[[nodiscard]] SteeredCpus steered_cpus(const std::vector<std::uint32_t> &online,
                                       std::uint64_t turn);

class Steerer {
public:
    using Time = std::chrono::nanoseconds; // of the run's clock
    // online: not empty.
    [[nodiscard]] static Result<Steerer> make(const Namespace &a, const Namespace &b,
                                              const std::string &link,
                                              std::vector<std::uint32_t> online);
    // The next turn, where it is time. What failed is said by trouble().
    void advance(Time now);
    [[nodiscard]] const std::string &trouble() const { return trouble_; }

private:
    Steerer(Steering a, Steering b, std::vector<std::uint32_t> online)
        : a_(std::move(a)), b_(std::move(b)), online_(std::move(online))
    {
    }

    Steering a_;
    Steering b_;
    std::vector<std::uint32_t> online_;
    std::uint64_t turn_ = 0;
    Time next_{0};
    std::string trouble_; // the first
};

} // namespace ct
