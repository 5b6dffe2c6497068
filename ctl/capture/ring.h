// SPDX-License-Identifier: GPL-2.0-or-later
// What a network interface sends and receives, by one ring of AF_PACKET (TPACKET_V3) for each
// CPU (PACKET_FANOUT_CPU): so that each frame is known to have been sent, which is encrypted,
// or received, which is decrypted, on that CPU. There is a ring for each number that a CPU can
// have, a small one for those that are offline: a CPU that comes online later has its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/error.h"
#include "capture/packet.h"

namespace ct {

struct Frame {
    std::uint64_t time_ns = 0; // wall clock
    std::uint32_t cpu = 0;
    bool outgoing = false;         // sent by this host; else received
    bool checksum_pending = false; // of TCP or UDP: an interface is to fill it in, or was
    std::uint32_t size = 0;        // on the wire
    PacketView bytes;              // from the IP header on; valid until the next take()
};

struct RingOptions {
    std::uint32_t bytes = 32U << 20U; // in all, over all CPUs that are online
    std::uint32_t snap_received = 0;  // of frames received, bytes kept; 0: all
    bool esp_only = true;             // a filter in the kernel: ESP, or UDP of natt_port
    std::uint16_t natt_port = 4500;
    std::uint32_t sample = 1; // one packet of so many, by sequence number of ESP
};

struct RingCounts {
    std::uint64_t seen = 0;    // by the filter let through
    std::uint64_t dropped = 0; // of these, for lack of room: lost, and said so
    std::uint64_t downs = 0;   // times that the interface was set down, and nothing seen
};

class Ring {
public:
    // In the network namespace of the calling thread. Errors: no permission (CAP_NET_RAW), no
    // such interface, no AF_PACKET, no memory for the rings, each with what to do.
    [[nodiscard]] static Result<Ring> open(const std::string &interface,
                                           const RingOptions &options);
    Ring(Ring &&) noexcept;
    Ring &operator=(Ring &&) noexcept;
    Ring(const Ring &) = delete;
    Ring &operator=(const Ring &) = delete;
    ~Ring();

    // Descriptors to poll() for reading, one for each CPU.
    [[nodiscard]] std::vector<int> descriptors() const;
    // The frames that are there now, in the order of their time as far as known (another
    // CPU's of some milliseconds before may come with the next call), at most so many; never
    // waits. Call it until it gives nothing, then poll(): the memory of what it gave is free
    // for the kernel only from the next call on. Error: the interface is gone.
    [[nodiscard]] Result<std::vector<Frame>> take(std::size_t most);
    [[nodiscard]] RingCounts counts() const;

private:
    struct State;
    explicit Ring(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace ct
