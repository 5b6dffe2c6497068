// SPDX-License-Identifier: GPL-2.0-or-later
#include "registers/signals.h"

#include <algorithm>
#include <cerrno>
#include <elf.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <utility>

#include "registers/mapping.h"
#include "registers/window.h"

namespace ct {

namespace {

thread_local constinit HandlerState *current = nullptr;

// The kernel maps the neighbours of what is read, too, but not of what is written: so the
// first access to the stack after that is a write.
void take_away(std::byte *memory, std::size_t size)
{
    long result = SYS_madvise;
    asm volatile("syscall\n\tmovb $0, -256(%%rsp)"
                 : "+a"(result)
                 : "D"(memory), "S"(size), "d"(MADV_DONTNEED)
                 : "rcx", "r11", "memory");
}

// In a signal: memory of its own thread, one assembly function and one system call.
extern "C" void on_exercise(int /*number*/)
{
    HandlerState *const state = current;
    if (state == nullptr)
        return;
    load_registers(state->image, state->mask);
    if (state->away != nullptr)
        take_away(state->away, state->away_size);
    state->runs = state->runs + 1;
}

bool handle(int number, int flags, struct sigaction &before)
{
    struct sigaction action = {};
    action.sa_handler = on_exercise;
    action.sa_flags = SA_RESTART | flags;
    sigfillset(&action.sa_mask);
    return sigaction(number, &action, &before) == 0;
}

} // namespace

// From the end, where hardly anybody takes any.
int plain_signal()
{
    return SIGRTMAX - 3;
}

int altstack_signal()
{
    return SIGRTMAX - 4;
}

std::size_t altstack_size()
{
#ifndef AT_MINSIGSTKSZ
    constexpr unsigned long AT_MINSIGSTKSZ = 51;
#endif
    // What the kernel's frame takes; old kernels do not say.
    constexpr std::size_t frame_min = 4096 + 2048;
    constexpr std::size_t own = 16384; // more than enough, with sanitizers too
    return std::max<std::size_t>(getauxval(AT_MINSIGSTKSZ), frame_min) + own;
}

void set_handler_state(HandlerState *state)
{
    current = state;
}

sigset_t exerciser_mask()
{
    sigset_t mask;
    sigfillset(&mask);
    for (const int number : {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGSYS, SIGABRT,
                             plain_signal(), altstack_signal()})
        sigdelset(&mask, number);
    return mask;
}

Result<SignalHandlers> SignalHandlers::install()
{
    SignalHandlers handlers;
    constexpr const char *what = "cannot handle the signals of exercisers";
    if (!handle(plain_signal(), 0, handlers.plain_))
        return failure(ErrorKind::System, what, errno_text(errno));
    if (!handle(altstack_signal(), SA_ONSTACK, handlers.altstack_)) {
        const int reason = errno;
        sigaction(plain_signal(), &handlers.plain_, nullptr);
        return failure(ErrorKind::System, what, errno_text(reason));
    }
    handlers.active_ = true;
    return handlers;
}

SignalHandlers::SignalHandlers(SignalHandlers &&other) noexcept
    : active_(std::exchange(other.active_, false)), plain_(other.plain_),
      altstack_(other.altstack_)
{
}

SignalHandlers::~SignalHandlers()
{
    if (!active_)
        return;
    sigaction(plain_signal(), &plain_, nullptr);
    sigaction(altstack_signal(), &altstack_, nullptr);
}

} // namespace ct
