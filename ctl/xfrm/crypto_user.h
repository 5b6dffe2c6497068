// SPDX-License-Identifier: GPL-2.0-or-later
// NETLINK_CRYPTO (crypto_user): instances of templates made and removed, priorities set.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"

struct nl_sock;
struct nl_msg;

namespace ct {

class CryptoUser {
public:
    // what: for its errors, "cannot choose a driver". Errors: no crypto_user in this kernel,
    // no permission for sockets of it.
    [[nodiscard]] static Result<CryptoUser> open(std::string what);

    // An instance of that driver name, or the best one of an algorithm, unless it is there.
    // Loads modules that the kernel finds by these names.
    [[nodiscard]] Result<void> make(const std::string &driver);
    [[nodiscard]] Result<void> make_best(const std::string &algorithm);
    // Instances that are made of it leave the list; who uses them keeps them.
    [[nodiscard]] Result<void> set_priority(const std::string &driver, std::uint32_t priority);
    // An instance that nobody uses.
    [[nodiscard]] Result<void> remove(const std::string &driver);

private:
    struct Free {
        void operator()(nl_sock *socket) const;
    };
    CryptoUser(std::unique_ptr<nl_sock, Free> socket, std::string what)
        : socket_(std::move(socket)), what_(std::move(what))
    {
    }
    struct Request;
    [[nodiscard]] Result<void> ask(const Request &request);

    std::unique_ptr<nl_sock, Free> socket_;
    std::string what_;
};

} // namespace ct
