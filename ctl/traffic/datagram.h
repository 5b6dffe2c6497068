// SPDX-License-Identifier: GPL-2.0-or-later
// A flow of numbered datagrams (UDP, ping): one thread sends as long as there is room in the
// window, and checks what arrives.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "traffic/channel.h"
#include "traffic/flight.h"
#include "traffic/flow.h"
#include "traffic/tally.h"
#include "traffic/worker.h"

namespace ct {

class DatagramFlow final : public Flow {
public:
    explicit DatagramFlow(const FlowPlan &plan);
    DatagramFlow(const DatagramFlow &) = delete;
    DatagramFlow &operator=(const DatagramFlow &) = delete;
    ~DatagramFlow() override { end(); }

    // open: called in the thread of the flow, which may be in another namespace afterwards.
    [[nodiscard]] Result<void>
    start(const std::function<Result<std::unique_ptr<Channel>>()> &open);
    [[nodiscard]] const FlowPlan &plan() const override { return plan_; }
    [[nodiscard]] FlowCounts counts() const override { return tally_.counts(); }
    [[nodiscard]] std::vector<Reached> reached() override { return tally_.take(); }
    void pause() override;
    void allow_until(std::uint64_t time_ns) override { allowed_until_ = time_ns; }
    void stop() override { end(); }

private:
    void end();
    void run();
    // True: sent, and another may follow at once.
    bool send_one();
    void check(const Channel::Message &message);
    [[nodiscard]] bool right(const Channel::Message &message, std::uint64_t number) const;
    void report(const Channel::Message &message, std::uint64_t number);
    // Which one that was sent it is, as far as what is left of it shows.
    [[nodiscard]] std::uint64_t closest(const Channel::Message &message,
                                        std::uint64_t claimed) const;
    [[nodiscard]] std::vector<std::uint8_t> whole(std::uint64_t number) const;
    void rest();

    FlowPlan plan_;
    FlowTally tally_;
    Content content_;
    Flight flight_;
    std::unique_ptr<Channel> channel_;
    std::uint64_t next_send_ = 0; // steady clock
    bool no_room_ = false;        // in the socket's buffer
    std::atomic<bool> paused_{false};
    std::atomic<std::uint64_t> allowed_until_{UINT64_MAX};
    Worker worker_;
};

} // namespace ct
