// SPDX-License-Identifier: GPL-2.0-or-later
// Watching a run for one fault, so that it ends as soon as the fault has shown, or had
// chances enough to.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bisect/fault.h"
#include "bisect/oracle.h"
#include "kernel/kernel.h"
#include "render/renderer.h"
#include "session/waiter.h"

namespace ct {

// What is kept from one trial to the next.
struct Watchlist {
    std::vector<Driver> drivers;
    std::optional<Fault> fault; // none yet: the first mismatch says
    std::map<std::string, std::uint64_t> others;
    std::set<std::string> told; // messages, which come again at each run
};

// The renderer of such a run: it takes its records, and lets progress and messages through.
class Watch final : public Renderer {
public:
    Watch(Renderer &outer, Kernel &kernel, Watchlist &list, const Patience &patience)
        : outer_(outer), kernel_(kernel), list_(list), wanted_(patience.chances)
    {
    }

    [[nodiscard]] bool enough() const { return seen_.has_value() || enough_; }
    // The first record of the fault.
    [[nodiscard]] const std::optional<Mismatch> &seen() const { return seen_; }
    // Of the run so far.
    [[nodiscard]] Result<std::uint64_t> chances(const Status &status);

    void started(const Version & /*version*/, const Status & /*status*/) override {}
    void progress(const Progress &progress) override;
    void mismatch(const Mismatch &record) override;
    void message(const std::string &text) override;
    void error(const Error &error) override { outer_.error(error); }
    void job(const JobProgress &progress, bool milestone) override
    {
        outer_.job(progress, milestone);
    }
    void job_over() override { outer_.job_over(); }
    void verdict(const Report & /*report*/) override {}
    void status(const Report & /*report*/, bool /*cells*/) override {}
    void drivers(const std::vector<Driver> & /*drivers*/) override {}
    void mismatches(const std::vector<Mismatch> & /*records*/, bool /*whole*/) override {}
    void bench_begin(const BenchPlan & /*plan*/) override {}
    void bench_row(const BenchRow & /*row*/) override {}
    void bench_rates(const BenchRates & /*rates*/) override {}
    void bench_timer(const TimerRates & /*rates*/) override {}
    void doctor(const Examination & /*examination*/) override {}
    void diagnosis(const Diagnosis & /*diagnosis*/) override {}
    void trial_begin(const Trial & /*trial*/) override {}
    void trial_end(const Trial & /*trial*/, const Fault & /*fault*/) override {}
    void bisection(const Bisection & /*bisection*/) override {}
    void version(const VersionReport & /*report*/) override {}

private:
    Renderer &outer_;
    Kernel &kernel_;
    Watchlist &list_;
    std::optional<std::uint64_t> wanted_;
    std::optional<Mismatch> seen_;
    bool enough_ = false;
    std::uint64_t look_at_ns_ = 0; // of the run: when its chances are counted next
};

// Says when the watch has enough, and keeps what else woke it.
class WatchWaiter final : public Waiter {
public:
    WatchWaiter(Waiter &waiter, const Watch &watch) : waiter_(waiter), watch_(watch) {}

    [[nodiscard]] Wake wait(int descriptor, std::chrono::milliseconds time) override;
    [[nodiscard]] std::chrono::nanoseconds now() const override { return waiter_.now(); }

    [[nodiscard]] bool interrupted() const { return interrupted_; }

private:
    Waiter &waiter_;
    const Watch &watch_;
    bool interrupted_ = false; // by a signal or the end of the terminal
};

} // namespace ct
