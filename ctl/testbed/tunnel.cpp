// SPDX-License-Identifier: GPL-2.0-or-later
#include "testbed/tunnel.h"

#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <netinet/in.h>

#include "net/link.h"
#include "xfrm/driver.h"
#include "xfrm/encapsulation.h"

namespace ct {

namespace {

// The one in use, and those of the two calls before.
constexpr std::size_t generations_most = 3;
// A packet may be on its way so long on a busy machine: decryption that is left to a kernel
// thread waits for that thread, and what it has not done when its SA goes is dropped
// (XfrmInStateInvalid).
constexpr std::chrono::seconds straggling(4);
constexpr std::uint32_t reqid_first = 0xc700;
constexpr std::uint64_t esn_first = (1ULL << 32U) - 50;

unsigned whole_prefix(const Address &address)
{
    return address.v6 ? 128 : 32;
}

unsigned network_prefix(const Address &address)
{
    return address.v6 ? 64 : 24;
}

SaCounts sum_of(const SaCounts &one, const SaCounts &other)
{
    return {one.packets + other.packets, one.bytes + other.bytes,
            one.replay_window + other.replay_window, one.replay + other.replay,
            one.integrity + other.integrity};
}

// The first that fails ends it.
Result<void> in_order(std::initializer_list<std::function<Result<void>()>> steps)
{
    for (const auto &step : steps)
        if (auto done = step(); !done)
            return done;
    return {};
}

} // namespace

Tunnel::Tunnel(unsigned number, const TunnelPlan &plan, TestHost &a, TestHost &b)
    : plan_(plan), reqid_(reqid_first + number), outer_(outer_ends(number, plan.v6)),
      inner_(inner_ends(number, plan)), a_(&a), b_(&b)
{
}

// Addresses and routes of one side.
Result<void> Tunnel::connect(TestHost &host, const Address &outer_here,
                             const Address &outer_there, const Address &inner_here,
                             const Address &inner_there, const MacAddress &mac_there)
{
    const std::string wire = wire_name;
    const std::string gre = fmt::format("tunnel{}", reqid_ - reqid_first);
    return host.space.inside([&]() -> Result<void> {
        if (auto done = in_order({
                [&] { return add_address(wire, outer_here, network_prefix(outer_here)); },
                [&] { return add_neighbour(wire, outer_there, mac_there); },
            });
            !done)
            return done;
        if (in_udp(plan_.mode)) {
            auto socket = open_encapsulation(outer_here, natt_port);
            if (!socket)
                return Failure(socket.error());
            sockets_.push_back(std::move(*socket));
        }
        if (over_gre(plan_.mode))
            return in_order({
                [&] { return add_gre(gre, outer_here, outer_there); },
                [&] { return set_link(gre, {.mtu = gre_mtu}); },
                [&] { return set_up(gre); },
                [&] { return add_address(gre, inner_here, network_prefix(inner_here)); },
            });
        if (sa_mode(plan_.mode) == SaMode::Tunnel)
            return in_order({
                [&] { return add_address("lo", inner_here, whole_prefix(inner_here)); },
                [&] {
                    return add_route(wire, inner_there, whole_prefix(inner_there),
                                     {.source = inner_here});
                },
            });
        return {};
    });
}

// What goes that way, as the selector has it.
Policy Tunnel::policy(PolicyDirection direction, bool from_a) const
{
    const TunnelEnds &selected = sa_mode(plan_.mode) == SaMode::Tunnel ? inner_ : outer_;
    Policy policy;
    policy.direction = direction;
    policy.source = from_a ? selected.a : selected.b;
    policy.destination = from_a ? selected.b : selected.a;
    policy.source_prefix = whole_prefix(policy.source);
    policy.destination_prefix = whole_prefix(policy.destination);
    policy.protocol = over_gre(plan_.mode) ? std::uint8_t{IPPROTO_GRE} : std::uint8_t{0};
    policy.tunnel_source = from_a ? outer_.a : outer_.b;
    policy.tunnel_destination = from_a ? outer_.b : outer_.a;
    policy.mode = sa_mode(plan_.mode);
    policy.reqid = reqid_;
    return policy;
}

// Until there are SAs, nothing is sent; never is anything accepted without.
Result<void> Tunnel::guard(TestHost &host, bool is_a)
{
    Policy out = policy(PolicyDirection::Out, is_a);
    out.block = true;
    if (auto added = host.xfrm.add(out); !added)
        return added;
    return host.xfrm.add(policy(PolicyDirection::In, !is_a));
}

Result<Tunnel> Tunnel::make(unsigned number, const TunnelPlan &plan, TestHost &a, TestHost &b)
{
    Tunnel tunnel(number, plan, a, b);
    const TunnelEnds &outer = tunnel.outer_;
    const TunnelEnds &inner = tunnel.inner_;
    const auto made = in_order({
        [&] { return tunnel.guard(a, true); },
        [&] { return tunnel.guard(b, false); },
        [&] { return tunnel.connect(a, outer.a, outer.b, inner.a, inner.b, mac_b); },
        [&] { return tunnel.connect(b, outer.b, outer.a, inner.b, inner.a, mac_a); },
    });
    if (!made)
        return Failure(made.error());
    return tunnel;
}

// Receivers first. What was added is removed again if not all can be.
Result<void> Tunnel::install(const SaPair &pair)
{
    const std::array<std::pair<Xfrm *, const Sa *>, 4> places{{{&b_->xfrm, &pair.forwards},
                                                               {&a_->xfrm, &pair.backwards},
                                                               {&a_->xfrm, &pair.forwards},
                                                               {&b_->xfrm, &pair.backwards}}};
    for (std::size_t place = 0; place < places.size(); ++place) {
        auto added = places[place].first->add(*places[place].second, reqid_);
        if (added)
            continue;
        while (place-- > 0)
            (void)places[place].first->remove(*places[place].second);
        return added;
    }
    return {};
}

// Gives the driver that they have.
Result<std::string> Tunnel::install_with(const SaPair &pair, const std::string &driver,
                                         const std::string &known)
{
    const SaKeys &keys = pair.forwards.keys;
    std::string name = known;
    const auto watched = [&]() -> Result<void> {
        if (!known.empty())
            return install(pair);
        std::optional<Result<void>> installed;
        const auto seen = driver_of(keys, [&] {
            installed = install(pair);
            return *installed;
        });
        if (seen)
            name = *seen;
        // Not to know the driver is no reason to go without.
        return installed ? *installed : install(pair);
    };
    const auto done = driver.empty() ? watched() : with_driver(keys, driver, watched);
    if (!done)
        return Failure(done.error());
    return name;
}

// Those that the call after the next has come for.
Result<void> Tunnel::retire()
{
    const auto now = std::chrono::steady_clock::now();
    while (generations_.size() > generations_most &&
           now - generations_[generations_most].since > straggling) {
        const SaPair &pair = generations_.front().pair;
        const auto at_a = a_->xfrm.counts(pair.backwards);
        const auto at_b = b_->xfrm.counts(pair.forwards);
        if (!at_a || !at_b)
            return Failure(at_a ? at_b.error() : at_a.error());
        for (TestHost *const host : {a_, b_})
            for (const Sa *const sa : {&pair.forwards, &pair.backwards})
                if (auto removed = host->xfrm.remove(*sa); !removed)
                    return removed;
        gone_a_ = sum_of(gone_a_, *at_a);
        gone_b_ = sum_of(gone_b_, *at_b);
        generations_.pop_front();
    }
    return {};
}

Result<SaPair> Tunnel::rekey(SaPair pair, const std::string &driver, const std::string &known)
{
    const auto complete = [&](Sa &sa, const Address &source, const Address &destination) {
        constexpr std::uint32_t window = 4096; // the most that there is: no loss by reordering
        sa.source = source;
        sa.destination = destination;
        sa.mode = sa_mode(plan_.mode);
        sa.natt = in_udp(plan_.mode);
        sa.source_port = sa.natt ? natt_port : std::uint16_t{0};
        sa.destination_port = sa.source_port;
        sa.replay_window = window;
        // The lower half runs over after a few packets: with the upper half wrong, none is
        // opened (RFC 4303, 2.2.1).
        if (sa.keys.esn)
            sa.sequence_out = sa.sequence_in = esn_first;
    };
    complete(pair.forwards, outer_.a, outer_.b);
    complete(pair.backwards, outer_.b, outer_.a);
    auto installed = install_with(pair, driver, known);
    if (!installed)
        return Failure(installed.error());
    pair.driver = std::move(*installed);
    generations_.push_back({pair, std::chrono::steady_clock::now()});

    Policy forwards = policy(PolicyDirection::Out, true);
    forwards.spi = pair.forwards.spi;
    Policy backwards = policy(PolicyDirection::Out, false);
    backwards.spi = pair.backwards.spi;
    const auto used = in_order({
        [&] { return a_->xfrm.update(forwards); },
        [&] { return b_->xfrm.update(backwards); },
        [&] { return retire(); },
    });
    if (!used)
        return Failure(used.error());
    return pair;
}

Result<SaCounts> Tunnel::received(TestHost &host, bool forwards, const SaCounts &gone)
{
    SaCounts sum = gone;
    for (const Generation &generation : generations_) {
        const SaPair &pair = generation.pair;
        auto counts = host.xfrm.counts(forwards ? pair.forwards : pair.backwards);
        if (!counts)
            return counts;
        sum = sum_of(sum, *counts);
    }
    return sum;
}

Result<SaCounts> Tunnel::received_a()
{
    return received(*a_, false, gone_a_);
}

Result<SaCounts> Tunnel::received_b()
{
    return received(*b_, true, gone_b_);
}

} // namespace ct
