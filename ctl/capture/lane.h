// SPDX-License-Identifier: GPL-2.0-or-later
// The ring of one CPU: a socket with memory that the kernel fills block by block.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/descriptor.h"
#include "base/error.h"
#include "capture/frame.h"

struct sock_filter; // linux/filter.h

namespace ct {

struct LaneSize {
    std::uint32_t block = 0; // bytes
    std::uint32_t blocks = 0;
    std::uint32_t patience_ms = 0; // after which a block that is not full is handed over
};

class Lane {
public:
    // Bound to no interface yet, and lets nothing through.
    [[nodiscard]] static Result<Lane> open(std::uint32_t cpu);
    [[nodiscard]] Result<void> map(const LaneSize &size);
    [[nodiscard]] Result<void> bind(int interface) const;
    // Of a new group, whose number is given; or to that group. members: of the whole group.
    // The group's members have to join in the order of their CPUs.
    [[nodiscard]] Result<std::uint16_t> join(std::optional<std::uint16_t> group,
                                             std::uint32_t members) const;
    [[nodiscard]] Result<void> filter(std::vector<sock_filter> program) const;

    Lane(const Lane &) = delete;
    Lane &operator=(const Lane &) = delete;
    Lane(Lane &&other) noexcept;
    Lane &operator=(Lane &&other) noexcept;
    ~Lane();

    [[nodiscard]] int descriptor() const { return socket_.number(); }
    // The next frame, which stays the next one until it is dropped by pop().
    [[nodiscard]] const Frame *head();
    void pop() { head_.reset(); }
    // The kernel can fill the blocks again whose frames are all behind us.
    void give_back();
    // Share of the blocks that wait to be read.
    [[nodiscard]] double filled() const;
    // Since the last time.
    [[nodiscard]] RingCounts drain_counts() const;
    // An error that the socket has met, such as ENETDOWN, once; 0: none.
    [[nodiscard]] int drain_error() const;
    // The interface is not there any more.
    [[nodiscard]] bool orphaned() const;

private:
    Lane(Descriptor socket, std::uint32_t cpu) : socket_(std::move(socket)), cpu_(cpu) {}
    [[nodiscard]] std::uint8_t *block(std::uint32_t number) const;

    Descriptor socket_;
    std::uint32_t cpu_;
    LaneSize size_;
    std::uint8_t *memory_ = nullptr;
    std::uint32_t current_ = 0;  // block that is walked, or the next one
    std::uint32_t finished_ = 0; // blocks before it that are not given back
    bool walking_ = false;
    BlockWalk walk_;
    std::optional<Frame> head_;
};

} // namespace ct
