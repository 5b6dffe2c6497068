// SPDX-License-Identifier: GPL-2.0-or-later
// The runs of a bisection: each a trial of one set of factors on this machine.
#pragma once

#include <optional>
#include <vector>

#include "bisect/bisection.h"
#include "bisect/factors.h"
#include "bisect/oracle.h"
#include "follow/conduct.h"
#include "follow/watch.h"
#include "session/environment.h"

namespace ct {

struct TrialBounds {
    std::optional<std::uint64_t> total_ms; // of all; none: no bound
    std::optional<std::uint64_t> trial_ms; // of each but the first
};

class Trials final : public Oracle {
public:
    Trials(Environment &environment, Connection &connection, Waiter &waiter, Renderer &renderer,
           const TrialBounds &bounds);

    // The first, with everything that is requested for, until anything shows. Without a
    // mismatch its end is in conducted().
    [[nodiscard]] Sight first(const Config &requested, std::vector<Driver> drivers);
    [[nodiscard]] const std::optional<Conducted> &conducted() const { return conducted_; }

    // After the first has shown it.
    [[nodiscard]] const Fault &fault() const { return *list_.fault; }
    [[nodiscard]] const Factors &factors() const { return *factors_; }
    [[nodiscard]] Config config(const FactorSet &members) const;
    [[nodiscard]] Observation ask(const FactorSet &members, const Patience &patience) override;

    // Why there are no more answers, and the error if that is the reason.
    [[nodiscard]] BisectionEnd over() const { return over_; }
    [[nodiscard]] const std::optional<Error> &error() const { return error_; }
    [[nodiscard]] const std::vector<Trial> &all() const { return trials_; }
    [[nodiscard]] const Watchlist &list() const { return list_; }
    [[nodiscard]] std::uint64_t elapsed_ns() const;

private:
    // The bound of a trial that may last so long; nothing if there is no time for it.
    [[nodiscard]] std::optional<std::uint64_t> left_ms() const;
    [[nodiscard]] Observation run(Config config, const Patience &patience, bool cut,
                                  std::optional<Mismatch> &seen);
    [[nodiscard]] Sight sight_of(const Conducted &conducted, const Watch &watch,
                                 bool interrupted, bool cut);
    [[nodiscard]] Sight end(BisectionEnd how);
    [[nodiscard]] Sight fail_with(Error error);

    Environment &environment_;
    Connection &connection_;
    Waiter &waiter_;
    Renderer &renderer_;
    TrialBounds bounds_;
    std::chrono::nanoseconds began_;
    Watchlist list_;
    Config requested_;
    std::optional<Factors> factors_;
    std::optional<Conducted> conducted_; // of the last run
    std::vector<Trial> trials_;
    BisectionEnd over_ = BisectionEnd::OutOfTime;
    std::optional<Error> error_;
};

} // namespace ct
