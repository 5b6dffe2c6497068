// SPDX-License-Identifier: GPL-2.0-or-later
#include "process/child.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/descriptor.h"

namespace ct {

namespace {

constexpr std::size_t image_at = 64;
constexpr int end_patience_ms = 60000; // a busy machine may keep it waiting long

} // namespace

Result<Child> Child::make(const RegisterSets &sets)
{
    auto shared = Mapping::make(image_at + sets.size, Mapping::Sharing::WithChild);
    if (!shared)
        return Failure(shared.error());
    return Child(std::move(*shared));
}

void Child::prepare(Action &action)
{
    // A copy of the process with no signal to the parent when it ends.
    action.kind = ActionKind::Syscall;
    action.number = SYS_clone;
    action.arguments = {};
}

void Child::leave(ConstImage stored) const
{
    (void)syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    std::memcpy(shared_.data() + image_at, stored.data(), stored.size());
    *shared_.data() = std::byte{1};
    for (;;)
        (void)syscall(SYS_exit_group, 0);
}

std::optional<Image> Child::wait(const Action &action) const
{
    await_end(static_cast<pid_t>(action.result));
    if (*shared_.data() != std::byte{1})
        return std::nullopt;
    *shared_.data() = std::byte{0};
    return Image(shared_.data() + image_at, shared_.size() - image_at);
}

void await_end(pid_t child)
{
    const Descriptor watch(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));
    pollfd waiting{watch.number(), POLLIN, 0};
    if (watch.open() && poll(&waiting, 1, end_patience_ms) == 0)
        (void)kill(child, SIGKILL);
    while (waitpid(child, nullptr, __WALL) < 0 && errno == EINTR) {
    }
}

Failure no_child(long number)
{
    return failure(ErrorKind::System, "an exerciser cannot fork",
                   errno_text(static_cast<int>(number)),
                   "raise the limit of processes ('ulimit -u', or the cgroup's pids.max)");
}

} // namespace ct
