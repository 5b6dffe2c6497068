// SPDX-License-Identifier: GPL-2.0-or-later
#include "testbed/steering.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/format.h>
#include <linux/mount.h>

#include "base/quantity.h"

namespace ct {

namespace {

constexpr unsigned mask_word = 32; // bits between two commas

// "3,00000001": the highest CPUs first.
std::string cpu_mask_text(const std::vector<std::uint32_t> &cpus)
{
    std::vector<std::uint32_t> words(1);
    for (const std::uint32_t cpu : cpus) {
        if (cpu / mask_word >= words.size())
            words.resize(cpu / mask_word + 1);
        words[cpu / mask_word] |= 1U << (cpu % mask_word);
    }
    std::string text;
    // NOLINTNEXTLINE(modernize-loop-convert): the number counts
    for (auto word = words.rbegin(); word != words.rend(); ++word)
        text += fmt::format("{}{:08x}", text.empty() ? "" : ",", *word);
    return text;
}

// sysfs as the network namespace of the calling thread has it, mounted nowhere: gone with its
// descriptor.
Descriptor own_sysfs(int &number)
{
    const Descriptor context(static_cast<int>(syscall(SYS_fsopen, "sysfs", FSOPEN_CLOEXEC)));
    if (!context.open() || syscall(SYS_fsconfig, context.number(), FSCONFIG_CMD_CREATE, nullptr,
                                   nullptr, 0) != 0) {
        number = errno;
        return Descriptor(-1);
    }
    Descriptor mount(
        static_cast<int>(syscall(SYS_fsmount, context.number(), FSMOUNT_CLOEXEC, 0)));
    number = errno;
    return mount;
}

std::string of_what(const std::string &link)
{
    return fmt::format("cannot steer what \"{}\" receives to CPUs", link);
}

// rps_cpus of each receive queue.
Result<std::vector<Descriptor>> open_queues(const std::string &link)
{
    const std::string what = of_what(link);
    int number = 0;
    const Descriptor sysfs = own_sysfs(number);
    if (!sysfs.open() && (number == EPERM || number == EACCES))
        return failure(ErrorKind::Permission, what,
                       "sysfs of a network namespace cannot be mounted without CAP_SYS_ADMIN",
                       "run it as root, outside of containers");
    if (!sysfs.open())
        return failure(ErrorKind::Unsupported, what,
                       fmt::format("sysfs cannot be mounted ({})", errno_text(number)),
                       "use a kernel of 5.2 or later that is built with CONFIG_SYSFS");
    if (link.find('/') != std::string::npos ||
        faccessat(sysfs.number(), fmt::format("class/net/{}", link).c_str(), F_OK, 0) != 0)
        return failure(ErrorKind::NotFound, what,
                       fmt::format("there is no interface \"{}\"", link),
                       "see 'ip link' for those that there are");
    std::vector<Descriptor> queues;
    while (true) {
        const std::string path =
            fmt::format("class/net/{}/queues/rx-{}/rps_cpus", link, queues.size());
        Descriptor file(openat(sysfs.number(), path.c_str(), O_WRONLY | O_CLOEXEC));
        if (!file.open() && errno == ENOENT && !queues.empty())
            return queues;
        if (!file.open() && errno == ENOENT)
            return failure(ErrorKind::Unsupported, what,
                           "this kernel has no receive packet steering",
                           "boot one that is built with CONFIG_RPS");
        if (!file.open())
            return failure(ErrorKind::System, what, errno_text(errno), errno_hint(errno));
        queues.push_back(std::move(file));
    }
}

} // namespace

Result<Steering> Steering::open(const Namespace &where, const std::string &link)
{
    std::vector<Descriptor> queues;
    auto opened = where.inside([&]() -> Result<void> {
        auto all = open_queues(link);
        if (!all)
            return Failure(all.error());
        queues = std::move(*all);
        return {};
    });
    if (!opened)
        return Failure(opened.error());
    return Steering(link, std::move(queues));
}

Result<void> Steering::set(const std::vector<std::uint32_t> &cpus)
{
    const std::string mask = cpu_mask_text(cpus);
    for (const Descriptor &queue : queues_)
        if (pwrite(queue.number(), mask.data(), mask.size(), 0) < 0)
            return failure(ErrorKind::System,
                           fmt::format("{} {}", of_what(link_), number_list(cpus)),
                           errno_text(errno), "name CPUs that this machine has");
    return {};
}

} // namespace ct
