// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/surroundings.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fmt/format.h>

namespace ct {

namespace {

// Two sockets, an eventfd, the files of --out, a pipe, and some of /proc: a run without
// exercisers never has more.
constexpr std::size_t descriptors_min = 16;

Error cannot_open(const std::string &why, int number)
{
    return Error{ErrorKind::System, "cannot run",
                 fmt::format("{}: {}", why, errno_text(number)), errno_hint(number),
                 std::nullopt};
}

// With O_PATH neither reading nor writing is possible, and "/" is there in every chroot.
std::optional<Error> fill_standard_descriptors()
{
    for (int wanted = STDIN_FILENO; wanted <= STDERR_FILENO; ++wanted) {
        if (fcntl(wanted, F_GETFD) >= 0)
            continue;
        // The lowest number that is free. Programs that this one starts need it as well.
        const int descriptor = open("/", O_PATH);
        if (descriptor != wanted)
            return cannot_open(
                fmt::format("descriptor {} is closed and cannot be filled", wanted), errno);
    }
    return std::nullopt;
}

// The errno of opening so many more, or 0.
int try_descriptors()
{
    std::array<int, descriptors_min> opened{};
    std::size_t count = 0;
    int number = 0;
    for (; number == 0 && count < opened.size(); ++count) {
        opened.at(count) = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        if (opened.at(count) < 0)
            number = errno;
    }
    for (const int descriptor : opened)
        if (descriptor > STDERR_FILENO)
            close(descriptor);
    return number;
}

std::optional<Error> check_descriptors()
{
    int number = try_descriptors();
    rlimit limit{};
    if (number == EMFILE && getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
            number = try_descriptors();
    }
    if (number == 0)
        return std::nullopt;
    return cannot_open(fmt::format("{} more files cannot be opened", descriptors_min), number);
}

} // namespace

std::optional<Error> settle_surroundings()
{
    (void)std::signal(SIGPIPE, SIG_IGN);
    (void)std::signal(SIGXFSZ, SIG_IGN);
    if (auto error = fill_standard_descriptors())
        return error;
    return check_descriptors();
}

} // namespace ct
