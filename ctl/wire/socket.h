// SPDX-License-Identifier: GPL-2.0-or-later
// One generic netlink socket, connected to the family "cryptorture".
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "wire/attribute.h"

struct nl_sock;
struct nl_msg;

namespace ct {

// The attributes of one answer.
using Answer = std::vector<std::byte>;

class Socket {
public:
    // family: its name. Errors: no generic netlink, no such family.
    [[nodiscard]] static Result<Socket> open(std::string_view family);

    // Called to put the attributes of a request; false when they do not fit.
    struct Filler {
        virtual bool operator()(nl_msg &message) const = 0;
        virtual ~Filler() = default;
    };

    // Sends a request, waits for everything that the kernel has to say to it,
    // and gives the answers. what: for the error, "cannot start a run".
    [[nodiscard]] Result<std::vector<Answer>>
    request(unsigned command, bool dump, std::string_view what, const Filler *filler = nullptr);

    // The same of a command with one answer; keeps the message as it was sent, from its
    // header on, for what comes later about it.
    struct Asked {
        Answer request;
        Answer answer;
    };
    [[nodiscard]] Result<Asked> ask(unsigned command, std::string_view what,
                                    const Filler *filler = nullptr);

    // Makes it a listener of a multicast group: no answers any more, no waiting.
    [[nodiscard]] Result<void> listen(std::string_view group);
    // A message of the group: command and attributes.
    struct Message {
        unsigned command = 0;
        Answer attributes;
    };
    struct Messages {
        std::vector<Message> messages;
        bool overrun = false;
    };
    // All that are there now.
    [[nodiscard]] Result<Messages> drain();

    [[nodiscard]] int descriptor() const;

private:
    struct Free {
        void operator()(nl_sock *socket) const;
    };

    Socket(std::unique_ptr<nl_sock, Free> socket, std::string family, int id)
        : socket_(std::move(socket)), family_(std::move(family)), id_(id)
    {
    }

    struct FreeMessage {
        void operator()(nl_msg *message) const;
    };
    using Request = std::unique_ptr<nl_msg, FreeMessage>;
    struct Answers {
        std::vector<Answer> list;
        bool interrupted = false; // a dump over something that changed
    };

    [[nodiscard]] Result<Request> send(unsigned command, bool dump, std::string_view what,
                                       const Filler *filler);
    [[nodiscard]] Result<Answers> receive(const Request &message, std::string_view what);
    // Whether the family is still there under the same number.
    [[nodiscard]] bool family_is_there();

    std::unique_ptr<nl_sock, Free> socket_;
    std::string family_;
    int id_ = 0;
};

} // namespace ct
