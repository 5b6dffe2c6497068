// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/call.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include <linux/cryptorture_calls.h>

namespace ct {

static_assert(call_operations_max == CRYPTORTURE_CALL_OPERATIONS_MAX);
static_assert(register_size == CRYPTORTURE_REGISTER_BYTES);

namespace {

constexpr const char *cannot_open = "cannot reach the module from exercisers";
constexpr const char *cannot_call = "cannot make operations in an exerciser's context";
constexpr const char *cannot_report = "cannot report a register that changed";
constexpr const char *other_build =
    "module and program may be of different builds: see 'cryptorture version'";

Failure no_calls(int number, const std::string &path, const std::string &module)
{
    switch (number) {
    case ENOENT:
        break;
    case EPERM:
    case EACCES:
        return failure(
            ErrorKind::Permission, cannot_open,
            fmt::format("{} needs CAP_NET_ADMIN in the initial user namespace", path),
            "run it as root, outside of containers");
    default:
        return failure(ErrorKind::System, cannot_open,
                       fmt::format("{}: {}", path, errno_text(number)), errno_hint(number));
    }
    if (access(module.c_str(), F_OK) != 0)
        return failure(ErrorKind::NoModule, cannot_open, "the module cryptorture is not loaded",
                       "load it with 'modprobe cryptorture'");
    return failure(ErrorKind::System, cannot_open,
                   fmt::format("the module is loaded, but there is no {}", path),
                   "see that /proc is mounted: 'mount -t proc proc /proc'");
}

class FileCallLink final : public CallLink {
public:
    explicit FileCallLink(Descriptor file) : file_(std::move(file)) {}

    CallRequest prepare(std::uint32_t operations, const CallTally &tally) override
    {
        call_ = {};
        call_.checks = tally.checks;
        call_.barriers = tally.barriers;
        call_.migrations = tally.migrations;
        call_.operations = operations;
        return {file_.number(), CRYPTORTURE_CALLS_CALL, &call_, nullptr};
    }

    Result<CallReply> reply(long result) override
    {
        if (result < 0)
            return Failure(call_error(static_cast<int>(-result)));
        if (call_.done > call_.operations || call_.mismatches > call_.done)
            return failure(ErrorKind::Malformed, cannot_call,
                           fmt::format("the module reports {} operations of {}, {} of them "
                                       "wrong",
                                       call_.done, call_.operations, call_.mismatches),
                           other_build);
        return CallReply{call_.run, call_.done, call_.mismatches};
    }

    Result<void> report(const RegisterFinding &finding) override
    {
        cryptorture_register_args told{};
        if (!fill_finding(told, finding))
            return failure(ErrorKind::System, cannot_report,
                           "it is longer than the module takes", "please report this");
        if (ioctl(file_.number(), CRYPTORTURE_CALLS_REGISTER, &told) == 0)
            return {};
        Error error = call_error(errno);
        error.what = cannot_report;
        return Failure(std::move(error));
    }

private:
    Descriptor file_;
    cryptorture_call_args call_{};
};

} // namespace

Error call_error(int number)
{
    const auto error = [](ErrorKind kind, std::string why, std::string hint) {
        return Error{kind, cannot_call, std::move(why), std::move(hint), std::nullopt};
    };
    switch (number) {
    case ESRCH:
        return error(ErrorKind::NotRunning, "no run with the context caller is on",
                     "see 'cryptorture status'");
    case ENODEV:
        return error(ErrorKind::NotFound, "the run is not on this CPU",
                     "see 'cryptorture status'");
    case EBUSY:
        return error(ErrorKind::Busy, "a driver keeps the request of an earlier call",
                     "the run's records say which, when it does not come back");
    case EINTR:
        return error(ErrorKind::Again, "a signal came", "try again");
    case EPERM:
    case EACCES:
        return error(ErrorKind::Permission,
                     "this needs CAP_NET_ADMIN in the initial user namespace",
                     "run it as root, outside of containers");
    case ENOTTY: // what a file in /proc says when its module is gone
        return error(ErrorKind::NoModule, "the module cryptorture went away",
                     "load it with 'modprobe cryptorture'");
    case EINVAL:
        return error(ErrorKind::Refused, "the module does not know this request", other_build);
    default:
        return error(ErrorKind::System,
                     fmt::format("the kernel returned \"{}\"", errno_text(number)),
                     "the kernel log may have the reason, see 'dmesg'");
    }
}

bool fill_finding(cryptorture_register_args &to, const RegisterFinding &finding)
{
    const RegisterChange &change = finding.change;
    if (change.name.size() >= sizeof(to.name) || change.owner.size() >= sizeof(to.owner) ||
        finding.expected.size() > sizeof(to.expected) ||
        finding.actual.size() != finding.expected.size())
        return false;
    to = {};
    to.epoch = change.epoch;
    to.len = static_cast<std::uint32_t>(finding.expected.size());
    to.event = static_cast<std::uint32_t>(change.event);
    to.cpu_before = finding.cpu_before;
    to.cpu_after = finding.cpu_after;
    to.thread = change.thread;
    std::copy(change.name.begin(), change.name.end(), to.name);
    std::copy(change.owner.begin(), change.owner.end(), to.owner);
    std::copy(finding.expected.begin(), finding.expected.end(), to.expected);
    std::copy(finding.actual.begin(), finding.actual.end(), to.actual);
    return true;
}

Result<Descriptor> open_calls(const std::string &path, const std::string &module)
{
    // The program has 0 to 2 filled before anything else, so it is none of these.
    Descriptor file(open(path.c_str(), O_RDWR | O_CLOEXEC));
    if (!file.open())
        return no_calls(errno, path, module);
    return file;
}

std::unique_ptr<CallLink> make_call_link(Descriptor file)
{
    return std::make_unique<FileCallLink>(std::move(file));
}

Result<std::unique_ptr<CallLink>> open_call_link()
{
    auto file =
        open_calls("/proc/" CRYPTORTURE_CALLS_NAME, "/sys/module/" CRYPTORTURE_FAMILY_NAME);
    if (!file)
        return Failure(file.error());
    return make_call_link(std::move(*file));
}

} // namespace ct
