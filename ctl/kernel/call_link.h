// SPDX-License-Identifier: GPL-2.0-or-later
// What one exerciser asks of the kernel module: operations in its own context,
// and to be heard when a register of its own has changed. A file of the module's is
// one implementation; the tests have another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "base/error.h"
#include "report/finding.h"

namespace ct {

inline constexpr std::uint32_t call_operations_max = 16;

// What the thread has done since its last call that went well.
struct CallTally {
    std::uint64_t checks = 0;     // good ones
    std::uint64_t barriers = 0;   // as the disturber membarrier
    std::uint64_t migrations = 0; // as the disturber shuffle
};

// What one ioctl() makes a call of.
struct CallRequest {
    int descriptor = -1;
    unsigned long command = 0;
    void *argument = nullptr; // read by the module, which writes its answer there
    // In place of the ioctl(), for tests: called with the registers live.
    void (*instead)() = nullptr;
};

struct CallReply {
    std::uint64_t run = 0;
    std::uint32_t done = 0;       // operations
    std::uint32_t mismatches = 0; // among these
};

class CallLink {
public:
    CallLink() = default;
    CallLink(const CallLink &) = delete;
    CallLink &operator=(const CallLink &) = delete;
    virtual ~CallLink() = default;

    // Good until the next one.
    [[nodiscard]] virtual CallRequest prepare(std::uint32_t operations,
                                              const CallTally &tally) = 0;
    // result: what ioctl() returned, 0 or a negative errno. NotRunning or
    // NoModule: the run is over; NotFound: it is not on this CPU.
    [[nodiscard]] virtual Result<CallReply> reply(long result) = 0;
    [[nodiscard]] virtual Result<void> report(const RegisterFinding &finding) = 0;
};

// One for each thread; each has a descriptor of its own.
using CallLinkFactory = std::function<Result<std::unique_ptr<CallLink>>()>;

} // namespace ct
