// SPDX-License-Identifier: GPL-2.0-or-later
// What a ring lets through: a classic BPF program, over bytes from the IP header on.
#pragma once

#include <vector>

#include <linux/filter.h>

#include "capture/ring.h"

namespace ct {

// esp_only: the first fragment of ESP, or of UDP of natt_port with ESP in it. IPv6 packets with
// extension headers pass as they are, unsampled: classic BPF has no loops.
[[nodiscard]] std::vector<sock_filter> ring_filter(const RingOptions &options);
// Lets nothing through.
[[nodiscard]] std::vector<sock_filter> closed_filter();

} // namespace ct
