// SPDX-License-Identifier: GPL-2.0-or-later
// An exerciser: one thread that keeps patterns in all of its vector registers,
// and checks that they are unchanged.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "exerciser/actions.h"
#include "exerciser/common.h"
#include "exerciser/placement.h"
#include "exerciser/statistics.h"
#include "kernel/call_link.h"
#include "process/child.h"
#include "process/tracee.h"
#include "registers/compare.h"

namespace ct {

class Exerciser {
public:
    // number: of the thread in its pool; cpu: its home CPU.
    [[nodiscard]] static Result<std::shared_ptr<Exerciser>>
    make(std::uint32_t number, std::uint32_t cpu, std::shared_ptr<Common> common,
         std::unique_ptr<CallLink> link);

    // The body of the thread: until it is asked to stop, or the run is over.
    void run();
    [[nodiscard]] const Counters &counters() const { return counters_; }

private:
    struct Parts {
        ImageMemory load;
        ImageMemory store;
        std::unique_ptr<Actions> actions;
        Child child;
        Tracee tracee;
    };
    Exerciser(std::uint32_t number, std::uint32_t cpu, std::shared_ptr<Common> common,
              std::unique_ptr<CallLink> link, Parts parts);

    void burst();
    void rest(std::chrono::nanoseconds worked);
    [[nodiscard]] bool at_home();
    [[nodiscard]] ThreadEvent choose(std::chrono::nanoseconds now);
    void window(ThreadEvent event);
    // False if it cannot be done now.
    [[nodiscard]] bool prepare(ThreadEvent event);
    void prepare_call();
    void finish(ThreadEvent event);
    void finish_call();
    void finish_fork();
    void finish_exec();
    [[nodiscard]] Result<void> trace();
    // Compares; where: "" or "in the child".
    void check(Image stored, std::string_view where);
    void report(const Difference &difference, std::string_view where);
    void complain(const Error &error);
    // And does without that event where it never works.
    void complain_of(ThreadEvent event, const Error &error);
    [[nodiscard]] bool over() const { return over_ || common_->stop.stopped(); }

    std::uint32_t number_;
    std::shared_ptr<Common> common_;
    std::unique_ptr<CallLink> link_;
    Parts parts_;
    Schedule schedule_;
    Placement placement_;
    Counters counters_;
    bool over_ = false; // the run is
    std::array<bool, count_of<ThreadEvent>> given_up_{};

    // The window that is open.
    ThreadEvent event_ = ThreadEvent::Spin;
    Author author_;
    Action action_;
    std::uint32_t cpu_before_ = 0;
    std::uint32_t cpu_after_ = 0;

    CallTally tally_;
    CallTally told_; // by the call that is under way
    timespec rest_{};
    std::chrono::steady_clock::time_point calls_from_; // none before that time
};

} // namespace ct
