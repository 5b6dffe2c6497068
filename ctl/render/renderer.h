// SPDX-License-Identifier: GPL-2.0-or-later
// Output of results. Renderers format; they decide nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "bisect/bisection.h"
#include "diagnose/diagnosis.h"
#include "record/bench.h"
#include "record/driver.h"
#include "record/examination.h"
#include "record/job.h"
#include "record/mismatch.h"
#include "record/status.h"
#include "report/report.h"

namespace ct {

struct EspFinding;
struct EspProgress;
struct EspReport;
struct WatchFinding;
struct WatchProgress;
struct WatchReport;

// Where a run stands.
struct Progress {
    Status status;
    double rate = 0;        // operations per second since the last one
    std::uint64_t lost = 0; // records passed over so far
    // Every few seconds; the others are for a display that is redrawn.
    bool milestone = false;
};

struct VersionReport {
    std::string program;
    std::optional<Version> module; // absent when it cannot be asked
    std::optional<Error> error;    // why
    bool same = true;
};

struct BenchPlan {
    std::vector<std::string> drivers;
    std::uint32_t payload = 0;
    Direction direction = Direction::Encrypt;
    std::uint32_t cpu = 0;
    std::uint32_t repetitions = 0;
    std::uint32_t duration_ms = 0; // of one measurement
};

class Renderer {
public:
    Renderer() = default;
    Renderer(const Renderer &) = delete;
    Renderer &operator=(const Renderer &) = delete;
    virtual ~Renderer() = default;

    virtual void started(const Version &version, const Status &status) = 0;
    virtual void progress(const Progress &progress) = 0;
    virtual void mismatch(const Mismatch &record) = 0;
    // Something worth knowing that is not an error.
    virtual void message(const std::string &text) = 0;
    virtual void error(const Error &error) = 0;
    // Work of the module that is waited for. milestone: every few seconds; the others are for
    // a display that is redrawn.
    virtual void job(const JobProgress & /*progress*/, bool /*milestone*/) {}
    virtual void job_over() {}
    // The end of a run.
    virtual void verdict(const Report &report) = 0;

    // The present or last run; cells: each one of them too.
    virtual void status(const Report &report, bool cells) = 0;
    virtual void drivers(const std::vector<Driver> &drivers) = 0;
    // whole: every byte of each, else a line each.
    virtual void mismatches(const std::vector<Mismatch> &records, bool whole) = 0;
    virtual void bench_begin(const BenchPlan &plan) = 0;
    virtual void bench_row(const BenchRow &row) = 0;
    virtual void bench_rates(const BenchRates &rates) = 0;
    virtual void bench_timer(const TimerRates &rates) = 0;
    // A record of a saved run whose packet was run again here; its CPU is where.
    virtual void replayed(const Mismatch & /*record*/) {}
    virtual void doctor(const Examination &examination) = 0;
    virtual void diagnosis(const Diagnosis &diagnosis) = 0;
    // Behind verdict or status, and the diagnosis if there is one: all of a run is known.
    virtual void ended(const Report & /*report*/, const Diagnosis * /*diagnosis*/) {}
    virtual void trial_begin(const Trial &trial) = 0;
    // fault: that is searched for; the first trial determines it.
    virtual void trial_end(const Trial &trial, const Fault &fault) = 0;
    virtual void bisection(const Bisection &bisection) = 0;
    virtual void version(const VersionReport &report) = 0;
    // A run over real tunnels.
    virtual void esp_progress(const EspProgress & /*progress*/, bool /*milestone*/) {}
    virtual void esp_finding(const EspFinding & /*finding*/) {}
    virtual void esp_verdict(const EspReport & /*report*/) {}
    // A watch over the tunnels of this host.
    virtual void watch_progress(const WatchProgress & /*progress*/, bool /*milestone*/) {}
    virtual void watch_finding(const WatchFinding & /*finding*/) {}
    virtual void watch_verdict(const WatchReport & /*report*/) {}
};

} // namespace ct
