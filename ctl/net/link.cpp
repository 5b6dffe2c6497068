// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/link.h"

#include <cerrno>
#include <net/if.h>
#include <string_view>

#include <fmt/format.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

#include "net/route.h"

namespace ct {

namespace {

constexpr std::size_t link_name_most = IFNAMSIZ - 1;

Result<void> check_link_name(const std::string &name, std::string_view what)
{
    if (!name.empty() && name.size() <= link_name_most)
        return {};
    return failure(ErrorKind::Usage, std::string(what),
                   fmt::format("\"{}\" is no name of an interface", name),
                   fmt::format("use 1 to {} characters", link_name_most));
}

Request link_request(int type, int flags, unsigned index = 0)
{
    Request request(type, flags);
    ifinfomsg header{};
    header.ifi_family = AF_UNSPEC;
    header.ifi_index = static_cast<int>(index);
    request.header(header);
    return request;
}

} // namespace

Result<void> add_veth(const std::string &name, const Namespace &peer,
                      const std::string &peer_name)
{
    const std::string what = fmt::format("cannot make the link \"{}\"", name);
    for (const std::string &one : {name, peer_name})
        if (auto good = check_link_name(one, what); !good)
            return good;
    Request request = link_request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    request.text(IFLA_IFNAME, name).nest(IFLA_LINKINFO, [&] {
        request.text(IFLA_INFO_KIND, "veth").nest(IFLA_INFO_DATA, [&] {
            request.nest(VETH_INFO_PEER, [&] {
                const ifinfomsg header{};
                const auto there = static_cast<std::uint32_t>(peer.descriptor());
                request.header(header).text(IFLA_IFNAME, peer_name).put(IFLA_NET_NS_FD, there);
            });
        });
    });
    const Missing veth{"veth", "CONFIG_VETH"};
    return ask_route(request, what, &veth);
}

Result<unsigned> link_index(const std::string &link, std::string_view what)
{
    if (const unsigned index = if_nametoindex(link.c_str()); index != 0)
        return index;
    if (errno == ENODEV || errno == ENXIO)
        return failure(ErrorKind::NotFound, std::string(what),
                       fmt::format("there is no interface \"{}\"", link),
                       "see 'ip link' for those that there are");
    return failure(ErrorKind::System, std::string(what), errno_text(errno), errno_hint(errno));
}

Result<void> set_mac(const std::string &link, const MacAddress &mac)
{
    const std::string what = fmt::format("cannot give \"{}\" its hardware address", link);
    const auto index = link_index(link, what);
    if (!index)
        return Failure(index.error());
    Request request = link_request(RTM_NEWLINK, 0, *index);
    request.put(IFLA_ADDRESS, mac.data(), mac.size());
    return ask_route(request, what);
}

Result<void> set_up(const std::string &link)
{
    const std::string what = fmt::format("cannot set the interface \"{}\" up", link);
    const auto index = link_index(link, what);
    if (!index)
        return Failure(index.error());
    Request request(RTM_NEWLINK, 0);
    ifinfomsg header{};
    header.ifi_index = static_cast<int>(*index);
    header.ifi_flags = IFF_UP;
    header.ifi_change = IFF_UP;
    request.header(header);
    return ask_route(request, what);
}

} // namespace ct
