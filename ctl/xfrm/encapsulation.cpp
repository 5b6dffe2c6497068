// SPDX-License-Identifier: GPL-2.0-or-later
#include "xfrm/encapsulation.h"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>

#include <fmt/format.h>
#include <linux/udp.h>
#include <linux/xfrm.h>

namespace ct {

namespace {

// Of <linux/in.h> and <linux/in6.h>, which contradict <netinet/in.h>.
constexpr int socket_policy_v4 = 17; // IP_XFRM_POLICY
constexpr int socket_policy_v6 = 35; // IPV6_XFRM_POLICY

Failure no_encapsulation(const Address &address, std::uint16_t port, int number)
{
    const std::string what =
        fmt::format("cannot take ESP out of UDP at {} port {}", address_text(address), port);
    switch (number) {
    case EPERM:
    case EACCES:
        return failure(ErrorKind::Permission, what, "this needs CAP_NET_ADMIN",
                       "run it as root, outside of containers");
    case ENOPROTOOPT:
        return failure(ErrorKind::Unsupported, what,
                       address.v6 ? "this kernel has no ESP in UDP over IPv6"
                                  : "this kernel has no ESP in UDP",
                       address.v6 ? "use one of 5.8 or later that is built with CONFIG_XFRM"
                                  : "boot one that is built with CONFIG_XFRM");
    case EAFNOSUPPORT:
        return failure(ErrorKind::Unsupported, what, "this kernel has no IPv6",
                       "boot one that is built with CONFIG_IPV6, without ipv6.disable=1 on its "
                       "command line");
    default:
        return failure(ErrorKind::System, what, errno_text(number), errno_hint(number));
    }
}

bool bind_to(int socket, const Address &address, std::uint16_t port)
{
    if (address.v6) {
        sockaddr_in6 name{};
        name.sin6_family = AF_INET6;
        name.sin6_port = htons(port);
        std::memcpy(&name.sin6_addr, address.bytes.data(), sizeof(name.sin6_addr));
        return bind(socket, reinterpret_cast<const sockaddr *>(&name), sizeof(name)) == 0;
    }
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(port);
    std::memcpy(&name.sin_addr, address.bytes.data(), sizeof(name.sin_addr));
    return bind(socket, reinterpret_cast<const sockaddr *>(&name), sizeof(name)) == 0;
}

} // namespace

// Else a policy over all UDP of the address would want ESP around the ESP in UDP, and every
// packet would end in UdpInErrors.
bool bypass_policies(int socket, bool v6)
{
    for (const auto direction : {XFRM_POLICY_IN, XFRM_POLICY_OUT}) {
        xfrm_userpolicy_info policy{};
        policy.dir = static_cast<std::uint8_t>(direction);
        policy.action = XFRM_POLICY_ALLOW;
        policy.sel.family = v6 ? AF_INET6 : AF_INET;
        if (setsockopt(socket, v6 ? IPPROTO_IPV6 : IPPROTO_IP,
                       v6 ? socket_policy_v6 : socket_policy_v4, &policy, sizeof(policy)) != 0)
            return false;
    }
    return true;
}

Result<Descriptor> open_encapsulation(const Address &address, std::uint16_t port)
{
    Descriptor socket(::socket(address.v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const int kind = UDP_ENCAP_ESPINUDP;
    if (!socket.open() || !bind_to(socket.number(), address, port) ||
        !bypass_policies(socket.number(), address.v6) ||
        setsockopt(socket.number(), IPPROTO_UDP, UDP_ENCAP, &kind, sizeof(kind)) != 0)
        return no_encapsulation(address, port, errno);
    return socket;
}

} // namespace ct
