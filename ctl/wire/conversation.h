// SPDX-License-Identifier: GPL-2.0-or-later
// A netlink socket of the kernel's own protocols (rtnetlink, xfrm): requests and their answers,
// and what is told to a group. Works in the namespace in which it was opened.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <tl/expected.hpp>

#include "wire/attribute.h"
#include "wire/refusal.h"
#include "wire/request.h"

struct nl_sock;

namespace ct {

struct NetlinkMessage {
    std::uint16_t type = 0;
    std::vector<std::byte> payload; // behind struct nlmsghdr

    friend bool operator==(const NetlinkMessage &, const NetlinkMessage &) = default;
};

// What one read from a netlink socket gave.
struct NetlinkPart {
    std::uint16_t type = 0;
    std::uint16_t flags = 0;
    std::uint32_t sequence = 0;
    Bytes payload;
};
// Nothing: the bytes end in the middle of a message, or its length contradicts its header.
[[nodiscard]] std::optional<std::vector<NetlinkPart>> split_messages(Bytes bytes);

class Conversation {
public:
    // protocol: NETLINK_ROUTE and the like. Its errors are of socket() and bind().
    [[nodiscard]] static tl::expected<Conversation, Refusal> open(int protocol);

    // Sends a request and waits for all that the kernel has to say to it. With NLM_F_DUMP all
    // of a list, which is asked for again if it changed meanwhile; else an acknowledgement.
    using Answers = tl::expected<std::vector<NetlinkMessage>, Refusal>;
    [[nodiscard]] Answers ask(const Request &request);

    // Makes it a listener: no requests any more, and nothing waits.
    [[nodiscard]] tl::expected<void, Refusal> join(const std::vector<int> &groups);
    struct Heard {
        std::vector<NetlinkMessage> messages;
        bool overrun = false; // some were lost
    };
    [[nodiscard]] tl::expected<Heard, Refusal> hear();
    [[nodiscard]] int descriptor() const;

private:
    struct FreeSocket {
        void operator()(nl_sock *socket) const;
    };
    explicit Conversation(std::unique_ptr<nl_sock, FreeSocket> socket)
        : socket_(std::move(socket))
    {
    }
    struct Told {
        std::vector<NetlinkMessage> messages;
        bool done = false;
        bool changed = false; // a dump over something that changed
    };
    [[nodiscard]] tl::expected<Told, Refusal> ask_once(const Request &request);
    // The bytes of one read; a negative number of libnl's errors.
    [[nodiscard]] tl::expected<std::vector<std::byte>, int> read();

    std::unique_ptr<nl_sock, FreeSocket> socket_;
};

} // namespace ct
