// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/namespace.h"

#include <cerrno>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <string_view>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <utility>

namespace ct {

namespace {

// Of this thread: that of the process is of its first thread.
constexpr const char *own_namespace = "/proc/thread-self/ns/net";
constexpr std::string_view cannot_make = "cannot make a network namespace";
constexpr std::string_view cannot_enter = "cannot enter a network namespace";

Failure namespace_failure(std::string_view what, int number)
{
    switch (number) {
    case EPERM:
    case EACCES:
        return failure(ErrorKind::Permission, std::string(what), "this needs CAP_SYS_ADMIN",
                       "run it as root, outside of containers");
    case EINVAL:
    case ENOSYS:
        return failure(ErrorKind::Unsupported, std::string(what),
                       "this kernel has no network namespaces",
                       "boot one that is built with CONFIG_NET_NS");
    case ENOSPC:
    case EUSERS:
        return failure(ErrorKind::System, std::string(what),
                       "the limit of network namespaces is reached",
                       "raise /proc/sys/user/max_net_namespaces");
    default:
        return failure(ErrorKind::System, std::string(what), errno_text(number),
                       errno_hint(number));
    }
}

Failure no_own_namespace(std::string_view what, int number)
{
    if (number == ENOENT)
        return failure(ErrorKind::Unsupported, std::string(what),
                       "there is no /proc/thread-self/ns/net",
                       "mount /proc, or boot a kernel that is built with CONFIG_NET_NS");
    return namespace_failure(what, number);
}

// The calling thread's, to be back in it afterwards.
class Home {
public:
    Home() : descriptor_(::open(own_namespace, O_RDONLY | O_CLOEXEC)), number_(errno) {}

    [[nodiscard]] bool open() const { return descriptor_.open(); }
    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] Result<void> back() const
    {
        if (setns(descriptor_.number(), CLONE_NEWNET) == 0)
            return {};
        return namespace_failure("cannot go back to the own network namespace", errno);
    }

private:
    Descriptor descriptor_;
    int number_;
};

// In the calling thread's namespace.
Result<void> loopback_up()
{
    const Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    request.ifr_name[0] = 'l';
    request.ifr_name[1] = 'o';
    request.ifr_flags = IFF_UP;
    if (socket.open() && ioctl(socket.number(), SIOCSIFFLAGS, &request) == 0)
        return {};
    return namespace_failure("cannot set up the loopback of a network namespace", errno);
}

} // namespace

Result<Namespace> Namespace::current()
{
    constexpr std::string_view what = "cannot open the own network namespace";
    Descriptor descriptor(::open(own_namespace, O_RDONLY | O_CLOEXEC));
    if (!descriptor.open())
        return no_own_namespace(what, errno);
    struct stat about {};
    if (fstat(descriptor.number(), &about) != 0)
        return namespace_failure(what, errno);
    return Namespace(std::move(descriptor), static_cast<std::uint32_t>(about.st_ino));
}

Result<Namespace> Namespace::create()
{
    const Home home;
    if (!home.open())
        return no_own_namespace(cannot_make, home.number());
    if (unshare(CLONE_NEWNET) != 0)
        return namespace_failure(cannot_make, errno);
    auto made = current();
    const auto up = made ? loopback_up() : Result<void>();
    if (const auto back = home.back(); !back)
        return Failure(back.error());
    if (!up)
        return Failure(up.error());
    return made;
}

Result<void> Namespace::inside(const std::function<Result<void>()> &work) const
{
    const Home home;
    if (!home.open())
        return no_own_namespace(cannot_enter, home.number());
    if (setns(descriptor_.number(), CLONE_NEWNET) != 0)
        return namespace_failure(cannot_enter, errno);
    auto done = work();
    if (auto back = home.back(); !back)
        return back;
    return done;
}

} // namespace ct
