// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/route.h"

#include <cerrno>

#include <fmt/format.h>
#include <linux/netlink.h>

#include "wire/conversation.h"

namespace ct {

Error route_error(const Refusal &refusal, std::string_view what, const Missing *missing)
{
    Error error;
    error.what = what;
    switch (refusal.number) {
    case EPERM:
    case EACCES:
        error.kind = ErrorKind::Permission;
        error.why = "this needs CAP_NET_ADMIN in that network namespace";
        error.hint = "run it as root, outside of containers";
        return error;
    case EOPNOTSUPP:
    case EPROTONOSUPPORT:
    case EAFNOSUPPORT:
    case ENODEV:
        if (missing == nullptr)
            break;
        error.kind = ErrorKind::Unsupported;
        error.why = fmt::format("this kernel has no {}", missing->module);
        error.hint = fmt::format("load it with 'modprobe {}', or boot a kernel that is built "
                                 "with {}",
                                 missing->module, missing->option);
        return error;
    case EEXIST:
        error.kind = ErrorKind::Refused;
        error.why = "it is there already";
        return error;
    default:
        break;
    }
    error.kind = ErrorKind::System;
    error.why = refusal.text.empty()
                    ? fmt::format("rtnetlink returned \"{}\"", errno_text(refusal.number))
                    : refusal.text;
    error.hint = errno_hint(refusal.number);
    if (error.hint.empty())
        error.hint = "the kernel log may have the reason, see 'dmesg'";
    return error;
}

Result<void> ask_route(const Request &request, std::string_view what, const Missing *missing)
{
    auto conversation = Conversation::open(NETLINK_ROUTE);
    if (!conversation)
        return Failure(route_error(conversation.error(), what, nullptr));
    if (const auto answers = conversation->ask(request); !answers)
        return Failure(route_error(answers.error(), what, missing));
    return {};
}

} // namespace ct
