// SPDX-License-Identifier: GPL-2.0-or-later
#include "natt.h"
#include "descriptor.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <arpa/inet.h>
#include <linux/udp.h>
#include <linux/xfrm.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr unsigned short natt_port = 4500;
constexpr int xfrm_policy_option = 17; // IP_XFRM_POLICY

bool bypass(const Descriptor &socket, int direction)
{
    xfrm_userpolicy_info policy{};
    policy.dir = static_cast<__u8>(direction);
    policy.action = XFRM_POLICY_ALLOW;
    policy.sel.family = AF_INET;
    return setsockopt(socket.number(), IPPROTO_IP, xfrm_policy_option, &policy,
                      sizeof(policy)) == 0;
}

} // namespace

int take_esp_in_udp(const char *address)
{
    const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const int type = UDP_ENCAP_ESPINUDP;
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_port = htons(natt_port);
    if (inet_pton(AF_INET, address, &here.sin_addr) != 1 || !socket.open() ||
        setsockopt(socket.number(), IPPROTO_UDP, UDP_ENCAP, &type, sizeof(type)) != 0 ||
        !bypass(socket, XFRM_POLICY_IN) || !bypass(socket, XFRM_POLICY_OUT) ||
        bind(socket.number(), reinterpret_cast<const sockaddr *>(&here), sizeof(here)) != 0) {
        std::fprintf(stderr, "peer: cannot take ESP out of UDP: %s\n", std::strerror(errno));
        return 2;
    }
    while (true)
        pause();
}
