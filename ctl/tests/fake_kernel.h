// SPDX-License-Identifier: GPL-2.0-or-later
// A machine without a kernel: it keeps a run, a ring of records, events and a
// clock, and does what a test tells it to do at each look.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands/commands.h"
#include "kernel/kernel.h"
#include "render/output.h"
#include "samples.h"
#include "session/waiter.h"

namespace ct::test {

struct Machine {
    static constexpr std::size_t ring_size = 64;

    Version version = sample_version();
    Status status; // idle at first
    std::deque<Mismatch> ring;
    std::vector<Event> events; // not yet drained
    bool overrun = false;
    bool gone = false; // the module was unloaded
    bool started_by_us = false;
    Config config; // as asked for
    Wake wake;
    std::chrono::nanoseconds now{0};
    std::chrono::nanoseconds dump_takes{0};       // to read records
    unsigned looks = 0;                           // times that somebody waited
    std::map<unsigned, std::function<void()>> at; // what happens at that look
    std::function<void()> begun;                  // what happens as soon as a run has begun
    // How many looks each job takes, and what it shows at these; 0: it is done at the first.
    unsigned job_looks = 0;
    Job job;
    bool cannot_cancel = false; // it is done before
    std::optional<Error> start_error;
    std::optional<Error> status_error;
    std::optional<Error> cells_error;
    std::optional<Error> events_error;
    Verdict final_verdict = Verdict::Clean;
    bool slow_stop = false; // answers "stopping" first
    bool stuck = false;     // stops, but never ends
    std::vector<Driver> drivers = sample_drivers();
    std::vector<Cell> cells = sample_cells();
    std::vector<std::string> log; // names of the requests
    // A fault that shows after so many operations of its driver, if a run has what it needs;
    // 0: it never does. With it the configuration in force is what was asked for.
    std::function<std::uint64_t(const Config &)> fault;
    Mismatch fault_record = sample_mismatch(0);
    std::function<Result<Replay>(const Mismatch &)> replay; // without: all is right
    std::vector<Mismatch> replayed;                         // what was asked for
    std::function<bool(const Config &)> refuses;            // to start such a run
    std::vector<Config> asked;                              // of every run
    std::string root = "/nonexistent";                      // of the machine's own files
    const Cpuid *cpuid = nullptr;
    Terminal terminal;
    int unwritable = 0; // the errno of every writing to standard output; 0: there is none
    CallLinkFactory open_call_link; // without: no exercisers

    // A record appears, with its event.
    void fail(std::uint64_t count = 1, bool with_event = true);
    void fail(Mismatch record, bool with_event = true);
    void end(End how);
};

// The outside of the program: what it wrote and how it exited.
struct Outcome {
    ExitStatus status = ExitStatus::Clean;
    std::string out;
    std::string err;
};

[[nodiscard]] std::unique_ptr<Kernel> kernel_of(Machine &machine);
// Runs a command line on that machine.
[[nodiscard]] Outcome execute(Machine &machine, const std::vector<std::string> &words);
// The same with that error from opening the family.
[[nodiscard]] Outcome execute_without_module(const Error &error,
                                             const std::vector<std::string> &words);

} // namespace ct::test
