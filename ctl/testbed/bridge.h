// SPDX-License-Identifier: GPL-2.0-or-later
// Forwards the frames between the hosts of a bridged testbed, and changes one bit of the
// innermost payload of every Nth ESP packet under a valid ICV: as a corruption that no checksum
// of ESP can see. What finds it proves that the check works.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/error.h"
#include "net/namespace.h"
#include "xfrm/sa.h"

namespace ct {

struct BridgeChange {
    std::uint64_t time_ns = 0; // wall clock
    std::uint32_t spi = 0;
    std::uint64_t sequence = 0; // 64 bits with ESN
    std::size_t offset = 0;     // in the text
    std::uint8_t mask = 0;
};

// Decides which packets are changed, and changes them. For one thread, but for add().
class Changer {
public:
    Changer(std::uint64_t every, std::uint64_t seed);
    Changer(const Changer &) = delete;
    Changer &operator=(const Changer &) = delete;
    ~Changer();

    [[nodiscard]] Result<void> add(const Sa &sa);
    // frame: Ethernet, with all of its bytes. Of the packets of known SAs that are wanted, one
    // without payload, or that its keys do not open, leaves its turn to the next.
    [[nodiscard]] std::optional<BridgeChange> change(std::span<std::uint8_t> frame);

private:
    struct State;
    std::unique_ptr<State> state_;
};

class Bridge {
public:
    // middle: Testbed::middle(). A thread forwards from now on. every: 0 changes nothing.
    [[nodiscard]] static Result<std::unique_ptr<Bridge>>
    start(const Namespace &middle, std::uint64_t every, std::uint64_t seed);
    Bridge() = default;
    Bridge(const Bridge &) = delete;
    Bridge &operator=(const Bridge &) = delete;
    virtual ~Bridge() = default;

    // Packets of an SA that is not known are forwarded as they are.
    [[nodiscard]] virtual Result<void> add(const Sa &sa) = 0;
    // Since the last call.
    [[nodiscard]] virtual std::vector<BridgeChange> changes() = 0;
    // Frames that could not be forwarded: lost by the bridge itself.
    [[nodiscard]] virtual std::uint64_t dropped() const = 0;
};

} // namespace ct
