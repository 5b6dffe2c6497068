// SPDX-License-Identifier: GPL-2.0-or-later
// Results as text, on standard output or in a report's file.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "render/output.h"
#include "render/renderer.h"

namespace ct {

struct TextOptions {
    bool colour = false;
    bool brief = false; // of the end of a run its first facts only
    std::string whole;  // of a brief one: what shows all, a command in quotes
};

class Text final : public Renderer {
public:
    explicit Text(Output &output, TextOptions options = {})
        : output_(output), options_(std::move(options))
    {
    }

    void started(const Version & /*version*/, const Status & /*status*/) override {}
    void progress(const Progress & /*progress*/) override {}
    void mismatch(const Mismatch & /*record*/) override {}
    void message(const std::string & /*text*/) override {}
    void error(const Error & /*error*/) override {}
    void verdict(const Report &report) override;
    void status(const Report &report, bool cells) override;
    void drivers(const std::vector<Driver> &drivers) override;
    void mismatches(const std::vector<Mismatch> &records, bool whole) override;
    void bench_begin(const BenchPlan &plan) override;
    void bench_row(const BenchRow &row) override;
    void bench_rates(const BenchRates &rates) override;
    void bench_timer(const TimerRates &rates) override;
    void replayed(const Mismatch &record) override;
    void doctor(const Examination &examination) override;
    void diagnosis(const Diagnosis &diagnosis) override;
    void ended(const Report &report, const Diagnosis *diagnosis) override;
    void trial_begin(const Trial & /*trial*/) override {}
    void trial_end(const Trial & /*trial*/, const Fault & /*fault*/) override {}
    void bisection(const Bisection &bisection) override;
    void version(const VersionReport &report) override;
    void esp_verdict(const EspReport &report) override;
    void watch_verdict(const WatchReport &report) override;

private:
    // Records shown whole below a verdict.
    static constexpr std::size_t records_max = 3;
    static constexpr std::size_t groups_max = 40;

    [[nodiscard]] std::string headline(const Report &report) const;

    Output &output_;
    TextOptions options_;
    std::size_t bench_width_ = 0;
    bool verdict_told_ = false; // what follows is part of it
};

} // namespace ct
