// SPDX-License-Identifier: GPL-2.0-or-later
// What a network interface sends and receives, by one ring of AF_PACKET (TPACKET_V3) for each
// CPU (PACKET_FANOUT_CPU): so that each frame is known to have been sent, which is encrypted,
// or received, which is decrypted, on that CPU. There is a ring for each number that a CPU can
// have, a small one for those that are offline: a CPU that comes online later has its own.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "capture/filter.h"
#include "capture/frame.h"

namespace ct {

class Ring {
public:
    // In the network namespace of the calling thread. Errors: no permission (CAP_NET_RAW), no
    // such interface, no AF_PACKET, no memory for the rings, each with what to do.
    [[nodiscard]] static Result<Ring> open(const std::string &interface,
                                           const RingOptions &options);
    Ring(Ring &&other) noexcept;
    Ring &operator=(Ring &&other) noexcept;
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
    // How much of the fullest CPU's ring waits to be read: 0 to 1.
    [[nodiscard]] double filled() const;

private:
    struct State;
    explicit Ring(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace ct
