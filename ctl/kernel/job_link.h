// SPDX-License-Identifier: GPL-2.0-or-later
// How messages about jobs go to the module and back. Netlink is one way; the tests have
// another.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "record/job.h"
#include "wire/encode.h"
#include "wire/socket.h"

namespace ct {

class JobLink {
public:
    JobLink() = default;
    JobLink(const JobLink &) = delete;
    JobLink &operator=(const JobLink &) = delete;
    virtual ~JobLink() = default;

    // what: for the errors, "cannot start a run".
    [[nodiscard]] virtual Result<Socket::Asked>
    start(JobKind kind, const JobParameters &parameters, std::string_view what) = 0;
    [[nodiscard]] virtual Result<Answer> look(std::uint64_t number, std::string_view what) = 0;
    [[nodiscard]] virtual Result<void> cancel(std::uint64_t number, std::string_view what) = 0;
    // The number of the one that the module is doing.
    [[nodiscard]] virtual std::optional<std::uint64_t> present() = 0;
};

class NetlinkJobLink final : public JobLink {
public:
    explicit NetlinkJobLink(Socket &socket) : socket_(socket) {}

    Result<Socket::Asked> start(JobKind kind, const JobParameters &parameters,
                                std::string_view what) override;
    Result<Answer> look(std::uint64_t number, std::string_view what) override;
    Result<void> cancel(std::uint64_t number, std::string_view what) override;
    std::optional<std::uint64_t> present() override;

private:
    Socket &socket_;
};

} // namespace ct
