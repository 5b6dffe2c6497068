// SPDX-License-Identifier: GPL-2.0-or-later
// A subject: a driver that is on this machine, or was expected to be.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ct {

struct Driver {
    std::uint32_t id = 0;  // what a cell refers to
    std::string name;      // cra_driver_name
    std::string algorithm; // cra_name
    std::string module;    // "kernel" when built in; empty when absent
    std::optional<std::int32_t> priority;
    bool async = false;
    bool simd = false;
    bool is_default = false;
    bool present = false;
    bool expected = false;              // absent, although CPU and kernel ought to have it
    bool deferred = false;              // works in a thread of its own (cryptd, pcrypt)
    std::optional<std::uint32_t> error; // positive errno
    std::string reason; // why it is absent or not usable; else what it was not tested with

    [[nodiscard]] bool usable() const { return present && !error; }

    friend bool operator==(const Driver &, const Driver &) = default;
};

} // namespace ct
