// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/link.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "net/route.h"

namespace ct {

namespace {

constexpr std::uint8_t gre_hops = 64;

// Of <linux/if_tunnel.h> and <linux/ip6_tunnel.h>, which contradict <net/if.h>.
constexpr int gre_local = 6;                 // IFLA_GRE_LOCAL
constexpr int gre_remote = 7;                // IFLA_GRE_REMOTE
constexpr int gre_ttl = 8;                   // IFLA_GRE_TTL
constexpr int gre_pmtudisc = 10;             // IFLA_GRE_PMTUDISC
constexpr int gre_flags = 13;                // IFLA_GRE_FLAGS
constexpr std::uint32_t no_encap_limit = 1U; // IP6_TNL_F_IGN_ENCAP_LIMIT

// In the initial namespace alone: whether a module of tunnels, when it comes, gives each
// namespace a link such as gre0. 2: none does.
constexpr const char *fallback_setting = "/proc/sys/net/core/fb_tunnels_only_for_init_net";

// Makes the kernel load the module of a link that is not there. Safe between fork and exec.
void ask_for_link(const char *name)
{
    ifreq request{};
    std::strncpy(request.ifr_name, name, sizeof(request.ifr_name) - 1);
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    (void)ioctl(socket, SIOCGIFFLAGS, &request);
    (void)close(socket);
}

// The child's work: calls that are safe in the fork of a process with threads, alone.
void load_quietly(int host, int own, const char *name)
{
    // NOLINTNEXTLINE(cppcoreguidelines-avoid-c-arrays): a structure of the kernel's interface
    char before[16] = {};
    // Not in the group that a terminal or a shell kills.
    (void)setsid();
    (void)setns(host, CLONE_NEWNET);
    const int setting = open(fallback_setting, O_RDWR | O_CLOEXEC);
    const ssize_t size = setting < 0 ? -1 : read(setting, before, sizeof(before));
    const bool quiet = size > 0 && pwrite(setting, "2\n", 2, 0) == 2;
    (void)setns(own, CLONE_NEWNET);
    ask_for_link(name);
    if (quiet) {
        [[maybe_unused]] const ssize_t put_back =
            pwrite(setting, before, static_cast<std::size_t>(size), 0);
    }
    _exit(0);
}

// So that the host gets no gre0, gretap0, erspan0 and the like from our use of the module. By
// a process of its own, which puts the setting back even if this one is killed meanwhile.
void load_gre(bool v6)
{
    if (access(v6 ? "/sys/module/ip6_gre" : "/sys/module/ip_gre", F_OK) == 0)
        return;
    const Descriptor host(open("/proc/1/ns/net", O_RDONLY | O_CLOEXEC));
    const Descriptor own(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    if (!host.open() || !own.open())
        return;
    const pid_t child = fork();
    if (child == 0)
        load_quietly(host.number(), own.number(), v6 ? "ip6gre0" : "gre0");
    while (child > 0 && waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
}

} // namespace

Result<void> add_gre(const std::string &name, const Address &local, const Address &remote)
{
    const std::string what = fmt::format("cannot make the GRE tunnel \"{}\"", name);
    const bool v6 = local.v6;
    load_gre(v6);
    Request request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    const std::size_t size = v6 ? sizeof(in6_addr) : sizeof(in_addr);
    request.header(ifinfomsg{}).text(IFLA_IFNAME, name).nest(IFLA_LINKINFO, [&] {
        request.text(IFLA_INFO_KIND, v6 ? "ip6gre" : "gre").nest(IFLA_INFO_DATA, [&] {
            request.put(gre_local, local.bytes.data(), size)
                .put(gre_remote, remote.bytes.data(), size)
                .put(gre_ttl, gre_hops);
            if (v6) // without a destination option
                request.put(gre_flags, no_encap_limit);
            else
                request.put(gre_pmtudisc, std::uint8_t{1});
        });
    });
    const Missing ipv4_gre{"ip_gre", "CONFIG_NET_IPGRE"};
    const Missing ipv6_gre{"ip6_gre", "CONFIG_IPV6_GRE"};
    return ask_route(request, what, v6 ? &ipv6_gre : &ipv4_gre);
}

} // namespace ct
