// SPDX-License-Identifier: GPL-2.0-or-later
// Descriptors that are missing and limits that are low, each in a process of its own.
#include "session/surroundings.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <functional>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "wire/socket.h"

namespace ct::test {

namespace {

// What the body returns in a process of its own; 256 and the signal that ended it.
int in_a_process(const std::function<int()> &body)
{
    const pid_t child = fork();
    if (child == 0)
        _exit(body());
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 256 + WTERMSIG(status);
}

bool limit_files(rlim_t soft, rlim_t hard)
{
    const rlimit limit{soft, hard};
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

int free_descriptor()
{
    const int descriptor = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
    close(descriptor);
    return descriptor;
}

// 0, or the number of the first line that does not hold.
int check_closed(int missing)
{
    for (int number = 0; number < 3; ++number)
        if ((missing >> number & 1) != 0)
            close(number);
    if (settle_surroundings())
        return __LINE__;
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0 || ends[0] < 3 || ends[1] < 3)
        return __LINE__;
    char byte = 0;
    for (int number = 0; number < 3; ++number) {
        if (fcntl(number, F_GETFD) < 0)
            return __LINE__;
        if ((missing >> number & 1) == 0)
            continue;
        // What is lost is not taken for written, and nothing comes out of it.
        if (write(number, &byte, 1) != -1 || errno != EBADF)
            return __LINE__;
        if (read(number, &byte, 1) != -1)
            return __LINE__;
        // A program that this one starts has it too.
        if ((fcntl(number, F_GETFD) & FD_CLOEXEC) != 0)
            return __LINE__;
    }
    return 0;
}

} // namespace

TEST(Surroundings, NothingElseGetsAStandardDescriptor)
{
    for (int missing = 0; missing < 8; ++missing)
        EXPECT_EQ(in_a_process([missing] { return check_closed(missing); }), 0) << missing;
}

TEST(Surroundings, SaysThatTooFewFilesCanBeOpened)
{
    const auto outcome = in_a_process([] {
        const auto some = static_cast<rlim_t>(free_descriptor()) + 2;
        if (!limit_files(some, some))
            return 1;
        const auto error = settle_surroundings();
        return error && error->sentence() == "cannot run: 16 more files cannot be opened: Too "
                                             "many open files; raise the limit of open files "
                                             "('ulimit -n')"
                   ? 0
                   : 2;
    });
    EXPECT_EQ(outcome, 0);
}

TEST(Surroundings, RaisesTheLimitThatMayBeRaised)
{
    const auto outcome = in_a_process([] {
        const auto some = static_cast<rlim_t>(free_descriptor()) + 2;
        return limit_files(some, some + 30) && !settle_surroundings() ? 0 : 1;
    });
    EXPECT_EQ(outcome, 0);
}

TEST(Surroundings, ALimitOfSizeIsAnErrorAndNoSignal)
{
    const auto outcome = in_a_process([] {
        const rlimit none{0, 0};
        std::FILE *const file = std::tmpfile();
        if (file == nullptr || settle_surroundings() || setrlimit(RLIMIT_FSIZE, &none) != 0)
            return 1;
        return write(fileno(file), "x", 1) == -1 && errno == EFBIG ? 0 : 2;
    });
    EXPECT_EQ(outcome, 0);
}

TEST(Surroundings, ASocketSaysWhatIsWrong)
{
    const auto outcome = in_a_process([] {
        const auto none = static_cast<rlim_t>(free_descriptor());
        if (!limit_files(none, none))
            return 1;
        const auto socket = Socket::open("nlctrl");
        return !socket && socket.error().sentence() ==
                              "cannot talk to the kernel: Too many open files; raise the limit "
                              "of open files ('ulimit -n')"
                   ? 0
                   : 2;
    });
    EXPECT_EQ(outcome, 0);
}

} // namespace ct::test
