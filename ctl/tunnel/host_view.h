// SPDX-License-Identifier: GPL-2.0-or-later
// What a watch reads from this host besides packets: SAs and their counts, addresses, drivers.
#pragma once

#include <chrono>
#include <set>
#include <string>

#include "base/error.h"
#include "crypto/drivers.h"
#include "watch/table.h"
#include "xfrm/xfrm.h"

namespace ct {

class HostView {
public:
    // Errors: no xfrm, no permission. root: of the environment.
    [[nodiscard]] static Result<HostView> open(const std::string &root);

    // All SAs, once; changes from then on.
    [[nodiscard]] Result<void> list(WatchTable &table);
    [[nodiscard]] Result<void> follow(WatchTable &table);
    // What the kernel has counted for the SAs: of some of them, in turns; all: of each.
    void count(const WatchTable &table, bool all);
    // That of the highest priority in /proc/crypto, looked up again every few seconds.
    [[nodiscard]] std::string driver_of(const SaKeys &keys);
    // esp4_offload or esp6_offload.
    [[nodiscard]] bool esp_offload() const;
    [[nodiscard]] int descriptor() const { return xfrm_.descriptor(); }

private:
    using Clock = std::chrono::steady_clock;
    HostView(std::string root, Xfrm xfrm) : root_(std::move(root)), xfrm_(std::move(xfrm)) {}

    std::string root_;
    Xfrm xfrm_;
    std::size_t turn_ = 0;
    Drivers drivers_;
    std::optional<Clock::time_point> drivers_read_;
};

// Addresses of this host's interfaces; empty where they cannot be read.
[[nodiscard]] std::set<Address> local_addresses();

} // namespace ct
