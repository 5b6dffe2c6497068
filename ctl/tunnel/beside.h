// SPDX-License-Identifier: GPL-2.0-or-later
// A run of the module beside the tunnels, for its disturbers; where the module is not loaded
// there is none, and the reason is known. It starts in a thread of its own: the module looks
// for a driver first, and tunnels need not wait for that.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "kernel/kernel.h"
#include "session/environment.h"

namespace ct {

class ModuleRun final : JobObserver {
public:
    struct Outcome {
        bool fpu_nests = true; // as the module has measured; true where that is not known
        std::string why;       // there was no run; empty: there was one
        std::optional<std::uint64_t> mismatches; // of it
    };

    // duration_ms: of the tunnels' run; soon after that it ends by itself, also where this
    // process is gone. Never an error: the tunnels do without.
    ModuleRun(Environment &environment, std::optional<std::uint64_t> duration_ms);
    ModuleRun(const ModuleRun &) = delete;
    ModuleRun &operator=(const ModuleRun &) = delete;
    ~ModuleRun() override { (void)end(); }

    // Ends it, or gives up starting it. Once ended it stays so.
    Outcome end();

    // Without a run: whether softirqs run inside FPU sections here, true where that is not
    // known.
    [[nodiscard]] static bool fpu_nests(Environment &environment);

private:
    void start();
    [[nodiscard]] bool wait(const JobProgress &progress,
                            std::chrono::milliseconds time) override;
    void over() override {}

    Environment &environment_;
    std::optional<std::uint64_t> duration_ms_;
    std::optional<Connection> connection_;
    Outcome outcome_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool ending_ = false;
    std::thread thread_;
};

} // namespace ct
