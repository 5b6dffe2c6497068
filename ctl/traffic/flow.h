// SPDX-License-Identifier: GPL-2.0-or-later
// One flow of known content between two namespaces, with its sender and receiver: a TCP stream
// (both ways at once), a flood of UDP datagrams, a flood of pings. Each has threads of its own,
// which run until it is stopped.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "capture/packet.h"
#include "net/namespace.h"
#include "traffic/content.h"

namespace ct {

struct FlowPlan {
    FlowKind kind = FlowKind::Tcp;
    std::uint32_t number = 0; // of the flow; different ones have different content
    Address from;
    Address to;
    std::uint16_t port = 0; // TCP, UDP: of both ends; ping: the identifier
    std::uint64_t seed = 0;
    std::vector<std::uint8_t> pattern; // see Content
    std::vector<std::uint32_t> sizes;  // payload bytes of datagrams, in turns; TCP: of writes
    std::uint32_t window = 16;         // datagrams and pings in flight before the sender waits
    std::uint32_t pause_us = 0;        // between datagrams; 0: as fast as it goes
};

// What reached the application wrong, although the kernel had it pass its checksums.
struct Reached {
    std::uint32_t flow = 0;
    bool backwards = false;  // from `to` to `from`: TCP's other direction, ping replies
    std::uint64_t place = 0; // TCP: offset of the first wrong byte; else number of the datagram
    std::size_t size = 0;    // wrong bytes in a row of TCP; of the datagram
    std::vector<std::uint8_t> expected; // at most 64 bytes from there on
    std::vector<std::uint8_t> actual;
    std::uint64_t time_ns = 0;
};

struct FlowCounts {
    std::uint64_t sent = 0;     // TCP: bytes, both ways; datagrams; echo requests
    std::uint64_t received = 0; // the same at the receiver; echo replies
    std::uint64_t payload = 0;  // bytes that reached applications
    std::uint64_t wrong = 0;    // datagrams, or runs of wrong bytes in a stream
    std::uint64_t reconnects = 0;
    std::string trouble; // why it stands still; empty: it does not
};

class Flow {
public:
    // Sockets are made in the two namespaces; traffic flows when it returns.
    [[nodiscard]] static Result<std::unique_ptr<Flow>>
    start(const FlowPlan &plan, const Namespace &from, const Namespace &to);
    Flow() = default;
    Flow(const Flow &) = delete;
    Flow &operator=(const Flow &) = delete;
    virtual ~Flow() = default; // stops it

    [[nodiscard]] virtual const FlowPlan &plan() const = 0;
    [[nodiscard]] virtual FlowCounts counts() const = 0;
    // What was wrong since the last call; at most 1,000 are kept in between, counts go on.
    [[nodiscard]] virtual std::vector<Reached> reached() = 0;
    // The senders stop; what is on its way still arrives.
    virtual void pause() = 0;
    virtual void stop() = 0;
};

} // namespace ct
