// SPDX-License-Identifier: GPL-2.0-or-later
// Several renderers as one: terminal, file, JSON.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "render/renderer.h"

namespace ct {

class Fan final : public Renderer {
public:
    void add(std::unique_ptr<Renderer> renderer) { renderers_.push_back(std::move(renderer)); }
    // Before all others: it gets everything even if one of these blocks on a slow reader.
    void add_first(std::unique_ptr<Renderer> renderer)
    {
        renderers_.insert(renderers_.begin(), std::move(renderer));
    }

    void started(const Version &version, const Status &status) override
    {
        each([&](Renderer &renderer) { renderer.started(version, status); });
    }
    void progress(const Progress &progress) override
    {
        each([&](Renderer &renderer) { renderer.progress(progress); });
    }
    void mismatch(const Mismatch &record) override
    {
        each([&](Renderer &renderer) { renderer.mismatch(record); });
    }
    void message(const std::string &text) override
    {
        each([&](Renderer &renderer) { renderer.message(text); });
    }
    void error(const Error &error) override
    {
        each([&](Renderer &renderer) { renderer.error(error); });
    }
    void job(const JobProgress &progress, bool milestone) override
    {
        each([&](Renderer &renderer) { renderer.job(progress, milestone); });
    }
    void job_over() override
    {
        each([](Renderer &renderer) { renderer.job_over(); });
    }
    void verdict(const Report &report) override
    {
        each([&](Renderer &renderer) { renderer.verdict(report); });
    }
    void status(const Report &report, bool cells) override
    {
        each([&](Renderer &renderer) { renderer.status(report, cells); });
    }
    void drivers(const std::vector<Driver> &drivers) override
    {
        each([&](Renderer &renderer) { renderer.drivers(drivers); });
    }
    void mismatches(const std::vector<Mismatch> &records, bool whole) override
    {
        each([&](Renderer &renderer) { renderer.mismatches(records, whole); });
    }
    void bench_begin(const BenchPlan &plan) override
    {
        each([&](Renderer &renderer) { renderer.bench_begin(plan); });
    }
    void bench_row(const BenchRow &row) override
    {
        each([&](Renderer &renderer) { renderer.bench_row(row); });
    }
    void bench_rates(const BenchRates &rates) override
    {
        each([&](Renderer &renderer) { renderer.bench_rates(rates); });
    }
    void bench_timer(const TimerRates &rates) override
    {
        each([&](Renderer &renderer) { renderer.bench_timer(rates); });
    }

    void replayed(const Mismatch &record) override
    {
        each([&](Renderer &renderer) { renderer.replayed(record); });
    }
    void doctor(const Examination &examination) override
    {
        each([&](Renderer &renderer) { renderer.doctor(examination); });
    }
    void diagnosis(const Diagnosis &diagnosis) override
    {
        each([&](Renderer &renderer) { renderer.diagnosis(diagnosis); });
    }
    void ended(const Report &report, const Diagnosis *diagnosis) override
    {
        each([&](Renderer &renderer) { renderer.ended(report, diagnosis); });
    }
    void trial_begin(const Trial &trial) override
    {
        each([&](Renderer &renderer) { renderer.trial_begin(trial); });
    }
    void trial_end(const Trial &trial, const Fault &fault) override
    {
        each([&](Renderer &renderer) { renderer.trial_end(trial, fault); });
    }
    void bisection(const Bisection &bisection) override
    {
        each([&](Renderer &renderer) { renderer.bisection(bisection); });
    }
    void version(const VersionReport &report) override
    {
        each([&](Renderer &renderer) { renderer.version(report); });
    }
    void esp_progress(const EspProgress &progress, bool milestone) override
    {
        each([&](Renderer &renderer) { renderer.esp_progress(progress, milestone); });
    }
    void esp_finding(const EspFinding &finding) override
    {
        each([&](Renderer &renderer) { renderer.esp_finding(finding); });
    }
    void esp_verdict(const EspReport &report) override
    {
        each([&](Renderer &renderer) { renderer.esp_verdict(report); });
    }
    void watch_progress(const WatchProgress &progress, bool milestone) override
    {
        each([&](Renderer &renderer) { renderer.watch_progress(progress, milestone); });
    }
    void watch_finding(const WatchFinding &finding) override
    {
        each([&](Renderer &renderer) { renderer.watch_finding(finding); });
    }
    void watch_verdict(const WatchReport &report) override
    {
        each([&](Renderer &renderer) { renderer.watch_verdict(report); });
    }

private:
    template <typename Call> void each(const Call &call)
    {
        for (const auto &renderer : renderers_)
            call(*renderer);
    }

    std::vector<std::unique_ptr<Renderer>> renderers_;
};

} // namespace ct
