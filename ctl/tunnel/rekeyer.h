// SPDX-License-Identifier: GPL-2.0-or-later
// Makes SAs in a thread of its own: the kernel takes milliseconds for each, in which packets
// have to be read.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "testbed/testbed.h"
#include "tunnel/keying.h"

namespace ct {

class Rekeyer {
public:
    // seed: of keys. From now on the testbed is this thread's until stop().
    Rekeyer(Testbed &testbed, std::uint64_t seed);
    Rekeyer(const Rekeyer &) = delete;
    Rekeyer &operator=(const Rekeyer &) = delete;
    ~Rekeyer() { stop(); }

    // One at a time: false, and nothing happens, while another is at work.
    bool ask(Keying::Request request);
    // What came of it, once.
    [[nodiscard]] std::optional<std::pair<Keying::Request, Result<SaPair>>> take();
    // Finishes what it is at.
    void stop();

private:
    void work();

    Testbed &testbed_;
    std::uint64_t seed_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::optional<Keying::Request> request_; // until its outcome is taken
    std::optional<Result<SaPair>> outcome_;
    std::thread thread_;
};

} // namespace ct
