// SPDX-License-Identifier: GPL-2.0-or-later
// Which algorithm each tunnel has, and when it gets other keys: every combination in turn, each
// as long as it takes to have been seen enough, round and round.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "esp/plan.h"
#include "esp/report.h"
#include "esp/tunnel_sa.h"
#include "testbed/testbed.h"

namespace ct {

class Keying {
public:
    using Time = std::chrono::nanoseconds;

    // Plans the combinations. Error: none of the drivers that were named can serve any of them.
    [[nodiscard]] static Result<Keying> make(const EspPlan &plan);

    // The first keys of a tunnel: number in the testbed.
    [[nodiscard]] Result<void> begin(Testbed &testbed, SaTable &sas, unsigned number,
                                     const TunnelPlan &tunnel, Time now);
    // Other keys for those that have had enough. What fails is kept for troubles().
    void advance(Testbed &testbed, SaTable &sas, Time now);

    [[nodiscard]] std::vector<EspCell> cells() const;
    [[nodiscard]] std::size_t cells_reached() const;
    [[nodiscard]] std::uint64_t rekeys() const { return rekeys_; }
    [[nodiscard]] const std::vector<std::string> &troubles() const { return troubles_; }
    // Choices that no named driver serves.
    [[nodiscard]] const std::vector<EspSkip> &skipped() const { return skipped_; }

private:
    struct Choice {
        SuiteChoice suite;
        std::string driver; // empty: the default
    };
    struct Cell {
        std::string driver; // that its SAs really had
        std::vector<const TunnelSa *> sas;
        bool failed = false;
    };
    struct Tunnel {
        unsigned number = 0;
        TunnelPlan plan;
        std::size_t place = 0; // in choices_
        Time since{0};
        std::vector<Cell> cells; // as choices_
        const TunnelSa *forwards = nullptr;
        const TunnelSa *backwards = nullptr;
    };

    explicit Keying(const EspPlan &plan) : seed_(plan.seed) {}
    [[nodiscard]] Result<void> give(Testbed &testbed, SaTable &sas, Tunnel &tunnel, Time now);

    std::uint64_t seed_ = 0;
    std::uint64_t number_ = 0;
    std::uint64_t rekeys_ = 0;
    std::vector<Choice> choices_;
    std::vector<Tunnel> tunnels_;
    std::vector<std::string> troubles_;
    std::vector<EspSkip> skipped_;
};

} // namespace ct
