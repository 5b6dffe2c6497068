// SPDX-License-Identifier: GPL-2.0-or-later
// The calls and reports of exercisers over generic netlink.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "kernel/attribute.h"
#include "kernel/call_link.h"

struct nl_msg;

namespace ct {

[[nodiscard]] Result<std::unique_ptr<CallLink>> open_call_link();

// A call as it goes through the socket: made once, so that nothing but a few
// numbers has to be put in for the next.
class CallRequest {
public:
    explicit CallRequest(int family);
    // The sequence number is one up each time.
    [[nodiscard]] std::span<const std::byte> next(std::uint32_t operations,
                                                  const CallTally &tally);
    [[nodiscard]] std::uint32_t sequence() const { return sequence_; }

private:
    std::array<std::byte, 64> bytes_{};
    std::uint32_t sequence_ = 0;
};

// What one datagram says to the request of that number; nothing if it is about
// another one. request: for the refusal.
[[nodiscard]] std::optional<Result<CallReply>>
read_call_reply(Bytes datagram, std::uint32_t sequence, Bytes request);

[[nodiscard]] bool encode_finding(nl_msg &message, const RegisterFinding &finding);

} // namespace ct
