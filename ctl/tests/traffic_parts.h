// SPDX-License-Identifier: GPL-2.0-or-later
// Flows over loopback, for tests.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

#include "traffic/flow.h"

namespace ct::test {

inline Address traffic_host(std::uint8_t last)
{
    Address address;
    address.bytes = {127, 0, 0, last};
    return address;
}

inline FlowPlan traffic_plan(FlowKind kind, std::uint16_t port)
{
    FlowPlan plan;
    plan.kind = kind;
    plan.number = 7;
    plan.seed = 20;
    plan.from = traffic_host(1);
    plan.to = traffic_host(2);
    plan.port = port;
    return plan;
}

inline bool within_time(const std::function<bool()> &so,
                        std::chrono::milliseconds most = std::chrono::seconds(10))
{
    const auto end = std::chrono::steady_clock::now() + most;
    while (!so()) {
        if (std::chrono::steady_clock::now() > end)
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

} // namespace ct::test
