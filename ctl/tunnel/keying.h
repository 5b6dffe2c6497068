// SPDX-License-Identifier: GPL-2.0-or-later
// Which algorithm each tunnel has, and when it gets other keys: every combination in turn, each
// as long as it takes to have been seen enough, round and round.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
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

    // What Testbed::rekey() takes. place: of the tunnel here.
    struct Request {
        std::size_t place = 0;
        unsigned number = 0; // of the tunnel in the testbed
        SaKeys like;
        std::uint64_t keys = 0; // number of the keys
        std::string driver;
    };
    // A tunnel by its number in the testbed; gives what its first keys have to be.
    [[nodiscard]] Request add(unsigned number, const TunnelPlan &plan);
    // Other keys for one that has had enough of its own, if there is one.
    [[nodiscard]] std::optional<Request> next(Time now);
    // What came of a request. What fails is kept for troubles().
    [[nodiscard]] Result<void> done(const Request &request, const Result<SaPair> &pair,
                                    SaTable &sas, Time now);
    // The last one that was added is not to be.
    void drop_last() { tunnels_.pop_back(); }

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
    [[nodiscard]] Request request_of(std::size_t place);

    std::uint64_t seed_ = 0;
    std::uint64_t number_ = 0;
    std::uint64_t rekeys_ = 0;
    std::vector<Choice> choices_;
    std::vector<Tunnel> tunnels_;
    std::size_t turn_ = 0; // which tunnel is asked first
    std::vector<std::string> troubles_;
    std::vector<EspSkip> skipped_;
};

} // namespace ct
