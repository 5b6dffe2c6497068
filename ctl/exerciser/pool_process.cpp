// SPDX-License-Identifier: GPL-2.0-or-later
#include "exerciser/pool_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <memory>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "registers/mask_guard.h"

namespace ct {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds look_every{50};
constexpr milliseconds reap_every{5};
constexpr std::chrono::seconds leave_time{2}; // in addition to that of the pool
constexpr std::size_t text_max = 4096;        // of a message
constexpr std::uint64_t deaths_max = 20;

// Signals are of the process that follows the run: it ends this one in its turn.
void ignore_signals()
{
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        (void)std::signal(number, SIG_IGN);
}

// Closes the run's sockets and files, so that no reader waits for the end
// of its output because of this process. Returns where the socket is now.
int keep_only(int socket)
{
    constexpr int own = STDERR_FILENO + 1;
    const int nothing = open("/", O_PATH | O_CLOEXEC);
    if (nothing >= 0) {
        (void)dup2(nothing, STDIN_FILENO);
        (void)dup2(nothing, STDOUT_FILENO);
    }
    if (socket != own)
        (void)dup2(socket, own);
    (void)syscall(SYS_close_range, own + 1, ~0U, 0);
    return own;
}

// One message each, cut off where it is too long.
void send_text(int socket, const std::string &text)
{
    if (!text.empty())
        while (::send(socket, text.data(), std::min(text.size(), text_max), MSG_NOSIGNAL) < 0 &&
               errno == EINTR) {
        }
}

std::string cause_of(int status)
{
    if (!WIFSIGNALED(status))
        return fmt::format("exited with status {}", WEXITSTATUS(status));
    const int number = WTERMSIG(status);
    return fmt::format("died of signal {} ({})", number, strsignal(number));
}

const char *meaning_of(int status)
{
    if (!WIFSIGNALED(status))
        return "this program has a fault, or memory ran out";
    if (WTERMSIG(status) == SIGKILL)
        return "it was killed, or memory ran out, see 'dmesg'";
    return "registers or memory of its own were changed, or this program has a fault";
}

Error no_process(int number)
{
    std::string hint =
        number == EAGAIN
            ? "raise the limit of processes ('ulimit -u', or the cgroup's pids.max)"
            : errno_hint(number);
    hint += hint.empty() ? "" : ", or ";
    return Error{ErrorKind::System, "cannot start the process of the exercisers",
                 errno_text(number), hint + "do without (--exercisers 0); the run goes on",
                 std::nullopt};
}

} // namespace

std::optional<Error> PoolProcess::start()
{
    auto shared = Mapping::make(sizeof(Counts), Mapping::Sharing::WithChild);
    if (!shared)
        return shared.error();
    shared_ = std::move(*shared);
    counts_ = std::construct_at(reinterpret_cast<Counts *>(shared_.data()));
    return make_process();
}

std::optional<Error> PoolProcess::make_process()
{
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return no_process(errno);
    const pid_t parent = getpid();
    int number = 0;
    {
        const MaskGuard blocked(MaskGuard::all());
        process_ = fork();
        number = errno;
        if (process_ == 0)
            ignore_signals();
    }
    if (process_ == 0)
        enter(ends[1], parent);
    (void)close(ends[1]);
    socket_ = ends[0];
    if (process_ > 0)
        return std::nullopt;
    close_socket();
    return no_process(number);
}

void PoolProcess::enter(int socket, pid_t parent)
{
    int status = 0;
    (void)prctl(PR_SET_NAME, pool_name, 0, 0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    // It may have died before that.
    if (getppid() != parent)
        _exit(status);
    const int own = keep_only(socket);
    try {
        serve(own);
    } catch (const std::exception &) {
        status = 1;
    }
    // Nothing that is the parent's is cleaned up here.
    (void)shutdown(own, SHUT_RDWR);
    _exit(status);
}

void PoolProcess::serve(int socket)
{
    // Those of earlier pools are included.
    const std::uint64_t differences = counts_->differences;
    const std::uint64_t untold = counts_->untold;
    Pool pool(plan_, open_link_);
    const auto tell = [&] {
        for (const std::string &text : pool.messages())
            send_text(socket, text);
        counts_->differences = differences + pool.statistics().differences;
        counts_->untold = untold + pool.untold();
    };
    if (const auto error = pool.start())
        send_text(socket, error->sentence());
    pollfd waiting{socket, POLLIN, 0};
    // Readable: the other side has closed it, or is gone.
    while (poll(&waiting, 1, static_cast<int>(look_every.count())) <= 0)
        tell();
    pool.stop();
    tell();
}

bool PoolProcess::receive()
{
    std::array<char, text_max> text{};
    for (;;) {
        const ssize_t size = recv(socket_, text.data(), text.size(), MSG_DONTWAIT);
        if (size > 0)
            messages_.emplace_back(text.data(), static_cast<std::size_t>(size));
        else if (size == 0)
            return false;
        else if (errno != EINTR)
            return errno == EAGAIN;
    }
}

std::vector<std::string> PoolProcess::messages()
{
    if (socket_ >= 0 && !receive()) {
        messages_.push_back(bury());
        if (deaths_ < deaths_max)
            if (const auto error = make_process())
                messages_.push_back(error->sentence());
    }
    return std::exchange(messages_, {});
}

std::string PoolProcess::bury()
{
    ++deaths_;
    close_socket();
    const auto status = reap(steady_clock::now() + plan_.stop_time);
    return fmt::format(
        "the process of the exercisers {}: {}; what it had found is kept, the run goes on, and "
        "{}",
        status ? cause_of(*status) : "closed its socket and does not end",
        status ? meaning_of(*status) : "it may hang in the kernel, see 'dmesg'",
        deaths_ < deaths_max ? "it is started again"
                             : fmt::format("it is not started again after {} times", deaths_));
}

std::optional<int> PoolProcess::reap(steady_clock::time_point until)
{
    int status = 0;
    for (;;) {
        const pid_t ended = waitpid(process_, &status, WNOHANG);
        const bool over = ended == process_ || (ended < 0 && errno != EINTR);
        if (over || steady_clock::now() >= until) {
            process_ = -1;
            return over ? std::optional(status) : std::nullopt;
        }
        (void)poll(nullptr, 0, static_cast<int>(reap_every.count()));
    }
}

void PoolProcess::close_socket()
{
    if (socket_ >= 0)
        (void)close(socket_);
    socket_ = -1;
}

void PoolProcess::stop()
{
    if (socket_ < 0)
        return;
    (void)shutdown(socket_, SHUT_WR);
    const auto until = steady_clock::now() + plan_.stop_time + leave_time;
    pollfd waiting{socket_, POLLIN, 0};
    bool open = receive();
    while (open && steady_clock::now() < until) {
        (void)poll(&waiting, 1, static_cast<int>(look_every.count()));
        open = receive();
    }
    close_socket();
    if (open)
        (void)kill(process_, SIGKILL);
    const auto status = reap(steady_clock::now() + leave_time);
    if (status && *status == 0)
        return;
    if (open || !status) {
        messages_.emplace_back("the process of the exercisers hangs in the kernel and was left "
                               "behind: the kernel log may have the reason, see 'dmesg'");
        return;
    }
    ++deaths_;
    messages_.push_back(
        fmt::format("the process of the exercisers {}: {}; what it had found is "
                    "kept",
                    cause_of(*status), meaning_of(*status)));
}

} // namespace ct
