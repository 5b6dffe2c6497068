// SPDX-License-Identifier: GPL-2.0-or-later
#include "esp/tunnel_sa.h"

namespace ct {

std::uint64_t TunnelSa::sequence_of(std::uint32_t low) const
{
    if (!sa.keys.esn)
        return low;
    // The nearest to the highest one so far (RFC 4303, appendix A2, with a window of 2^31).
    const auto step = static_cast<std::int32_t>(low - static_cast<std::uint32_t>(last));
    const auto distance = static_cast<std::int64_t>(step);
    if (distance < 0 && last < static_cast<std::uint64_t>(-distance))
        return low;
    return last + static_cast<std::uint64_t>(distance);
}

Result<void> SaTable::add(const Sa &sa, unsigned tunnel, EspMode mode, bool forwards,
                          const std::string &driver)
{
    auto cipher = EspCipher::make(sa.keys);
    if (!cipher)
        return Failure(cipher.error());
    all_.push_back(std::make_unique<TunnelSa>(TunnelSa{
        sa, std::move(*cipher), tunnel, mode, forwards, driver, sa.sequence_out, SaTally{}}));
    // An SPI that is used again is the new SA's from now on.
    by_spi_[{sa.spi, sa.destination}] = all_.back().get();
    return {};
}

TunnelSa *SaTable::find(std::uint32_t spi, const Address &destination)
{
    const auto place = by_spi_.find({spi, destination});
    return place == by_spi_.end() ? nullptr : place->second;
}

} // namespace ct
