// SPDX-License-Identifier: GPL-2.0-or-later
#include "program/test_bed.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>

#include "base/descriptor.h"
#include "base/quantity.h"
#include "exerciser/pool_process.h"

namespace ct {

namespace {

constexpr const char *busted_name = "cryptorture_busted";

Failure cannot_load(int number)
{
    if (number == EOPNOTSUPP)
        return failure(ErrorKind::Unsupported, "cannot load cryptorture_busted",
                       "this machine or kernel lacks what the fault needs",
                       "the end of the kernel log ('dmesg | tail') has the reason");
    const char *hint = "the end of the kernel log ('dmesg | tail') may have the reason";
    if (number == EPERM)
        hint = "be root, in the machine's own namespaces, and without Secure Boot's lockdown";
    else if (number == EEXIST)
        hint = "it is loaded: 'rmmod cryptorture_busted'";
    else if (number == ENOEXEC)
        hint = "build it for this kernel: 'vm/build --into DIR KERNEL CT_BUSTED=1'";
    return failure(ErrorKind::System, "cannot load cryptorture_busted", errno_text(number),
                   hint);
}

Failure cannot_start_child(int number)
{
    return failure(ErrorKind::System, "cannot start cryptorture in a process of its own",
                   errno_text(number), "raise the limit of processes ('ulimit -u')");
}

class RealTestBed final : public TestBed {
public:
    RealTestBed(std::string module, std::string program, Waiter &waiter)
        : module_(std::move(module)), program_(std::move(program)), waiter_(waiter)
    {
    }
    RealTestBed(const RealTestBed &) = delete;
    RealTestBed &operator=(const RealTestBed &) = delete;
    ~RealTestBed() override { (void)RealTestBed::unload(); }

    Result<void> load(const std::string &parameters) override
    {
        const Descriptor file(open(module_.c_str(), O_RDONLY | O_CLOEXEC));
        if (file.number() < 0)
            return cannot_load(errno);
        // Registers are those of the process of that name.
        const std::string all =
            fmt::format("expendable=1 program={} {}", pool_name, parameters);
        if (syscall(SYS_finit_module, file.number(), all.c_str(), 0) != 0)
            return cannot_load(errno);
        loaded_ = true;
        return {};
    }

    Result<void> unload() override
    {
        // Transforms of the run that ended may be on their way out.
        constexpr int tries = 100;
        constexpr std::chrono::milliseconds pause{50};
        for (int count = 0; loaded_; ++count) {
            if (syscall(SYS_delete_module, busted_name, O_NONBLOCK) == 0) {
                loaded_ = false;
                break;
            }
            if ((errno != EAGAIN && errno != EBUSY) || count == tries)
                return failure(ErrorKind::System, "cannot unload cryptorture_busted",
                               errno_text(errno),
                               "end what uses it, then 'rmmod cryptorture_busted'");
            std::this_thread::sleep_for(pause);
        }
        return {};
    }

    std::uint64_t done() override
    {
        std::ifstream file(fmt::format("/sys/module/{}/parameters/done", busted_name));
        std::uint64_t count = 0;
        file >> count;
        return file ? count : 0;
    }

    Result<ChildOutput> run(const std::vector<std::string> &words) override;
    bool interrupted() const override { return interrupted_; }

private:
    // Until the child has closed its end.
    std::string read_all(int descriptor, pid_t child);

    std::string module_;
    std::string program_;
    Waiter &waiter_;
    bool loaded_ = false;
    bool interrupted_ = false;
};

std::string RealTestBed::read_all(int descriptor, pid_t child)
{
    constexpr std::chrono::milliseconds look_again{500};
    std::string text;
    std::array<char, 65536> part{};
    for (;;) {
        const ssize_t got = read(descriptor, part.data(), part.size());
        if (got > 0) {
            text.append(part.data(), static_cast<std::size_t>(got));
            continue;
        }
        if (got == 0 || (errno != EAGAIN && errno != EINTR))
            return text;
        const Wake wake = waiter_.wait(descriptor, look_again);
        if ((wake.interrupted || wake.hangup) && !std::exchange(interrupted_, true))
            (void)kill(child, SIGTERM);
    }
}

Result<ChildOutput> RealTestBed::run(const std::vector<std::string> &words)
{
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        return cannot_start_child(errno);
    const Descriptor reader(ends[0]);
    Descriptor writer(ends[1]);
    (void)fcntl(reader.number(), F_SETFL, O_NONBLOCK);

    std::vector<std::string> copies{program_};
    copies.insert(copies.end(), words.begin(), words.end());
    std::vector<char *> arguments;
    arguments.reserve(copies.size() + 1);
    for (std::string &word : copies)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, writer.number(), STDOUT_FILENO);
    // What matters of it is among the lines.
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    const int error =
        posix_spawnp(&child, program_.c_str(), &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        return cannot_start_child(error);
    writer.close();
    ChildOutput output;
    output.text = read_all(reader.number(), child);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    constexpr int killed = 128;
    output.status = WIFEXITED(status) ? WEXITSTATUS(status) : killed + WTERMSIG(status);
    return output;
}

std::string default_module()
{
    utsname names{};
    (void)uname(&names);
    return fmt::format("/lib/modules/{}/extra/{}.ko", names.release, busted_name);
}

std::string default_program()
{
    constexpr const char *name = "cryptorture";
    std::error_code code;
    const auto beside =
        std::filesystem::read_symlink("/proc/self/exe", code).replace_filename(name);
    return std::filesystem::is_regular_file(beside, code) ? beside.string() : name;
}

} // namespace

Result<std::unique_ptr<TestBed>> open_test_bed(const std::string &module,
                                               const std::string &program, Waiter &waiter)
{
    const std::string file = module.empty() ? default_module() : module;
    std::error_code code;
    if (!std::filesystem::is_regular_file(file, code))
        return failure(
            ErrorKind::NotFound, "cannot run the selftest",
            fmt::format("there is no {}, the module that breaks things on purpose and is never "
                        "installed",
                        printable(file)),
            "on a throw-away machine build it with 'vm/build --into DIR KERNEL "
            "CT_BUSTED=1' and name it with --module; 'make selftest' does it in a virtual one");
    return std::make_unique<RealTestBed>(file, program.empty() ? default_program() : program,
                                         waiter);
}

} // namespace ct
