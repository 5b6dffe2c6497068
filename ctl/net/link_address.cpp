// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/link.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <fmt/format.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "net/route.h"

namespace ct {

namespace {

constexpr Missing ipv6{"ipv6", "CONFIG_IPV6 and without ipv6.disable=1 on its command line"};

std::size_t address_size(const Address &address)
{
    return address.v6 ? sizeof(in6_addr) : sizeof(in_addr);
}

std::uint8_t address_family(const Address &address)
{
    return address.v6 ? AF_INET6 : AF_INET;
}

const Missing *if_v6(const Address &address)
{
    return address.v6 ? &ipv6 : nullptr;
}

} // namespace

Result<void> add_address(const std::string &link, const Address &address, unsigned prefix)
{
    const std::string what =
        fmt::format("cannot give \"{}\" the address {}", link, address_text(address));
    const auto index = link_index(link, what);
    if (!index)
        return Failure(index.error());
    Request request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
    ifaddrmsg header{};
    header.ifa_family = address_family(address);
    header.ifa_prefixlen = static_cast<std::uint8_t>(prefix);
    header.ifa_index = *index;
    header.ifa_flags = address.v6 ? IFA_F_NODAD : 0;
    request.header(header)
        .put(IFA_LOCAL, address.bytes.data(), address_size(address))
        .put(IFA_ADDRESS, address.bytes.data(), address_size(address));
    return ask_route(request, what, if_v6(address));
}

Result<void> add_route(const std::string &link, const Address &destination, unsigned prefix,
                       const RouteOptions &options)
{
    const std::string what = fmt::format("cannot make a route to {}/{} over \"{}\"",
                                         address_text(destination), prefix, link);
    const auto index = link_index(link, what);
    if (!index)
        return Failure(index.error());
    Request request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
    rtmsg header{};
    header.rtm_family = address_family(destination);
    header.rtm_dst_len = static_cast<std::uint8_t>(prefix);
    header.rtm_table = RT_TABLE_MAIN;
    header.rtm_protocol = RTPROT_STATIC;
    header.rtm_scope = destination.v6 ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
    header.rtm_type = RTN_UNICAST;
    request.header(header)
        .put(RTA_DST, destination.bytes.data(), address_size(destination))
        .put(RTA_OIF, *index);
    if (options.source)
        request.put(RTA_PREFSRC, options.source->bytes.data(), address_size(*options.source));
    return ask_route(request, what, if_v6(destination));
}

Result<void> add_neighbour(const std::string &link, const Address &address,
                           const MacAddress &mac)
{
    const std::string what =
        fmt::format("cannot make {} a neighbour on \"{}\"", address_text(address), link);
    const auto index = link_index(link, what);
    if (!index)
        return Failure(index.error());
    Request request(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE);
    ndmsg header{};
    header.ndm_family = address_family(address);
    header.ndm_ifindex = static_cast<int>(*index);
    header.ndm_state = NUD_PERMANENT;
    request.header(header)
        .put(NDA_DST, address.bytes.data(), address_size(address))
        .put(NDA_LLADDR, mac.data(), mac.size());
    return ask_route(request, what, if_v6(address));
}

} // namespace ct
