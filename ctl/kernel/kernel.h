// SPDX-License-Identifier: GPL-2.0-or-later
// What the commands ask of the kernel module. The netlink family is one
// implementation; the tests have another that runs without a kernel.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/error.h"
#include "record/bench.h"
#include "record/cell.h"
#include "record/config.h"
#include "record/driver.h"
#include "record/event.h"
#include "record/job.h"
#include "record/mismatch.h"
#include "record/status.h"

namespace ct {

struct EventBatch {
    std::vector<Event> events;
    bool overrun = false; // the kernel had to drop some: fetch by dump
};

// A subscription to the module's events.
class Events {
public:
    Events() = default;
    Events(const Events &) = delete;
    Events &operator=(const Events &) = delete;
    virtual ~Events() = default;

    // Readable when something is there; for poll().
    [[nodiscard]] virtual int descriptor() const = 0;
    // All that is there now; never waits.
    [[nodiscard]] virtual Result<EventBatch> drain() = 0;
};

// Records that could be read, and those that could not.
struct MismatchDump {
    std::vector<Mismatch> records; // ascending by number
    std::vector<Error> unreadable;
};

// Waits for the requested jobs.
class JobObserver {
public:
    JobObserver() = default;
    JobObserver(const JobObserver &) = delete;
    JobObserver &operator=(const JobObserver &) = delete;
    virtual ~JobObserver() = default;

    // Waits until the next poll of a job that is not done yet. False: do not wait
    // for it any more; it is cancelled, or, if it ends a run, left to itself.
    [[nodiscard]] virtual bool wait(const JobProgress &progress,
                                    std::chrono::milliseconds time) = 0;
    // The job is not polled any more; not called when it never was.
    virtual void over() = 0;
};

// Start, stop, drivers, bench and replay are jobs of the module, and wait for them.
class Kernel {
public:
    Kernel() = default;
    Kernel(const Kernel &) = delete;
    Kernel &operator=(const Kernel &) = delete;
    virtual ~Kernel() = default;

    // None: all jobs are waited for, in silence. It must not go before it is replaced.
    virtual void set_observer(JobObserver *observer) = 0;

    [[nodiscard]] virtual Result<Version> version() = 0;
    [[nodiscard]] virtual Result<void> start(const Config &config) = 0;
    // Ends the run; the status may still say that it is stopping.
    [[nodiscard]] virtual Result<Status> stop() = 0;
    [[nodiscard]] virtual Result<Status> status() = 0;
    // Looks for them first.
    [[nodiscard]] virtual Result<std::vector<Driver>> drivers() = 0;
    // As the last search or start found them; does not wait.
    [[nodiscard]] virtual Result<std::vector<Driver>> known_drivers() = 0;
    [[nodiscard]] virtual Result<std::vector<Cell>> cells() = 0;
    [[nodiscard]] virtual Result<Mismatch> mismatch(std::uint64_t number) = 0;
    // All that are kept, from that number on.
    [[nodiscard]] virtual Result<MismatchDump> mismatches(std::uint64_t from) = 0;
    [[nodiscard]] virtual Result<BenchResult> bench(const BenchRequest &request) = 0;
    // Runs the packet of a record again, in every way.
    [[nodiscard]] virtual Result<Replay> replay(const Mismatch &record) = 0;
    [[nodiscard]] virtual Result<std::unique_ptr<Events>> subscribe() = 0;
};

} // namespace ct
