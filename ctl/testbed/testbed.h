// SPDX-License-Identifier: GPL-2.0-or-later
// Two hosts, A and B, out of network namespaces on this machine, with one link between them and
// any number of tunnels over it, each with addresses of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "net/namespace.h"
#include "testbed/layout.h"
#include "xfrm/sa.h"

namespace ct {

struct TestbedOptions {
    // At a time, for which room is made beforehand: that takes a moment for each.
    std::uint32_t sas = 500;
    bool esp_offload = false;
    bool gro = false;
    // A third namespace lies between the hosts, and what is forwarded there is up to the
    // process (esp/bridge.h): link() of it has two interfaces, "a" and "b".
    bool bridged = false;
};

class Testbed {
public:
    // No SA yet: nothing passes a tunnel before its first rekey(). Errors: what this kernel
    // does not have, or what is not permitted. Tunnels that cannot be made are an error each:
    [[nodiscard]] static Result<Testbed> make(const TestbedOptions &options);
    Testbed(Testbed &&other) noexcept;
    Testbed &operator=(Testbed &&other) noexcept;
    Testbed(const Testbed &) = delete;
    Testbed &operator=(const Testbed &) = delete;
    ~Testbed();

    // Its number, from 0.
    [[nodiscard]] Result<unsigned> add_tunnel(const TunnelPlan &plan);
    // New SAs with these keys, made before broken: both directions are in use when it returns,
    // and the ones before can still receive until the call after the next. forwards.keys and
    // backwards.keys are different keys of the same suite, made from seed and number.
    // driver: as with xfrm/driver.h; empty: the default.
    [[nodiscard]] Result<SaPair> rekey(unsigned tunnel, const SaKeys &like, std::uint64_t seed,
                                       std::uint64_t number, const std::string &driver);

    [[nodiscard]] const Namespace &a() const;
    [[nodiscard]] const Namespace &b() const;
    [[nodiscard]] const Namespace &middle() const; // bridged alone
    // Name of the link's interface in A and in B.
    [[nodiscard]] static const char *link() { return wire_name; }
    // What applications use: with GRE and tunnel mode the inner addresses.
    [[nodiscard]] Address address_a(unsigned tunnel) const;
    [[nodiscard]] Address address_b(unsigned tunnel) const;
    // Counted by the kernel, of all SAs that there were on that side.
    [[nodiscard]] Result<SaCounts> received_a(unsigned tunnel);
    [[nodiscard]] Result<SaCounts> received_b(unsigned tunnel);
    // /proc/net/snmp and xfrm_stat of a side, as "name" -> value ("TcpInCsumErrors").
    [[nodiscard]] Result<std::vector<std::pair<std::string, std::uint64_t>>>
    counters(const Namespace &side) const;

private:
    struct State;
    explicit Testbed(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace ct
