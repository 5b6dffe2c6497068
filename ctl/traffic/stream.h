// SPDX-License-Identifier: GPL-2.0-or-later
// A TCP stream of known content both ways at once. What is received is checked by its offset,
// so a wrong byte does not disturb what follows it. A connection that is lost is made again,
// and offsets begin at 0 with it.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "traffic/flow.h"
#include "traffic/tally.h"
#include "traffic/worker.h"

namespace ct {

// One end of it, and its thread.
class StreamEnd {
public:
    enum class Role { Connects, Listens };
    StreamEnd(const FlowPlan &plan, Role role, FlowTally &tally);

    [[nodiscard]] Result<void> start(const Namespace &where);
    void pause() { paused_ = true; }
    void allow_until(std::uint64_t time_ns) { allowed_until_ = time_ns; }
    [[nodiscard]] bool held() const { return steady_ns() >= allowed_until_; }
    void stop() { worker_.stop(); }

private:
    [[nodiscard]] Result<void> prepare(const Namespace &where);
    [[nodiscard]] Result<void> listen_there();
    void run();
    // True: there is a connection now.
    bool connect_there();
    bool accept_one();
    void begin(Descriptor connection);
    void lose(const std::string &why);
    // True: something was moved.
    bool write_some();
    bool read_some();
    void check(PacketView bytes);
    void found(std::uint64_t begin, std::uint64_t end, PacketView expected, PacketView actual);
    void rest();

    FlowPlan plan_;
    Role role_;
    bool incoming_; // what is received comes backwards
    FlowTally &tally_;
    Content in_;
    Content out_;
    std::vector<std::uint8_t> buffer_;
    Descriptor listener_{-1};
    Descriptor connection_{-1};
    std::uint64_t in_offset_ = 0;
    std::uint64_t out_offset_ = 0;
    std::uint64_t wrong_end_ = 0; // behind the last wrong byte; 0: none yet
    std::size_t turn_ = 0;        // of the sizes
    std::size_t left_ = 0;        // of a write
    std::uint64_t next_write_ = 0;
    std::atomic<bool> paused_{false};
    std::atomic<std::uint64_t> allowed_until_{UINT64_MAX};
    Worker worker_;
};

class Stream final : public Flow {
public:
    explicit Stream(const FlowPlan &plan);
    Stream(const Stream &) = delete;
    Stream &operator=(const Stream &) = delete;
    ~Stream() override { end(); }

    [[nodiscard]] Result<void> start(const Namespace &from, const Namespace &to);
    [[nodiscard]] const FlowPlan &plan() const override { return plan_; }
    [[nodiscard]] FlowCounts counts() const override { return tally_.counts(); }
    [[nodiscard]] std::vector<Reached> reached() override { return tally_.take(); }
    void pause() override;
    void allow_until(std::uint64_t time_ns) override;
    void stop() override { end(); }

private:
    void end();

    FlowPlan plan_;
    FlowTally tally_;
    StreamEnd listens_;
    StreamEnd connects_;
};

} // namespace ct
