// SPDX-License-Identifier: GPL-2.0-or-later
// One flow of known content between two namespaces, with its sender and receiver: a TCP stream
// (both ways at once), a flood of UDP datagrams, a flood of pings. Each has threads of its own,
// which run until it is stopped: a TCP stream one for each end, the others one.
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
    // Payload bytes of datagrams, number included, in turns; TCP: of writes, each of which ends
    // a segment. Empty: as is usual for the kind.
    std::vector<std::uint32_t> sizes;
    // Datagrams and pings in flight before the sender waits, at most 1,024; TCP: socket buffers
    // for so many. A datagram that has not arrived after 200 ms no longer counts as in flight;
    // it may still arrive.
    std::uint32_t window = 16;
    std::uint32_t pause_us = 0; // between datagrams or writes; 0: as fast as it goes
};

// What reached the application wrong, although the kernel had it pass its checksums.
struct Reached {
    std::uint32_t flow = 0;
    bool backwards = false;  // from `to` to `from`: TCP's other direction, ping replies
    std::uint64_t place = 0; // TCP: offset of the first wrong byte; else number of the datagram
    // TCP: from the first wrong byte to the last, fewer than 16 right ones in between; of the
    // datagram as it was received.
    std::size_t size = 0;
    std::size_t offset = 0;             // first wrong byte in the payload of a datagram or ping
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
    std::uint64_t refused =
        0;               // echo replies with a wrong ICMP checksum, which are not received
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
    // From then on (steady_ns()) the senders wait, so that a reader of the packets can follow,
    // and need not run in time for it. 0: at once. Not called: they never wait.
    virtual void allow_until(std::uint64_t time_ns) = 0;
    virtual void stop() = 0;
};

} // namespace ct
