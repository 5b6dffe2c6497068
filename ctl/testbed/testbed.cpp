// SPDX-License-Identifier: GPL-2.0-or-later
#include "testbed/testbed.h"

#include <deque>
#include <functional>
#include <map>
#include <net/if.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "base/quantity.h"
#include "net/counters.h"
#include "net/link.h"
#include "net/setting.h"
#include "testbed/layout.h"
#include "testbed/tunnel.h"
#include "xfrm/offload.h"

namespace ct {

namespace {

constexpr const char *end_a = "a"; // in the middle
constexpr const char *end_b = "b";

// Before there is a link: the defaults are what it gets. Nothing is to be sent that was not
// asked for, and nothing refused for its path.
Result<void> quiet_host()
{
    return set_settings({
        {"ipv4/conf/all/rp_filter", "0"},
        {"ipv4/conf/default/rp_filter", "0"},
        {"ipv4/conf/all/disable_xfrm", "0"},
        {"ipv4/conf/default/disable_xfrm", "0"},
        {"ipv4/conf/default/disable_policy", "0"},
        {"ipv4/conf/all/accept_redirects", "0"},
        {"ipv4/conf/all/send_redirects", "0"},
        {"ipv4/icmp_echo_ignore_all", "0"},
        {"ipv4/ip_no_pmtu_disc", "0"},
        {"ipv6/conf/all/disable_ipv6", "0"},
        {"ipv6/conf/default/disable_ipv6", "0"},
        {"ipv6/conf/default/addr_gen_mode", "1"},
        {"ipv6/conf/default/accept_dad", "0"},
        {"ipv6/conf/default/accept_ra", "0"},
        {"ipv6/conf/default/router_solicitations", "0"},
        {"ipv6/conf/all/disable_policy", "0"},
        {"ipv6/conf/default/disable_policy", "0"},
    });
}

// Nothing of its own is there to be sent.
Result<void> quiet_middle()
{
    return set_settings({
        {"ipv4/conf/all/arp_ignore", "8"},
        {"ipv6/conf/all/disable_ipv6", "1"},
        {"ipv6/conf/default/disable_ipv6", "1"},
    });
}

Result<TestHost> make_host(std::uint32_t sas)
{
    auto space = Namespace::create();
    if (!space)
        return Failure(space.error());
    std::optional<Xfrm> xfrm;
    const auto opened = space->inside([&]() -> Result<void> {
        auto made = Xfrm::open();
        if (!made)
            return Failure(made.error());
        xfrm.emplace(std::move(*made));
        if (auto room = xfrm->reserve(sas); !room)
            return room;
        return quiet_host();
    });
    if (!opened)
        return Failure(opened.error());
    return TestHost{std::move(*space), std::move(*xfrm)};
}

Result<void> set_up_end(const Namespace &space, const std::string &link,
                        const LinkOptions &options, const MacAddress *mac)
{
    return space.inside([&]() -> Result<void> {
        if (mac != nullptr)
            if (auto set = set_mac(link, *mac); !set)
                return set;
        if (auto set = set_link(link, options); !set)
            return set;
        return set_up(link);
    });
}

} // namespace

struct Testbed::State {
    TestHost a;
    TestHost b;
    std::optional<Namespace> middle;
    std::deque<Tunnel> tunnels;
    std::uint32_t turn = 0; // of SPIs
    // What SAs of an algorithm get without a choice; that does not change while it is in use.
    std::map<std::string, std::string> defaults{};

    // The wire: between the hosts, or from each to the middle.
    Result<void> lay_wire(const TestbedOptions &options)
    {
        const std::string wire = link();
        const Namespace &near_a = middle ? *middle : b.space;
        if (auto made =
                a.space.inside([&] { return add_veth(wire, near_a, middle ? end_a : wire); });
            !made)
            return made;
        if (middle)
            if (auto made = b.space.inside([&] { return add_veth(wire, *middle, end_b); });
                !made)
                return made;
        // No segmentation by the link: what is on the wire is what goes over one.
        constexpr std::uint32_t ethernet = 1500;
        const LinkOptions of_hosts{.mtu = ethernet,
                                   .gro = options.gro,
                                   .segmentation = false,
                                   .esp_offload = options.esp_offload};
        const LinkOptions of_middle{.mtu = ethernet};
        if (middle)
            for (const char *const end : {end_a, end_b})
                if (auto up = set_up_end(*middle, end, of_middle, nullptr); !up)
                    return up;
        if (auto up = set_up_end(a.space, wire, of_hosts, &mac_a); !up)
            return up;
        return set_up_end(b.space, wire, of_hosts, &mac_b);
    }

