// SPDX-License-Identifier: GPL-2.0-or-later
#include "process/tracee.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <elf.h>
#include <linux/futex.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "process/child.h"

namespace ct {

namespace {

// More than any CPU has so far.
constexpr std::size_t xstate_max = 16384;
// The interval at which it checks for its parent, and the time after which it exits untraced.
constexpr long wait_ns = 20000000;
constexpr std::uint64_t waits_max = 500;

template <typename Pointer> std::uintptr_t word_of(Pointer *pointer)
{
    return reinterpret_cast<std::uintptr_t>(pointer);
}

} // namespace

Result<Tracee> Tracee::make(const RegisterSets &sets)
{
    auto store = ImageMemory::make(sets);
    if (!store)
        return Failure(store.error());
    auto memory = Mapping::make(xstate_max, Mapping::Sharing::Private);
    if (!memory)
        return Failure(memory.error());
    return Tracee(sets, std::move(*store), std::move(*memory));
}

Tracee::Tracee(Tracee &&other) noexcept
    : sets_(other.sets_), store_(std::move(other.store_)), memory_(std::move(other.memory_)),
      size_(other.size_), child_(std::exchange(other.child_, -1))
{
}

void Tracee::prepare(Action &action)
{
    word_ = 0;
    wait_.tv_nsec = wait_ns;
    action.kind = ActionKind::Child;
    action.number = SYS_futex;
    action.arguments = {static_cast<long>(word_of(&word_)),
                        FUTEX_WAIT_PRIVATE,
                        0,
                        static_cast<long>(word_of(&wait_)),
                        0,
                        0};
    action.parent = getpid();
    action.spins = waits_max;
    action.word = &word_;
    action.while_value = 0;
    action.child_store = store_.image().data();
    action.child_done = 0;
}

Result<void> Tracee::stop(const Action &action)
{
    if (action.result < 0)
        return no_child(-action.result);
    child_ = static_cast<pid_t>(action.result);
    constexpr std::uintptr_t options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
    return request(PTRACE_SEIZE, "PTRACE_SEIZE", 0, options)
        .and_then([this] { return request(PTRACE_INTERRUPT, "PTRACE_INTERRUPT", 0, 0); })
        .and_then([this] { return await_stop(); });
}

Result<Image> Tracee::read(Way way)
{
    size_ = legacy_size;
    if (sets_.xsave()) {
        const auto size =
            transfer(PTRACE_GETREGSET, "PTRACE_GETREGSET", Way::Xstate, memory_.size());
        if (!size)
            return Failure(size.error());
        if (*size < sets_.size || *size >= memory_.size())
            return lost(ErrorKind::Unsupported,
                        fmt::format("PTRACE_GETREGSET gives {} bytes of registers", *size));
        size_ = *size;
    }
    if (way == Way::Legacy || !sets_.xsave())
        if (const auto size =
                transfer(PTRACE_GETREGSET, "PTRACE_GETREGSET", Way::Legacy, legacy_size);
            !size)
            return Failure(size.error());
    return Image(memory_.data(), sets_.size);
}

Result<void> Tracee::write_back()
{
    const Way way = sets_.xsave() ? Way::Xstate : Way::Legacy;
    return transfer(PTRACE_SETREGSET, "PTRACE_SETREGSET", way, size_)
        .map([](std::size_t /*size*/) {});
}

Result<void> Tracee::write(ConstImage image, Way way)
{
    if (way == Way::Legacy || !sets_.xsave()) {
        std::memcpy(memory_.data(), image.data(), legacy_size);
        return transfer(PTRACE_SETREGSET, "PTRACE_SETREGSET", Way::Legacy, legacy_size)
            .map([](std::size_t /*size*/) {});
    }
    // What else it has, such as its protection keys, it keeps.
    const auto present = [this] {
        return memory_.data() + place::xstate_bv;
    };
    std::uint64_t before = 0;
    std::uint64_t after = 0;
    std::memcpy(&before, present(), sizeof(before));
    std::memcpy(memory_.data(), image.data(), sets_.size);
    std::memcpy(&after, present(), sizeof(after));
    after |= before & ~sets_.mask;
    std::memcpy(present(), &after, sizeof(after));
    return write_back();
}

Result<void> Tracee::step()
{
    return request(PTRACE_SYSCALL, "PTRACE_SYSCALL", 0, 0).and_then([this] {
        return await_stop();
    });
}

Result<Image> Tracee::release(const Action &action)
{
    word_ = 1;
    if (auto gone = request(PTRACE_DETACH, "PTRACE_DETACH", 0, 0); !gone)
        return Failure(gone.error());
    await_end(std::exchange(child_, -1));
    if (action.child_done == 0)
        return lost(ErrorKind::System, "it was killed before it had left its registers");
    return store_.image();
}

Result<void> Tracee::request(int what, const char *words, std::uintptr_t address,
                             std::uintptr_t data)
{
    if (syscall(SYS_ptrace, what, child_, address, data) == 0)
        return {};
    const int number = errno;
    std::string why = fmt::format("{}: {}", words, errno_text(number));
    if (number == ESRCH)
        return lost(ErrorKind::System, std::move(why));
    return lost(ErrorKind::Unsupported, std::move(why),
                "see whether this machine forbids it (kernel.yama.ptrace_scope, seccomp, an "
                "LSM) or another program traces it; the run goes on without");
}

Result<std::size_t> Tracee::transfer(int what, const char *words, Way way, std::size_t size)
{
    iovec vector{memory_.data(), size};
    const std::uintptr_t set = way == Way::Xstate ? NT_X86_XSTATE : NT_PRFPREG;
    return request(what, words, set, word_of(&vector)).map([&vector] {
        return vector.iov_len;
    });
}

Result<void> Tracee::await_stop()
{
    int status = 0;
    pid_t seen = 0;
    do
        seen = waitpid(child_, &status, __WALL);
    while (seen < 0 && errno == EINTR);
    constexpr int of_call = 0x80; // PTRACE_O_TRACESYSGOOD
    if (seen == child_ && WIFSTOPPED(status) && (WSTOPSIG(status) & ~of_call) == SIGTRAP)
        return {};
    // A child that has ended is not there to be killed, nor anybody else under its number.
    if (seen != child_ || !WIFSTOPPED(status))
        child_ = -1;
    return lost(ErrorKind::System, "another process stopped or killed it");
}

Failure Tracee::lost(ErrorKind kind, std::string why, std::string hint)
{
    abandon();
    return failure(kind, "an exerciser cannot trace its child", std::move(why),
                   std::move(hint));
}

void Tracee::abandon()
{
    if (child_ <= 0)
        return;
    (void)kill(child_, SIGKILL);
    await_end(std::exchange(child_, -1));
}

} // namespace ct
