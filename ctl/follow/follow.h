// SPDX-License-Identifier: GPL-2.0-or-later
// Following a run until it ends: every record is fetched by number as long as
// the ring keeps it, whether its event arrived or not.
#pragma once

#include <optional>

#include "damage/evidence.h"
#include "damage/whole.h"
#include "kernel/kernel.h"
#include "render/renderer.h"
#include "report/journal.h"
#include "session/waiter.h"

namespace ct {

enum class Ending {
    Ended,  // the status is final
    Left,   // the terminal is gone, the run goes on
    Failed, // it cannot be followed any further, see error
};

struct Followed {
    Ending ending = Ending::Ended;
    Status status;
    bool interrupted = false; // an end was asked for
    std::optional<Error> error;
};

class Follower {
public:
    Follower(Kernel &kernel, Events &events, Waiter &waiter, Renderer &renderer)
        : kernel_(kernel), events_(events), waiter_(waiter), renderer_(renderer)
    {
    }

    // status: of the run that was just started. Journal and collector take its records.
    [[nodiscard]] Followed follow(const Status &status, Journal &journal, Collector &collector);

private:
    [[nodiscard]] Wake wait_for_more();
    void rest_after(std::chrono::nanoseconds begun, std::uint64_t records);
    void read_events();
    [[nodiscard]] std::optional<Error> stop();
    [[nodiscard]] std::optional<Error> fetch(const Status &status, Journal &journal,
                                             Collector &collector);
    // The status now, with all records until then.
    [[nodiscard]] Result<Status> take_look(Journal &journal, Collector &collector);
    void fetch_all(const Status &status, Journal &journal, Collector &collector);
    void tell(const Status &status, const Journal &journal);
    // Once each, for the same text can come with every poll.
    void remark(const std::string &text);

    Kernel &kernel_;
    Events &events_;
    Waiter &waiter_;
    Renderer &renderer_;
    std::uint64_t run_ = 0;
    std::optional<Status> last_;  // from the event of the end
    bool deaf_ = false;           // events cannot be read: ask instead
    std::uint64_t held_back_ = 0; // records that are there, but not whole yet
    std::chrono::nanoseconds rest_until_{0};
    std::chrono::nanoseconds milestone_at_{0};
    // The polls that the rates of the next poll and of the next milestone count from.
    struct Look {
        std::uint64_t operations = 0;
        std::uint64_t elapsed_ns = 0;
    };
    Look look_;
    Look milestone_;
    std::vector<std::string> remarks_;
    Wholes wholes_;
};

} // namespace ct
