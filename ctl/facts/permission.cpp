// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts/permission.h"

#include <charconv>
#include <string>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "facts/words.h"

namespace ct {

namespace {

constexpr unsigned cap_net_admin = 12;
constexpr unsigned cap_sys_module = 16;

// The number of the initial user namespace is part of the kernel's ABI.
constexpr std::string_view initial_user_namespace = "user:[4026531837]";

bool initial_user(const Source &source)
{
    // A nested namespace may have a full map too, so its number decides where it can be read.
    if (const auto link = source.link("/proc/self/ns/user"))
        return *link == initial_user_namespace;
    const auto map = split(source.line("/proc/self/uid_map").value_or("0 0 4294967295"), ' ');
    return map.size() == 3 && map[0] == "0" && map[1] == "0" && map[2] == "4294967295";
}

std::optional<bool> initial_net(const Source &source)
{
    const auto own = source.link("/proc/self/ns/net");
    const auto first = source.link("/proc/1/ns/net");
    if (!own || !first)
        return std::nullopt;
    return *own == *first;
}

} // namespace

Permission read_permission(const Source &source)
{
    Permission permission;
    for (const std::string &line : split(source.text("/proc/self/status"), '\n')) {
        const auto words = split(line, '\t');
        constexpr std::size_t effective = 2;
        if (words.size() > effective && words[0] == "Uid:")
            if (const auto user = number(words[effective]))
                permission.user = static_cast<std::uint32_t>(*user);
        if (words.size() == 2 && words[0] == "CapEff:") {
            const std::uint64_t bits = number("0x" + words[1]).value_or(0);
            permission.net_admin = ((bits >> cap_net_admin) & 1U) != 0;
            permission.sys_module = ((bits >> cap_sys_module) & 1U) != 0;
        }
    }
    permission.user_namespace = initial_user(source);
    permission.net_namespace = initial_net(source);
    return permission;
}

void report_permission(const Permission &permission, Findings &findings)
{
    const std::string user = permission.user ? fmt::format("user {}", *permission.user)
                                             : std::string("an unknown user");
    const auto may = [](bool allowed) {
        return allowed ? "with" : "without";
    };
    tell(findings, Topic::Permissions, permission.net_admin ? Level::Ok : Level::Problem,
         fmt::format("{}, {} CAP_NET_ADMIN and {} CAP_SYS_MODULE", user,
                     may(permission.net_admin), may(permission.sys_module)),
         permission.net_admin ? "" : "only root may start, stop or read a run",
         permission.net_admin ? "" : "run it as root");
    if (!permission.user_namespace)
        tell(findings, Topic::Permissions, Level::Problem,
             "this is not the initial user namespace",
             "root of a container is not root of the kernel that is to be tested",
             "run it on the host, outside of containers");
    if (permission.net_namespace == false)
        tell(findings, Topic::Permissions, Level::Problem,
             "this is another network namespace than that of process 1",
             "the module's netlink family exists only in the initial one",
             "run it outside of containers, or with nsenter --target 1 --net");
    else if (!permission.net_namespace)
        tell(findings, Topic::Permissions, Level::Note,
             "whether this is the initial network namespace cannot be determined");
}

} // namespace ct
