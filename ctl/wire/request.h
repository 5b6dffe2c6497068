// SPDX-License-Identifier: GPL-2.0-or-later
// A netlink request of any protocol: fixed header, attributes, nests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

struct nl_msg;

namespace ct {

class Request {
public:
    // type and flags of struct nlmsghdr; NLM_F_REQUEST is added.
    Request(int type, int flags);

    // The protocol's own header, or another structure behind it.
    template <typename Header> Request &header(const Header &header)
    {
        return append(&header, sizeof(header));
    }
    Request &put(int type, const void *bytes, std::size_t size);
    template <typename Value> Request &put(int type, const Value &value)
    {
        return put(type, &value, sizeof(value));
    }
    Request &text(int type, const std::string &value); // with its NUL
    template <typename Inside> Request &nest(int type, Inside &&inside)
    {
        const std::size_t start = open_nest(type);
        inside();
        return close_nest(start);
    }

    // False: there was no memory, or it grew beyond what a message may have.
    [[nodiscard]] bool whole() const { return whole_; }
    [[nodiscard]] nl_msg *message() const { return message_.get(); }

private:
    Request &append(const void *bytes, std::size_t size);
    [[nodiscard]] std::size_t open_nest(int type);
    Request &close_nest(std::size_t start);

    struct FreeRequest {
        void operator()(nl_msg *message) const;
    };
    std::unique_ptr<nl_msg, FreeRequest> message_;
    bool whole_ = true;
};

} // namespace ct
