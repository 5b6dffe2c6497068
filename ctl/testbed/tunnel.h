// SPDX-License-Identifier: GPL-2.0-or-later
// One tunnel of a testbed: its addresses, policies and SAs on both hosts.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "base/error.h"
#include "net/namespace.h"
#include "testbed/layout.h"
#include "xfrm/policy.h"
#include "xfrm/xfrm.h"

namespace ct {

struct TestHost {
    Namespace space;
    Xfrm xfrm;
};

class Tunnel {
public:
    // All but SAs. The hosts outlive it.
    [[nodiscard]] static Result<Tunnel> make(unsigned number, const TunnelPlan &plan,
                                             TestHost &a, TestHost &b);

    // As Testbed::rekey(); pair: keys and SPIs alone. known: the driver that they will have;
    // empty: it is looked for, which takes long.
    [[nodiscard]] Result<SaPair> rekey(SaPair pair, const std::string &driver,
                                       const std::string &known);
    [[nodiscard]] const TunnelEnds &inner() const { return inner_; }
    [[nodiscard]] Result<SaCounts> received_a();
    [[nodiscard]] Result<SaCounts> received_b();

private:
    Tunnel(unsigned number, const TunnelPlan &plan, TestHost &a, TestHost &b);

    [[nodiscard]] Result<void> connect(TestHost &host, const Address &outer_here,
                                       const Address &outer_there, const Address &inner_here,
                                       const Address &inner_there, const MacAddress &mac_there);
    [[nodiscard]] Policy policy(PolicyDirection direction, bool from_a) const;
    [[nodiscard]] Result<void> guard(TestHost &host, bool is_a);
    [[nodiscard]] Result<void> install(const SaPair &pair);
    [[nodiscard]] Result<std::string>
    install_with(const SaPair &pair, const std::string &driver, const std::string &known);
    [[nodiscard]] Result<void> retire();
    [[nodiscard]] Result<SaCounts> received(TestHost &host, bool forwards,
                                            const SaCounts &gone);

    TunnelPlan plan_;
    std::uint32_t reqid_;
    TunnelEnds outer_;
    TunnelEnds inner_;
    TestHost *a_;
    TestHost *b_;
    std::vector<Descriptor> sockets_; // of ESP in UDP
    struct Generation {
        SaPair pair;
        std::chrono::steady_clock::time_point since{}; // in use
    };
    std::deque<Generation> generations_; // oldest first; the last is in use
    SaCounts gone_a_;                    // received by SAs that are removed
    SaCounts gone_b_;
};

} // namespace ct
