// SPDX-License-Identifier: GPL-2.0-or-later
// Results as JSON lines after json/schema.json: one object a line, with its
// "type". Counts are exact integers of up to 64 bits; seeds and bytes are
// strings of hexadecimal digits.
#pragma once

#include "render/output.h"
#include "render/renderer.h"

namespace ct {

class Json final : public Renderer {
public:
    explicit Json(Output &output) : output_(output) {}

    void started(const Version &version, const Status &status) override;
    void progress(const Progress &progress) override;
    void mismatch(const Mismatch &record) override;
    void message(const std::string &text) override;
    void error(const Error &error) override;
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
    void trial_begin(const Trial & /*trial*/) override {}
    void trial_end(const Trial &trial, const Fault &fault) override;
    void bisection(const Bisection &bisection) override;
    void version(const VersionReport &report) override;
    void esp_progress(const EspProgress &progress, bool milestone) override;
    void esp_finding(const EspFinding &finding) override;
    void esp_verdict(const EspReport &report) override;
    void watch_progress(const WatchProgress &progress, bool milestone) override;
    void watch_finding(const WatchFinding &finding) override;
    void watch_verdict(const WatchReport &report) override;

private:
    Output &output_;
};

} // namespace ct
