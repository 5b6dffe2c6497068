// SPDX-License-Identifier: GPL-2.0-or-later
// The SAs of a live host as they come and go. One that the kernel has dropped keeps its keys
// here: packets of it may still be on their way. The oldest go first when there are too many.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cipher/esp_cipher.h"
#include "xfrm/sa.h"

namespace ct {

struct WatchTally {
    std::uint64_t seen = 0;    // at the interface
    std::uint64_t skipped = 0; // over the budget
    std::uint64_t opened = 0;  // with a valid ICV
    std::uint64_t bytes = 0;   // of text
    std::uint64_t icv_wrong = 0;
    std::uint64_t wrong = 0;           // ICV valid, content wrong
    std::uint64_t translated = 0;      // a checksum of other addresses: NAT
    std::uint64_t undecided = 0;       // perhaps such a one: too few to tell
    std::uint64_t unchecked = 0;       // no checksum covers what they hold
    std::uint64_t compared = 0;        // with what was delivered here
    std::uint64_t delivered_wrong = 0; // of these
    std::uint64_t undelivered = 0;     // to be delivered here, and not seen to be
    std::uint64_t forwarded = 0;       // not for this host

    WatchTally &operator+=(const WatchTally &other);
};

struct WatchedSa {
    Sa sa;
    std::optional<EspCipher> cipher;
    std::string unreadable; // why it has none
    std::string driver;     // that has the highest priority; empty: not known
    bool gone = false;      // from the kernel
    std::uint64_t last = 0; // highest sequence number seen, 64 bits with ESN
    WatchTally tally{};
    // How often a TCP or UDP checksum of transport mode was wrong by how much.
    std::map<std::uint16_t, std::uint64_t> residuals{};
    std::uint64_t residuals_seen = 0;
    std::optional<SaCounts> first{}; // as the kernel counted at the first look, and at the last
    std::optional<SaCounts> latest{};

    // The number that these lower bits belong to.
    [[nodiscard]] std::uint64_t sequence_of(std::uint32_t low) const;
};
using WatchedSaPtr = std::shared_ptr<WatchedSa>;

class WatchTable {
public:
    explicit WatchTable(std::size_t most = 4096) : most_(most) {}

    // Says which driver has the highest priority for such keys; without it none is known.
    using DriverOf = std::function<std::string(const SaKeys &)>;
    void set_driver_of(DriverOf driver_of) { driver_of_ = std::move(driver_of); }

    // One that is known already, by its keys too, is brought up to date.
    void add(const Sa &sa);
    // Deleted or expired: SPI, addresses.
    void remove(const Sa &sa);
    void remove_all();
    // What the kernel has now, after changes were missed.
    void replace(const std::vector<Sa> &list);

    // Newest first: an SPI that is used again has more than one.
    [[nodiscard]] const std::vector<WatchedSaPtr> &find(std::uint32_t spi,
                                                        const Address &destination) const;
    [[nodiscard]] const std::deque<WatchedSaPtr> &all() const { return all_; } // oldest first
    // Dropped for want of room, keys and counts.
    [[nodiscard]] std::uint64_t forgotten() const { return forgotten_; }
    // Of AH and IPComp.
    [[nodiscard]] std::uint64_t others() const { return others_; }

private:
    using Key = std::pair<std::uint32_t, Address>;
    void forget_oldest();

    std::size_t most_;
    DriverOf driver_of_;
    std::deque<WatchedSaPtr> all_;
    std::map<Key, std::vector<WatchedSaPtr>> by_spi_;
    std::uint64_t forgotten_ = 0;
    std::uint64_t others_ = 0;
};

} // namespace ct
