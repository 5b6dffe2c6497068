// SPDX-License-Identifier: GPL-2.0-or-later
#include "traffic/flight.h"

#include <algorithm>

namespace ct {

Flight::Flight(std::uint64_t patience_ns) : patience_(patience_ns), ring_(remembered) {}

void Flight::sent(std::uint64_t now)
{
    // Never happens with a window of at most window_most.
    if (next_ - oldest_ >= remembered)
        in_flight_ -= one(oldest_++).arrived ? 0 : 1;
    one(next_) = {now, false};
    ++next_;
    ++in_flight_;
}

Flight::Arrival Flight::arrived(std::uint64_t number)
{
    if (number >= next_)
        return Arrival::Never;
    if (next_ - number > remembered)
        return Arrival::Old;
    One &it = one(number);
    if (it.arrived)
        return Arrival::Again;
    it.arrived = true;
    if (number >= oldest_)
        --in_flight_;
    return Arrival::First;
}

std::size_t Flight::count(std::uint64_t now)
{
    for (; oldest_ < next_; ++oldest_) {
        const One &it = one(oldest_);
        if (!it.arrived && now < it.time + patience_)
            break;
        if (!it.arrived)
            --in_flight_;
    }
    return in_flight_;
}

std::uint64_t Flight::deadline() const
{
    return in_flight_ == 0 ? 0 : one(oldest_).time + patience_;
}

std::vector<std::uint64_t> Flight::missing(std::size_t most) const
{
    std::vector<std::uint64_t> numbers;
    const std::uint64_t back = std::min({next_, remembered, std::uint64_t{most}});
    for (std::uint64_t number = next_ - back; number < next_; ++number)
        if (!one(number).arrived)
            numbers.push_back(number);
    return numbers;
}

} // namespace ct
