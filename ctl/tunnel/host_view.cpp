// SPDX-License-Identifier: GPL-2.0-or-later
#include "tunnel/host_view.h"

#include <algorithm>
#include <cstring>
#include <ifaddrs.h>
#include <memory>
#include <netinet/in.h>

namespace ct {

namespace {

constexpr std::size_t counted_at_once = 32;
constexpr auto drivers_age = std::chrono::seconds(5);

} // namespace

std::set<Address> local_addresses()
{
    std::set<Address> all;
    ifaddrs *first = nullptr;
    if (getifaddrs(&first) != 0)
        return all;
    const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(first, &freeifaddrs);
    for (const ifaddrs *place = first; place != nullptr; place = place->ifa_next) {
        if (place->ifa_addr == nullptr)
            continue;
        Address address;
        if (place->ifa_addr->sa_family == AF_INET) {
            sockaddr_in found{};
            std::memcpy(&found, place->ifa_addr, sizeof(found));
            std::memcpy(address.bytes.data(), &found.sin_addr, sizeof(found.sin_addr));
        } else if (place->ifa_addr->sa_family == AF_INET6) {
            sockaddr_in6 found{};
            std::memcpy(&found, place->ifa_addr, sizeof(found));
            address.v6 = true;
            std::memcpy(address.bytes.data(), &found.sin6_addr, sizeof(found.sin6_addr));
        } else {
            continue;
        }
        all.insert(address);
    }
    return all;
}

Result<HostView> HostView::open(const std::string &root)
{
    auto xfrm = Xfrm::open();
    if (!xfrm)
        return Failure(xfrm.error());
    // Before the list, so that nothing is missed between the two.
    if (auto listens = xfrm->listen(); !listens)
        return Failure(listens.error());
    return HostView(root, std::move(*xfrm));
}

Result<void> HostView::list(WatchTable &table)
{
    const auto all = xfrm_.list();
    if (!all)
        return Failure(all.error());
    table.replace(*all);
    return {};
}

Result<void> HostView::follow(WatchTable &table)
{
    const auto changes = xfrm_.drain();
    if (!changes)
        return Failure(changes.error());
    for (const SaChange &change : changes->list)
        switch (change.kind) {
        case SaChange::Kind::Added:
            table.add(change.sa);
            break;
        case SaChange::Kind::Deleted:
        case SaChange::Kind::Expired:
            table.remove(change.sa);
            break;
        case SaChange::Kind::Flushed:
            table.remove_all();
            break;
        }
    return changes->overrun ? list(table) : Result<void>{};
}

void HostView::count(const WatchTable &table, bool all)
{
    const auto &sas = table.all();
    const std::size_t most = all ? sas.size() : std::min(counted_at_once, sas.size());
    for (std::size_t done = 0; done < most; ++done) {
        WatchedSa &watched = *sas[turn_++ % sas.size()];
        if (watched.gone)
            continue;
        const auto counts = xfrm_.counts(watched.sa);
        if (!counts)
            continue; // it went a moment ago
        if (!watched.first)
            watched.first = *counts;
        watched.latest = *counts;
    }
}

std::string HostView::driver_of(const SaKeys &keys)
{
    const auto now = Clock::now();
    if (!drivers_read_ || now - *drivers_read_ > drivers_age) {
        drivers_ = read_drivers(Source(root_));
        drivers_read_ = now;
    }
    const std::string algorithm = algorithm_name(keys);
    const Registered *best = nullptr;
    for (const Registered &entry : drivers_.registered)
        if (entry.algorithm == algorithm && !entry.internal &&
            (best == nullptr || entry.priority > best->priority))
            best = &entry;
    return best == nullptr ? std::string() : best->driver;
}

bool HostView::esp_offload() const
{
    const std::string modules = Source(root_).text("/proc/modules");
    return modules.find("esp4_offload ") != std::string::npos ||
           modules.find("esp6_offload ") != std::string::npos;
}

} // namespace ct
