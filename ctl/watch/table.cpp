// SPDX-License-Identifier: GPL-2.0-or-later
#include "watch/table.h"

#include <algorithm>

namespace ct {

WatchTally &WatchTally::operator+=(const WatchTally &other)
{
    seen += other.seen;
    skipped += other.skipped;
    opened += other.opened;
    bytes += other.bytes;
    icv_wrong += other.icv_wrong;
    wrong += other.wrong;
    translated += other.translated;
    undecided += other.undecided;
    unchecked += other.unchecked;
    compared += other.compared;
    delivered_wrong += other.delivered_wrong;
    undelivered += other.undelivered;
    forwarded += other.forwarded;
    return *this;
}

std::uint64_t WatchedSa::sequence_of(std::uint32_t low) const
{
    if (!sa.keys.esn)
        return low;
    // The nearest to the highest one so far (RFC 4303, appendix A2).
    const auto step = static_cast<std::int32_t>(low - static_cast<std::uint32_t>(last));
    const auto distance = static_cast<std::int64_t>(step);
    if (distance < 0 && last < static_cast<std::uint64_t>(-distance))
        return low;
    return last + static_cast<std::uint64_t>(distance);
}

void WatchTable::add(const Sa &sa)
{
    constexpr std::uint8_t esp = 50;
    if (sa.protocol != esp) {
        ++others_;
        return;
    }
    auto &same = by_spi_[{sa.spi, sa.destination}];
    for (const WatchedSaPtr &known : same)
        if (known->sa.source == sa.source && known->sa.keys == sa.keys &&
            known->sa.hardware == sa.hardware) {
            known->gone = false;
            known->sa = sa;
            return;
        }
    auto added = std::make_shared<WatchedSa>();
    added->sa = sa;
    if (driver_of_)
        added->driver = driver_of_(sa.keys);
    added->unreadable = sa.unreadable;
    added->last = std::max(sa.sequence_out, sa.sequence_in);
    if (added->unreadable.empty() && sa.hardware)
        added->unreadable = "the network card encrypts and decrypts its packets, which are "
                            "seen here before that, or after";
    if (added->unreadable.empty()) {
        auto cipher = EspCipher::make(sa.keys);
        if (cipher)
            added->cipher.emplace(std::move(*cipher));
        else
            added->unreadable =
                cipher.error().why.empty() ? cipher.error().what : cipher.error().why;
    }
    same.insert(same.begin(), added);
    all_.push_back(std::move(added));
    if (all_.size() > most_)
        forget_oldest();
}

void WatchTable::forget_oldest()
{
    // One that the kernel has no more, if there is any.
    auto oldest =
        std::find_if(all_.begin(), all_.end(), [](const WatchedSaPtr &sa) { return sa->gone; });
    if (oldest == all_.end())
        oldest = all_.begin();
    const auto place = by_spi_.find({(*oldest)->sa.spi, (*oldest)->sa.destination});
    if (place != by_spi_.end()) {
        std::erase(place->second, *oldest);
        if (place->second.empty())
            by_spi_.erase(place);
    }
    all_.erase(oldest);
    ++forgotten_;
}

void WatchTable::remove(const Sa &sa)
{
    const auto place = by_spi_.find({sa.spi, sa.destination});
    if (place == by_spi_.end())
        return;
    for (const WatchedSaPtr &known : place->second)
        known->gone = true;
}

void WatchTable::remove_all()
{
    for (const WatchedSaPtr &known : all_)
        known->gone = true;
}

void WatchTable::replace(const std::vector<Sa> &list)
{
    remove_all();
    others_ = 0;
    for (const Sa &sa : list)
        add(sa);
}

const std::vector<WatchedSaPtr> &WatchTable::find(std::uint32_t spi,
                                                  const Address &destination) const
{
    static const std::vector<WatchedSaPtr> none;
    const auto place = by_spi_.find({spi, destination});
    return place == by_spi_.end() ? none : place->second;
}

} // namespace ct
