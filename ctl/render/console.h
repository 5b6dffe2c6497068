// SPDX-License-Identifier: GPL-2.0-or-later
// Messages for the person at the terminal, on standard error: what begins, how
// it goes, what went wrong. On a terminal progress is one line, drawn again and
// again; elsewhere a line every few seconds.
#pragma once

#include "render/output.h"
#include "render/renderer.h"

namespace ct {

struct ConsoleOptions {
    bool progress = true; // false: errors and messages only
    bool redraw = false;  // on a terminal
    bool attached = true; // the program follows the run that it started
};

class Console final : public Renderer {
public:
    Console(Output &output, ConsoleOptions options) : output_(output), options_(options) {}

    void started(const Version &version, const Status &status) override;
    void progress(const Progress &progress) override;
    void mismatch(const Mismatch &record) override;
    void message(const std::string &text) override;
    void error(const Error &error) override;
    void job(const JobProgress &progress, bool milestone) override;
    void job_over() override { clear(); }
    void verdict(const Report &report) override;
    void status(const Report & /*report*/, bool /*cells*/) override {}
    void drivers(const std::vector<Driver> & /*drivers*/) override {}
    void mismatches(const std::vector<Mismatch> & /*records*/, bool /*whole*/) override {}
    void bench_begin(const BenchPlan & /*plan*/) override {}
    void bench_row(const BenchRow & /*row*/) override {}
    void bench_rates(const BenchRates & /*rates*/) override {}
    void bench_timer(const TimerRates & /*rates*/) override {}
    void doctor(const Examination & /*examination*/) override {}
    void diagnosis(const Diagnosis & /*diagnosis*/) override {}
    void trial_begin(const Trial &trial) override;
    void trial_end(const Trial &trial, const Fault &fault) override;
    void bisection(const Bisection & /*bisection*/) override { clear(); }
    void version(const VersionReport & /*report*/) override {}
    void esp_progress(const EspProgress &progress, bool milestone) override;
    void esp_finding(const EspFinding &finding) override;
    void esp_verdict(const EspReport & /*report*/) override { clear(); }
    void watch_progress(const WatchProgress &progress, bool milestone) override;
    void watch_finding(const WatchFinding &finding) override;
    void watch_verdict(const WatchReport & /*report*/) override { clear(); }

private:
    // Removes the progress line, then writes one of its own.
    void line(const std::string &text);
    void draw(std::string text);
    void clear();

    // More single mismatches than this are only counted.
    static constexpr unsigned mismatch_lines_max = 10;

    Output &output_;
    ConsoleOptions options_;
    bool drawn_ = false;
    unsigned mismatch_lines_ = 0;
};

} // namespace ct
