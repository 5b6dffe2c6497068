// SPDX-License-Identifier: GPL-2.0-or-later
// Links of a test network: made, addressed, set up, by rtnetlink, ethtool and sysfs. All work
// in the namespace of the calling thread but where one is given.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "capture/packet.h"
#include "net/namespace.h"

namespace ct {

// Two ends of a veth pair: one here, one there.
[[nodiscard]] Result<void> add_veth(const std::string &name, const Namespace &peer,
                                    const std::string &peer_name);
// GRE (IPv4 or IPv6 by the addresses), from local to remote.
[[nodiscard]] Result<void> add_gre(const std::string &name, const Address &local,
                                   const Address &remote);
[[nodiscard]] Result<void> add_address(const std::string &link, const Address &address,
                                       unsigned prefix); // without duplicate address detection
struct RouteOptions {
    std::optional<Address> source; // of what is sent there without one
};
[[nodiscard]] Result<void> add_route(const std::string &link, const Address &destination,
                                     unsigned prefix, const RouteOptions &options = {});
using MacAddress = std::array<std::uint8_t, 6>;
[[nodiscard]] Result<void> set_mac(const std::string &link, const MacAddress &mac);
// Permanent: nobody is ever asked for it.
[[nodiscard]] Result<void> add_neighbour(const std::string &link, const Address &address,
                                         const MacAddress &mac);
struct LinkOptions {
    std::uint32_t mtu = 0;     // 0: as it is
    bool gro = false;          // generic receive offload
    bool segmentation = false; // TSO, GSO and UDP segmentation
    bool esp_offload = false;  // esp4_offload and esp6_offload, where the link has the feature
};
[[nodiscard]] Result<void> set_link(const std::string &link, const LinkOptions &options);
[[nodiscard]] Result<void> set_up(const std::string &link);

} // namespace ct
