// SPDX-License-Identifier: GPL-2.0-or-later
// Waiting for work of the module at a terminal: says how far it is, and gives it up when
// the end is asked for.
#pragma once

#include "kernel/kernel.h"
#include "render/renderer.h"
#include "session/waiter.h"

namespace ct {

class JobWatch final : public JobObserver {
public:
    // Observes the kernel's jobs for as long as it lives.
    JobWatch(Kernel &kernel, Waiter &waiter, Renderer &renderer);
    JobWatch(const JobWatch &) = delete;
    JobWatch &operator=(const JobWatch &) = delete;
    ~JobWatch() override { kernel_.set_observer(nullptr); }

    [[nodiscard]] bool wait(const JobProgress &progress,
                            std::chrono::milliseconds time) override;
    void over() override;

    // The last job that was polled was given up.
    [[nodiscard]] bool gave_up() const { return gave_up_; }

private:
    void begin(const Job &job);
    void tell(const JobProgress &progress);
    [[nodiscard]] bool end_is_asked(std::chrono::milliseconds time);

    Kernel &kernel_;
    Waiter &waiter_;
    Renderer &renderer_;
    std::uint64_t number_ = 0; // of the job
    std::chrono::nanoseconds begun_{0};
    std::chrono::nanoseconds milestone_at_{0};
    bool told_ = false;
    bool asked_before_ = false; // that is why the run is ended
    bool gave_up_ = false;
};

} // namespace ct
