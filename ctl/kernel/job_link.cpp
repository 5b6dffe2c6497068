// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/job_link.h"

#include <linux/cryptorture.h>

#include "wire/decode.h"
#include "wire/fill.h"

namespace ct {

Result<Socket::Asked> NetlinkJobLink::start(JobKind kind, const JobParameters &parameters,
                                            std::string_view what)
{
    const Fill fill([&](nl_msg &message) { return encode_job(message, kind, parameters); });
    return socket_.ask(CRYPTORTURE_CMD_JOB_START, what, &fill);
}

Result<Answer> NetlinkJobLink::look(std::uint64_t number, std::string_view what)
{
    const Fill fill([number](nl_msg &message) { return encode_job_number(message, number); });
    return socket_.ask(CRYPTORTURE_CMD_JOB_GET, what, &fill).map([](Socket::Asked asked) {
        return std::move(asked.answer);
    });
}

Result<void> NetlinkJobLink::cancel(std::uint64_t number, std::string_view what)
{
    const Fill fill([number](nl_msg &message) { return encode_job_number(message, number); });
    const auto answers = socket_.request(CRYPTORTURE_CMD_JOB_CANCEL, false, what, &fill);
    if (!answers)
        return Failure(answers.error());
    return {};
}

std::optional<std::uint64_t> NetlinkJobLink::present()
{
    const auto status =
        socket_.ask(CRYPTORTURE_CMD_STATUS_GET, "cannot read the status")
            .and_then([](const Socket::Asked &asked) { return decode_status(asked.answer); });
    return status ? status->job : std::nullopt;
}

} // namespace ct
