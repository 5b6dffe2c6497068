// SPDX-License-Identifier: GPL-2.0-or-later
// A stream: one thread of one caller, its messages, and what must be true of every answer.
#ifndef CRYPTORTURE_FUZZ_STREAM_H
#define CRYPTORTURE_FUZZ_STREAM_H

#include "link.h"

#include <atomic>
#include <cstdint>

namespace fuzz {

// Who asks. All but root must get nothing and change nothing.
enum class Caller {
    root,
    nobody,
    nobody_with_socket_of_root,
    root_with_socket_of_nobody,
    user_namespace,
    network_namespace,
};
constexpr unsigned callers = 6;
const char *name_of(Caller caller);

// Between processes: lies in shared memory.
struct Count {
    std::atomic<std::uint64_t> sent, accepted, refused, unanswered, told;
};
struct Tally {
    Count by_command[256], by_caller[callers];
    std::atomic<std::uint64_t> starts; // runs that were begun, by what was answered
    std::atomic<std::uint64_t>
        silent; // starts without one: not asked for, or lost in a full socket
    std::atomic<std::uint64_t> abandoned, joined;
    std::atomic<std::uint64_t> failures;
    char failure[4096]; // the first
    void fail(const std::string &why);
};

struct Family {
    std::uint16_t id = 0;
    std::uint32_t group = 0;
    Words words;
};

struct Stream {
    std::uint64_t seed = 0;   // of the whole
    std::uint64_t number = 0; // of this stream, from which the rest follows
    Caller caller = Caller::root;
    std::uint64_t messages = 0;
    bool show = false; // every message, as bytes
};

// In the caller's own process or thread. LINK may have been opened by another user.
void run_stream(const Stream &stream, const Family &family, Link &link, Tally &tally);

} // namespace fuzz

#endif // CRYPTORTURE_FUZZ_STREAM_H
