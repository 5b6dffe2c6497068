// SPDX-License-Identifier: GPL-2.0-or-later
// A netlink socket that sends any bytes, and the answers, message by message.
#ifndef CRYPTORTURE_FUZZ_LINK_H
#define CRYPTORTURE_FUZZ_LINK_H

#include "message.h"

#include <functional>
#include <string>

namespace fuzz {

// One netlink message as it came.
struct Answer {
    std::uint32_t seq = 0;
    std::uint16_t type = 0;
    bool end = false;  // an acknowledgement, a refusal or the end of a dump
    int error = 0;     // of these; positive
    std::string text;  // extended acknowledgement
    bool echo = false; // more than an error and its text came
    Bytes payload;     // of anything else
};

class Link {
public:
    explicit Link(int timeout_s = 60);
    ~Link();
    Link(const Link &) = delete;
    Link &operator=(const Link &) = delete;

    [[nodiscard]] bool open() const { return fd >= 0; }
    // errno, or 0
    [[nodiscard]] int join(std::uint32_t group) const;
    int send(const Bytes &bytes) const;
    // What has come by now; waits for the first if asked to. False when nothing has.
    bool receive(const std::function<void(const Answer &)> &take, bool wait = false);
    // Sends it with a seq of its own, and gives the first message and the end.
    struct Reply {
        int error = -1;
        std::string text;
        Bytes payload; // of the last message, from its attributes on
        std::vector<Bytes> payloads;
    };
    Reply ask(Bytes bytes);

private:
    int fd;
    std::uint32_t seq = 0x80000000; // far from those of any stream
    Bytes buffer;
};

} // namespace fuzz

#endif // CRYPTORTURE_FUZZ_LINK_H