    Result<void> offload()
    {
        std::uint32_t index = 0;
        if (auto found = a.space.inside([&]() -> Result<void> {
                index = if_nametoindex(link());
                return {};
            });
            !found)
            return found;
        if (auto loaded = load_esp_offload(a.xfrm, index, false); !loaded)
            return loaded;
        // Without IPv6 the first tunnel over it says so.
        if (access("/proc/sys/net/ipv6", F_OK) != 0)
            return {};
        return load_esp_offload(a.xfrm, index, true);
    }

    Result<Tunnel *> tunnel(unsigned number)
    {
        if (number < tunnels.size())
            return &tunnels[number];
        return failure(
            ErrorKind::NotFound, fmt::format("cannot use tunnel {}", number),
            fmt::format("there are {}", plural(tunnels.size(), "tunnel", "tunnels")));
    }
};

Testbed::Testbed(std::unique_ptr<State> state) : state_(std::move(state)) {}
Testbed::Testbed(Testbed &&) noexcept = default;
Testbed &Testbed::operator=(Testbed &&) noexcept = default;
Testbed::~Testbed() = default;

Result<Testbed> Testbed::make(const TestbedOptions &options)
{
    auto a = make_host(options.sas);
    if (!a)
        return Failure(a.error());
    auto b = make_host(options.sas);
    if (!b)
        return Failure(b.error());
    auto state =
        std::make_unique<State>(State{std::move(*a), std::move(*b), std::nullopt, {}, 0});
    if (options.bridged) {
        auto middle = Namespace::create();
        if (!middle)
            return Failure(middle.error());
        if (auto quiet = middle->inside(quiet_middle); !quiet)
            return Failure(quiet.error());
        state->middle.emplace(std::move(*middle));
    }
    if (auto laid = state->lay_wire(options); !laid)
        return Failure(laid.error());
    if (options.esp_offload)
        if (auto loaded = state->offload(); !loaded)
            return Failure(loaded.error());
    return Testbed(std::move(state));
}

Result<unsigned> Testbed::add_tunnel(const TunnelPlan &plan)
{
    const auto number = static_cast<unsigned>(state_->tunnels.size());
    if (number >= tunnels_most)
        return failure(ErrorKind::Usage, "cannot add a tunnel",
                       fmt::format("there are {} already", tunnels_most), "use fewer");
    auto tunnel = Tunnel::make(number, plan, state_->a, state_->b);
    if (!tunnel)
        return Failure(tunnel.error());
    state_->tunnels.push_back(std::move(*tunnel));
    return number;
}

Result<SaPair> Testbed::rekey(unsigned tunnel, const SaKeys &like, std::uint64_t seed,
                              std::uint64_t number, const std::string &driver)
{
    const auto known = state_->tunnel(tunnel);
    if (!known)
        return Failure(known.error());
    const auto keys = [&](std::uint64_t place) {
        return make_keys(like.suite, static_cast<unsigned>(like.key.size()), like.icv_len,
                         like.esn, seed, place);
    };
    SaPair pair;
    pair.forwards.keys = keys(2 * number);
    pair.backwards.keys = keys(2 * number + 1);
    pair.forwards.spi = spi_of(state_->turn++);
    pair.backwards.spi = spi_of(state_->turn++);
    const std::string algorithm = algorithm_name(pair.forwards.keys);
    const auto seen = state_->defaults.find(algorithm);
    const bool look = !driver.empty() || seen == state_->defaults.end();
    auto made = (*known)->rekey(std::move(pair), driver, look ? std::string() : seen->second);
    if (made && driver.empty() && !made->driver.empty())
        state_->defaults[algorithm] = made->driver;
    return made;
}

const Namespace &Testbed::a() const
{
    return state_->a.space;
}

const Namespace &Testbed::b() const
{
    return state_->b.space;
}

const Namespace &Testbed::middle() const
{
    return state_->middle ? *state_->middle : state_->b.space;
}

Address Testbed::address_a(unsigned tunnel) const
{
    return state_->tunnels.at(tunnel).inner().a;
}

Address Testbed::address_b(unsigned tunnel) const
{
    return state_->tunnels.at(tunnel).inner().b;
}

Result<SaCounts> Testbed::received_a(unsigned tunnel)
{
    return state_->tunnel(tunnel).and_then([](Tunnel *known) { return known->received_a(); });
}

Result<SaCounts> Testbed::received_b(unsigned tunnel)
{
    return state_->tunnel(tunnel).and_then([](Tunnel *known) { return known->received_b(); });
}

Result<std::vector<std::pair<std::string, std::uint64_t>>>
Testbed::counters(const Namespace &side) const
{
    NetCounters counters;
    const auto read = side.inside([&]() -> Result<void> {
        auto now = read_counters();
        if (!now)
            return Failure(now.error());
        counters = std::move(*now);
        return {};
    });
    if (!read)
        return Failure(read.error());
    return counters;
}

} // namespace ct
