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

class Deeds {
public:
    // Made anywhere, used by one thread.
    [[nodiscard]] static Result<std::unique_ptr<Deeds>> make(Common &common);
    Deeds(const Deeds &) = delete;
    Deeds &operator=(const Deeds &) = delete;
    ~Deeds() { set_handler_state(nullptr); }

    // Nothing but counting, for a random while.
    void prepare_spin(Deed &deed, Schedule &schedule);
    // An error if it cannot be had now.
    [[nodiscard]] Result<void> prepare(ThreadEvent event, Deed &deed, Schedule &schedule,
                                       const Author &author);
    // After the window; an error if it did not do what it was for.
    [[nodiscard]] Result<void> finish(ThreadEvent event, const Deed &deed);

private:
    Deeds(Common &common, ImageMemory handler_image, Mapping fault_page);

    void prepare_syscall(Deed &deed, Schedule &schedule);
    [[nodiscard]] Result<void> prepare_fault(Deed &deed);
    void prepare_signal(Deed &deed, int number, const Author &author);
    [[nodiscard]] Result<void> prepare_altstack(Deed &deed, const Author &author);
    void prepare_sleep(Deed &deed, Schedule &schedule);
    [[nodiscard]] Result<void> prepare_barrier(Deed &deed);

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
