// SPDX-License-Identifier: GPL-2.0-or-later
// The multicast group of the netlink family.
#pragma once

#include <memory>

#include "kernel/kernel.h"
#include "wire/socket.h"

namespace ct {

// What was drained, decoded; what cannot be decoded counts as an overrun,
// for the remedy is the same: ask for everything.
[[nodiscard]] EventBatch decode_batch(const Socket::Messages &messages);

[[nodiscard]] Result<std::unique_ptr<Events>> open_events();

} // namespace ct
