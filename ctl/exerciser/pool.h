// SPDX-License-Identifier: GPL-2.0-or-later
// All exercisers of a run.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exerciser/common.h"
#include "exerciser/statistics.h"
#include "exerciser/thread.h"
#include "kernel/call_link.h"
#include "record/config.h"
#include "registers/native_thread.h"
#include "registers/signals.h"

namespace ct {

struct PoolPlan {
    std::vector<std::uint32_t> cpus;   // of the run
    std::uint32_t per_cpu = 1;         // exercisers
    bool calls = true;                 // the run has the caller context
    bool moves = true;                 // and the disturber shuffle
    bool barriers = true;              // and the disturber membarrier
    std::uint32_t load = load_full;    // per mille of each CPU's time
    std::chrono::seconds stop_time{1}; // for all threads to end in
    std::uint64_t seed = 0;            // of the run
};

class Pool {
public:
    Pool(PoolPlan plan, CallLinkFactory open_link);
    Pool(const Pool &) = delete;
    Pool &operator=(const Pool &) = delete;
    ~Pool() { stop(); }

    // Goes on with those that could be made; an error says why there are not
    // all of them. The first ones are spread over all CPUs.
    [[nodiscard]] std::optional<Error> start();
    // Within stop_time; a thread that hangs in the kernel is left behind.
    void stop();

    [[nodiscard]] std::size_t size() const { return members_.size(); }
    [[nodiscard]] Statistics statistics() const;
    // Findings and complaints since the last time.
    [[nodiscard]] std::vector<std::string> messages() { return common_->notes.take(); }
    // Findings that messages() leaves out, as there are too many.
    [[nodiscard]] std::uint64_t untold() const { return common_->notes.untold(); }

private:
    struct Member {
        std::shared_ptr<Exerciser> exerciser;
        NativeThread thread;
    };
    [[nodiscard]] Result<void> prepare();
    [[nodiscard]] Result<void> add(std::uint32_t number);

    PoolPlan plan_;
    CallLinkFactory open_link_;
    std::shared_ptr<Common> common_ = std::make_shared<Common>();
    std::optional<SignalHandlers> handlers_;
    std::vector<Member> members_;
    bool started_ = false;
};

} // namespace ct
