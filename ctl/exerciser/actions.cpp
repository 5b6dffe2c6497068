// SPDX-License-Identifier: GPL-2.0-or-later
#include "exerciser/actions.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <linux/membarrier.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/format.h>

namespace ct {

namespace {

constexpr unsigned spin_shift_min = 7;    // a tenth of a microsecond
constexpr unsigned spin_shift_range = 10; // up to a hundred
constexpr std::uint32_t sleep_min_ns = 1000;
constexpr std::uint32_t sleep_range_ns = 200000;

template <typename Pointer> long argument(Pointer *pointer)
{
    return reinterpret_cast<long>(pointer);
}

void set_syscall(Action &action, long number, const std::array<long, 6> &arguments)
{
    action.kind = ActionKind::Syscall;
    action.number = number;
    action.arguments = arguments;
}

Failure cannot(std::string_view what, long number)
{
    return failure(ErrorKind::System, fmt::format("an exerciser cannot {}", what),
                   errno_text(static_cast<int>(number)),
                   "the run goes on without; see 'ulimit -a' for the limits of this process");
}

} // namespace

Actions::Actions(Common &common, ImageMemory handler_image, Mapping fault_page)
    : common_(common), handler_image_(std::move(handler_image)),
      fault_page_(std::move(fault_page))
{
    handler_.image = handler_image_.image().data();
    handler_.mask = common.sets.mask;
}

Result<std::unique_ptr<Actions>> Actions::make(Common &common)
{
    auto image = ImageMemory::make(common.sets);
    if (!image)
        return Failure(image.error());
    auto page = Mapping::make(page_size(), Mapping::Sharing::Private);
    if (!page)
        return Failure(page.error());
    return std::unique_ptr<Actions>(new Actions(common, std::move(*image), std::move(*page)));
}

void Actions::prepare_spin(Action &action, Schedule &schedule)
{
    action.kind = ActionKind::Spin;
    const std::uint32_t limit = 1U << (spin_shift_min + schedule.random(spin_shift_range));
    action.spins = 1 + schedule.random(limit);
    action.word = &word_;
    action.while_value = 0;
}

void Actions::prepare_syscall(Action &action, Schedule &schedule)
{
    switch (schedule.random(5)) {
    case 0:
        return set_syscall(action, SYS_getppid, {});
    case 1:
        return set_syscall(action, SYS_sched_yield, {});
    case 2:
        return set_syscall(action, SYS_clock_gettime,
                           {CLOCK_MONOTONIC, argument(&time_), 0, 0, 0, 0});
    case 3:
        return set_syscall(action, SYS_uname, {argument(&names_), 0, 0, 0, 0, 0});
    default: // the kernel's own cryptography
        return set_syscall(action, SYS_getrandom,
                           {argument(&names_), sizeof(names_), 1, 0, 0, 0});
    }
}

Result<void> Actions::prepare_fault(Action &action)
{
    // The page is dropped, so that the next access faults.
    if (madvise(fault_page_.data(), fault_page_.size(), MADV_DONTNEED) != 0)
        return cannot("give a page back", errno);
    action.kind = ActionKind::Touch;
    action.touch = fault_page_.data();
    return {};
}

void Actions::prepare_signal(Action &action, int number, const Author &author)
{
    Author author_of_handler = author;
    author_of_handler.handler = true;
    fill(handler_image_.image(), common_.sets, author_of_handler);
    set_handler_state(&handler_);
    handler_runs_ = handler_.runs;
    set_syscall(action, SYS_tgkill, {getpid(), gettid(), number, 0, 0, 0});
}

Result<void> Actions::prepare_altstack(Action &action, const Author &author)
{
    auto memory = Mapping::make(altstack_size(), Mapping::Sharing::WithChild);
    if (!memory)
        return Failure(memory.error());
    // Every other one is not there any more when the kernel reads from it.
    const bool away = altstacks_++ % 2 == 1;
    stack_t stack{};
    stack.ss_sp = memory->data();
    stack.ss_size = memory->size() - (away ? page_size() - altstack_overhang : 0);
    if (sigaltstack(&stack, &altstack_before_) != 0)
        return cannot("take an alternate stack", errno);
    altstack_ = std::move(*memory);
    if (away) {
        handler_.away = altstack_.data();
        handler_.away_size = altstack_.size();
    }
    prepare_signal(action, altstack_signal(), author);
    return {};
}

void Actions::prepare_sleep(Action &action, Schedule &schedule)
{
    time_ =
        to_timespec(std::chrono::nanoseconds(sleep_min_ns + schedule.random(sleep_range_ns)));
    common_.stop.prepare_sleep(action, time_);
}

Result<void> Actions::prepare_barrier(Action &action)
{
    const long page = argument(common_.page.data());
    const auto size = static_cast<long>(common_.page.size());
    switch (barriers_++ % 5) {
    case 0:
        set_syscall(action, SYS_mprotect, {page, size, PROT_READ, 0, 0, 0});
        return {};
    case 1:
        set_syscall(action, SYS_mprotect, {page, size, PROT_READ | PROT_WRITE, 0, 0, 0});
        return {};
    case 2:
        set_syscall(action, SYS_madvise, {page, size, MADV_DONTNEED, 0, 0, 0});
        return {};
    case 3: {
        auto victim = Mapping::make(page_size(), Mapping::Sharing::Private);
        if (!victim)
            return Failure(victim.error());
        *victim->data() = std::byte{1};
        victim_ = std::move(*victim);
        set_syscall(action, SYS_munmap,
                    {argument(victim_.data()), static_cast<long>(victim_.size()), 0, 0, 0, 0});
        return {};
    }
    default:
        if (common_.membarrier)
            set_syscall(action, SYS_membarrier,
                        {MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0, 0, 0, 0});
        else
            set_syscall(action, SYS_madvise, {page, size, MADV_DONTNEED, 0, 0, 0});
        return {};
    }
}

Result<void> Actions::prepare(ThreadEvent event, Action &action, Schedule &schedule,
                              const Author &author)
{
    switch (event) {
    case ThreadEvent::Syscall:
        prepare_syscall(action, schedule);
        return {};
    case ThreadEvent::Fault:
        return prepare_fault(action);
    case ThreadEvent::Signal:
        prepare_signal(action, plain_signal(), author);
        return {};
    case ThreadEvent::Altstack:
        return prepare_altstack(action, author);
    case ThreadEvent::Sleep:
        prepare_sleep(action, schedule);
        return {};
    case ThreadEvent::Barrier:
        return prepare_barrier(action);
    default:
        prepare_spin(action, schedule);
        return {};
    }
}

Result<void> Actions::finish(ThreadEvent event, const Action &action)
{
    switch (event) {
    case ThreadEvent::Altstack: {
        const int result = sigaltstack(&altstack_before_, nullptr);
        const int reason = errno;
        handler_.away = nullptr;
        altstack_ = Mapping();
        if (result != 0)
            return cannot("take its stack back", reason);
        [[fallthrough]];
    }
    case ThreadEvent::Signal:
        set_handler_state(nullptr);
        if (action.result != 0 || handler_.runs == handler_runs_)
            return cannot("send itself a signal", -action.result);
        return {};
    case ThreadEvent::Barrier:
        if (victim_.data() != nullptr && action.result == 0)
            victim_.forget();
        victim_ = Mapping();
        if (action.result != 0)
            return cannot("make a memory barrier", -action.result);
        return {};
    default:
        return {};
    }
}

} // namespace ct
