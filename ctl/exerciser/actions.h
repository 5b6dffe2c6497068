// SPDX-License-Identifier: GPL-2.0-or-later
// What happens in the windows of one thread, but for calls, moves and forks.
#pragma once

#include <cstdint>
#include <memory>
#include <sys/utsname.h>

#include "exerciser/common.h"
#include "registers/pattern.h"
#include "registers/signals.h"
#include "registers/window.h"

namespace ct {

class Actions {
public:
    // Made anywhere, used by one thread.
    [[nodiscard]] static Result<std::unique_ptr<Actions>> make(Common &common);
    Actions(const Actions &) = delete;
    Actions &operator=(const Actions &) = delete;
    ~Actions() { set_handler_state(nullptr); }

    // Nothing but counting, for a random while.
    void prepare_spin(Action &action, Schedule &schedule);
    // An error if it cannot be had now.
    [[nodiscard]] Result<void> prepare(ThreadEvent event, Action &action, Schedule &schedule,
                                       const Author &author);
    // After the window; an error if it did not do what it was for.
    [[nodiscard]] Result<void> finish(ThreadEvent event, const Action &action);

private:
    Actions(Common &common, ImageMemory handler_image, Mapping fault_page);

    void prepare_syscall(Action &action, Schedule &schedule);
    [[nodiscard]] Result<void> prepare_fault(Action &action);
    void prepare_signal(Action &action, int number, const Author &author);
    [[nodiscard]] Result<void> prepare_altstack(Action &action, const Author &author);
    void prepare_sleep(Action &action, Schedule &schedule);
    [[nodiscard]] Result<void> prepare_barrier(Action &action);

    Common &common_;
    ImageMemory handler_image_;
    HandlerState handler_;
    std::uint32_t handler_runs_ = 0;
    Mapping fault_page_;
    Mapping altstack_;
    stack_t altstack_before_{};
    Mapping victim_; // to be unmapped
    std::uint32_t barriers_ = 0;
    std::uint32_t altstacks_ = 0;
    timespec time_{};
    utsname names_{};
    std::uint32_t word_ = 0;
};

} // namespace ct
