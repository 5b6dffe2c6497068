// SPDX-License-Identifier: GPL-2.0-or-later
#include "testbed/steerer.h"

#include <algorithm>

namespace ct {

namespace {

constexpr std::chrono::milliseconds turn_length{100};

std::vector<std::uint32_t> half_from(const std::vector<std::uint32_t> &online,
                                     std::uint64_t first)
{
    const std::size_t size = std::max<std::size_t>(1, online.size() / 2);
    std::vector<std::uint32_t> half;
    for (std::size_t place = 0; place < size; ++place)
        half.push_back(online[(first + place) % online.size()]);
    return half;
}

} // namespace

SteeredCpus steered_cpus(const std::vector<std::uint32_t> &online, std::uint64_t turn)
{
    constexpr std::uint64_t kinds = 3;
    const std::uint64_t first = turn / kinds;
    switch (turn % kinds) {
    case 0:
        return {half_from(online, first), half_from(online, first + (online.size() + 1) / 2)};
    case 1:
        return {half_from(online, first), half_from(online, first)};
    default:
        return {online, online};
    }
}

Result<Steerer> Steerer::make(const Namespace &a, const Namespace &b, const std::string &link,
                              std::vector<std::uint32_t> online)
{
    auto of_a = Steering::open(a, link);
    if (!of_a)
        return Failure(of_a.error());
    auto of_b = Steering::open(b, link);
    if (!of_b)
        return Failure(of_b.error());
    for (Steering *const host : {&*of_a, &*of_b})
        if (auto set = host->set(online); !set)
            return Failure(set.error());
    return Steerer(std::move(*of_a), std::move(*of_b), std::move(online));
}

void Steerer::advance(Time now)
{
    if (now < next_)
        return;
    next_ = now + turn_length;
    const SteeredCpus cpus = steered_cpus(online_, turn_++);
    for (const auto &set : {a_.set(cpus.a), b_.set(cpus.b)})
        if (!set && trouble_.empty())
            trouble_ = set.error().sentence();
}

} // namespace ct
