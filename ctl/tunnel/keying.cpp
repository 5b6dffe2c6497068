// SPDX-License-Identifier: GPL-2.0-or-later
#include "tunnel/keying.h"

#include <algorithm>

#include <fmt/format.h>

#include "xfrm/driver.h"

namespace ct {

namespace {

using namespace std::chrono_literals;

// With the same keys, at least and at most.
constexpr Keying::Time keys_least = 100ms;
constexpr Keying::Time keys_most = 3s;
constexpr std::size_t troubles_most = 8;

SaTally sum_of(const std::vector<const TunnelSa *> &sas)
{
    SaTally sum;
    for (const TunnelSa *sa : sas) {
        const SaTally &tally = sa->tally;
        sum.encapsulated += tally.encapsulated;
        sum.bytes += tally.bytes;
        sum.encapsulated_wrong += tally.encapsulated_wrong;
        sum.icv_wrong += tally.icv_wrong;
        sum.wire_wrong += tally.wire_wrong;
        sum.decapsulated += tally.decapsulated;
        sum.decapsulated_wrong += tally.decapsulated_wrong;
        sum.lost += tally.lost;
        sum.other += tally.other;
    }
    return sum;
}

bool enough(const SaTally &tally)
{
    return tally.encapsulated >= esp_cell_least && tally.decapsulated >= esp_cell_least;
}

} // namespace

Result<Keying> Keying::make(const EspPlan &plan)
{
    Keying keying(plan);
    for (const SuiteChoice &suite : plan.suites) {
        if (plan.drivers.empty()) {
            keying.choices_.push_back({suite, {}});
            continue;
        }
        const auto able = sa_drivers(keys_of(suite, plan.seed, 0));
        if (!able)
            return Failure(able.error());
        bool any = false;
        for (const std::string &driver : plan.drivers)
            if (std::find(able->begin(), able->end(), driver) != able->end()) {
                keying.choices_.push_back({suite, driver});
                any = true;
            }
        if (!any)
            keying.skipped_.push_back(
                {choice_text(suite), "none of the drivers that were named can serve it"});
    }
    if (keying.choices_.empty())
        return failure(ErrorKind::NotFound, "cannot make a tunnel",
                       "none of the drivers that were named can serve any of the algorithms",
                       "leave --drivers out, and the report names those that SAs get here");
    return keying;
}

Keying::Request Keying::request_of(std::size_t place)
{
    const Tunnel &tunnel = tunnels_[place];
    const Choice &choice = choices_[tunnel.place];
    return {place, tunnel.number, keys_of(choice.suite, seed_, 0), number_++, choice.driver};
}

Keying::Request Keying::add(unsigned number, const TunnelPlan &plan)
{
    Tunnel tunnel;
    tunnel.number = number;
    tunnel.plan = plan;
    // So that all are in use at any time.
    constexpr std::size_t apart = 5;
    tunnel.place = tunnels_.size() * apart % choices_.size();
    tunnel.cells.resize(choices_.size());
    tunnels_.push_back(std::move(tunnel));
    return request_of(tunnels_.size() - 1);
}

Result<void> Keying::done(const Request &request, const Result<SaPair> &pair, SaTable &sas,
                          Time now)
{
    Tunnel &tunnel = tunnels_[request.place];
    Cell &cell = tunnel.cells[tunnel.place];
    tunnel.since = now;
    if (!pair) {
        cell.failed = true;
        if (troubles_.size() < troubles_most)
            troubles_.push_back(fmt::format("{}: {}: {}", tunnel_text(tunnel.plan),
                                            choice_text(choices_[tunnel.place].suite),
                                            pair.error().sentence()));
        return Failure(pair.error());
    }
    ++rekeys_;
    if (!pair->driver.empty())
        cell.driver = pair->driver;
    for (const bool forwards : {true, false}) {
        const Sa &sa = forwards ? pair->forwards : pair->backwards;
        if (auto added = sas.add(sa, tunnel.number, tunnel.plan.mode, forwards, pair->driver);
            !added)
            return added;
        const TunnelSa *const last = sas.all().back().get();
        cell.sas.push_back(last);
        (forwards ? tunnel.forwards : tunnel.backwards) = last;
    }
    return {};
}

std::optional<Keying::Request> Keying::next(Time now)
{
    const std::size_t tunnels = tunnels_.size();
    const std::size_t count = choices_.size();
    for (std::size_t turn = 0; turn < tunnels; ++turn) {
        const std::size_t which = (turn_ + turn) % tunnels;
        Tunnel &tunnel = tunnels_[which];
        const Time age = now - tunnel.since;
        const bool seen = tunnel.forwards != nullptr && tunnel.backwards != nullptr &&
                          enough(tunnel.forwards->tally) && enough(tunnel.backwards->tally);
        if (age < keys_least || (!seen && age < keys_most))
            continue;
        turn_ = which + 1;
        // The next one that has not been reached, else the next.
        std::size_t next = (tunnel.place + 1) % count;
        for (std::size_t step = 1; step <= count; ++step) {
            const std::size_t place = (tunnel.place + step) % count;
            if (!tunnel.cells[place].failed && !enough(sum_of(tunnel.cells[place].sas))) {
                next = place;
                break;
            }
        }
        tunnel.place = next;
        return request_of(which);
    }
    return std::nullopt;
}

std::vector<EspCell> Keying::cells() const
{
    std::vector<EspCell> cells;
    for (const Tunnel &tunnel : tunnels_)
        for (std::size_t place = 0; place < choices_.size(); ++place) {
            const Cell &cell = tunnel.cells[place];
            cells.push_back({tunnel.plan, choices_[place].suite,
                             cell.driver.empty() ? choices_[place].driver : cell.driver,
                             sum_of(cell.sas)});
        }
    return cells;
}

std::size_t Keying::cells_reached() const
{
    std::size_t count = 0;
    for (const Tunnel &tunnel : tunnels_)
        for (const Cell &cell : tunnel.cells)
            count += enough(sum_of(cell.sas)) ? 1 : 0;
    return count;
}

} // namespace ct
