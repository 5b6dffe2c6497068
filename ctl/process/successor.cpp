// SPDX-License-Identifier: GPL-2.0-or-later
#include "process/successor.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/format.h>

#include "process/child.h"
#include "process/successor_layout.h"
#include "registers/compare.h"

extern "C" {
extern const std::byte yt_successor[];
extern const std::byte yt_successor_facts[];
extern const std::byte yt_successor_end[];
}

namespace ct {

namespace {

// As it lies in the program.
struct SuccessorFacts {
    std::uint64_t mask;
    std::uint64_t size;
    std::uint64_t descriptor;
};

constexpr const char *successor_name = "cryptorture-ex";
static_assert(image_size_max <= CT_SUCCESSOR_PAGE);

// Newer kernels expect a flag that says whether a file in memory is to be executed, older ones
// refuse it.
Descriptor make_file(unsigned int flags, unsigned int wish)
{
    int number = memfd_create(successor_name, flags | wish);
    if (number < 0 && errno == EINVAL)
        number = memfd_create(successor_name, flags);
    return Descriptor(number);
}

bool write_all(int file, std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const ssize_t size = write(file, bytes.data(), bytes.size());
        if (size < 0 && errno != EINTR)
            return false;
        bytes = bytes.subspan(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    }
    return true;
}

std::vector<std::byte> make_program(const RegisterSets &sets, int output)
{
    std::vector<std::byte> bytes(yt_successor, yt_successor_end);
    const SuccessorFacts facts{sets.mask, sets.size, static_cast<std::uint64_t>(output)};
    const std::byte *const place = yt_successor_facts;
    std::memcpy(bytes.data() + (place - yt_successor), &facts, sizeof(facts));
    return bytes;
}

off_t place_of_thread(std::uint32_t thread)
{
    return static_cast<off_t>(thread) * CT_SUCCESSOR_PAGE;
}

// Another time it may work.
bool passes(int number)
{
    return number == EAGAIN || number == ENOMEM || number == EINTR || number == EMFILE ||
           number == ENFILE;
}

Failure cannot_exec(int number)
{
    std::string hint = errno_hint(number);
    hint += hint.empty() ? "" : ", or ";
    return failure(passes(number) ? ErrorKind::System : ErrorKind::Unsupported,
                   "an exerciser cannot exec", errno_text(number),
                   hint + "see whether a policy of this machine forbids programs in memory "
                          "(vm.memfd_noexec, seccomp, an LSM); the run goes on without");
}

} // namespace

Result<Successor> Successor::make(const RegisterSets &sets, std::uint32_t threads)
{
#ifndef MFD_NOEXEC_SEAL
    constexpr unsigned int MFD_NOEXEC_SEAL = 8;
    constexpr unsigned int MFD_EXEC = 16;
#endif
    Descriptor program = make_file(MFD_CLOEXEC, MFD_EXEC);
    if (!program.open())
        return cannot_exec(errno);
    // The program is to inherit this one.
    Descriptor output = make_file(0, MFD_NOEXEC_SEAL);
    if (!output.open() || !write_all(program.number(), make_program(sets, output.number())))
        return cannot_exec(errno);
    return Successor(std::move(program), std::move(output), sets.size, threads);
}

Result<void> Successor::prepare(Action &action, std::uint32_t thread)
{
    constexpr std::uint32_t none = 0;
    if (pwrite(output_.number(), &none, sizeof(none),
               place_of_thread(thread) + CT_SUCCESSOR_MARK) != sizeof(none))
        return cannot_exec(errno);
    Words &words = words_.at(thread);
    *fmt::format_to_n(words.number.data(), words.number.size() - 1, "{}", thread).out = '\0';
    words.list = {successor_name, words.number.data(), nullptr};
    action.kind = ActionKind::Child;
    action.number = SYS_execveat;
    action.arguments = {program_.number(),
                        reinterpret_cast<long>(""),
                        reinterpret_cast<long>(words.list.data()),
                        reinterpret_cast<long>(&words.list.back()), // no environment
                        AT_EMPTY_PATH,
                        0};
    action.parent = getpid();
    action.spins = 1;
    action.word = &word_;
    action.while_value = 0;
    action.child_result = 0;
    return {};
}

Result<void> Successor::finish(const Action &action, std::uint32_t thread, Image image) const
{
    if (action.result < 0)
        return no_child(-action.result);
    await_end(static_cast<pid_t>(action.result));
    if (action.child_result < 0)
        return cannot_exec(static_cast<int>(-action.child_result));
    const Image left = image.first(size_);
    std::uint32_t mark = 0;
    if (pread(output_.number(), left.data(), left.size(), place_of_thread(thread)) ==
        static_cast<ssize_t>(left.size()))
        std::memcpy(&mark, left.data() + CT_SUCCESSOR_MARK, sizeof(mark));
    if (mark == 0)
        return failure(ErrorKind::System, "the new program of an exerciser died",
                       "it was killed before it had left what its registers held");
    return {};
}

void fill_initial(Image image, const RegisterSets &sets)
{
    // All components are absent, which is what that means.
    std::ranges::fill(image, std::byte{0});
    std::memcpy(image.data() + place::mxcsr, &initial::mxcsr, sizeof(initial::mxcsr));
    std::memcpy(image.data() + place::fcw, &initial::fcw, sizeof(initial::fcw));
    settle(image, sets);
}

} // namespace ct
