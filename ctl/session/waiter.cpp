// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/waiter.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <poll.h>
#include <string_view>
#include <sys/eventfd.h>
#include <unistd.h>

#include "record/exit.h"

namespace ct {

namespace {

// A signal handler can reach nothing else.
std::atomic<int> interrupts{0};
std::atomic<bool> hangup{false};
std::atomic<int> bell{-1};

static_assert(std::atomic<int>::is_always_lock_free);
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void on_signal(int number)
{
    const int saved = errno;
    if (number == SIGHUP) {
        hangup = true;
    } else if (++interrupts > 1) {
        constexpr std::string_view farewell =
            "\ncryptorture: interrupted again, leaving without a verdict; what the module was "
            "doing was asked to end, 'cryptorture status' shows it\n";
        const ssize_t written = ::write(STDERR_FILENO, farewell.data(), farewell.size());
        (void)written;
        _exit(static_cast<int>(ExitStatus::Interrupted));
    }
    const std::uint64_t one = 1;
    const ssize_t rung = ::write(bell, &one, sizeof(one));
    (void)rung;
    errno = saved;
}

class SignalWaiter final : public Waiter {
public:
    explicit SignalWaiter(int descriptor) : descriptor_(descriptor) {}
    SignalWaiter(const SignalWaiter &) = delete;
    SignalWaiter &operator=(const SignalWaiter &) = delete;
    ~SignalWaiter() override
    {
        bell = -1;
        close(descriptor_);
    }

    Wake wait(int descriptor, std::chrono::milliseconds time) override
    {
        std::array<pollfd, 2> waiting{{{descriptor_, POLLIN, 0}, {descriptor, POLLIN, 0}}};
        constexpr std::int64_t longest = 60000;
        const auto limit = std::clamp<std::int64_t>(time.count(), 0, longest);
        (void)poll(waiting.data(), waiting.size(), static_cast<int>(limit));
        std::uint64_t rings = 0;
        // Nonblocking: with no ring there is nothing to read, and that is well.
        const ssize_t got = read(descriptor_, &rings, sizeof(rings));
        (void)got;
        return Wake{interrupts > 0, hangup, false};
    }

    std::chrono::nanoseconds now() const override
    {
        return std::chrono::steady_clock::now().time_since_epoch();
    }

private:
    int descriptor_ = -1;
};

bool handle(int number)
{
    struct sigaction action = {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART; // a conversation with the kernel goes on
    sigemptyset(&action.sa_mask);
    return sigaction(number, &action, nullptr) == 0;
}

bool is_ignored(int number)
{
    struct sigaction action = {};
    return sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

} // namespace

Result<std::unique_ptr<Waiter>> make_signal_waiter()
{
    const int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (descriptor < 0)
        return failure(ErrorKind::System, "cannot wait for signals", errno_text(errno),
                       "raise the limit of open files");
    bell = descriptor;
    auto waiter = std::make_unique<SignalWaiter>(descriptor);
    // Under nohup the terminal's end is of no interest.
    if (!handle(SIGINT) || !handle(SIGTERM) || (!is_ignored(SIGHUP) && !handle(SIGHUP)))
        return failure(ErrorKind::System, "cannot wait for signals", errno_text(errno));
    return waiter;
}

} // namespace ct
