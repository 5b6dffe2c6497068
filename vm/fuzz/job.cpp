// SPDX-License-Identifier: GPL-2.0-or-later
#include "job.h"

#include "parse.h"

#include <linux/cryptorture.h>

#include <unistd.h>

namespace fuzz {

JobEnd wait_for_job(Link &link, const Family &family, std::uint64_t number_of_job)
{
    constexpr unsigned pause_us = 2000;
    constexpr int looks_max = 60000;
    Bytes number_bytes(sizeof(number_of_job));
    std::memcpy(number_bytes.data(), &number_of_job, sizeof(number_of_job));
    Bytes message = plain_message(family.id, CRYPTORTURE_CMD_JOB_GET, 0);
    append_attribute(message, CRYPTORTURE_A_JOB_NUMBER, number_bytes);
    const auto length = static_cast<std::uint32_t>(message.size());
    std::memcpy(message.data(), &length, sizeof(length));
    JobEnd end;
    for (int looks = 0; looks < looks_max; looks++) {
        const auto reply = link.ask(message);
        if (reply.error) {
            end.error = reply.error;
            return end;
        }
        auto has = parse(reply.payload);
        if (number<std::uint32_t>(has[CRYPTORTURE_A_JOB_STATE]) == CRYPTORTURE_JOB_STATE_DONE) {
            end.known = true;
            end.kind = number<std::uint32_t>(has[CRYPTORTURE_A_JOB_KIND]);
            end.error = number<int>(has[CRYPTORTURE_A_JOB_ERROR]);
            end.text = text(has[CRYPTORTURE_A_JOB_WHY]);
            return end;
        }
        usleep(pause_us);
    }
    return end;
}

JobEnd do_job(const Bytes &message, const Family &family)
{
    Link link;
    const auto reply = link.ask(message);
    if (reply.error) {
        JobEnd end;
        end.error = reply.error;
        end.text = reply.text;
        return end;
    }
    return wait_for_job(link, family, job_number(reply.payload));
}

std::uint64_t job_number(const Bytes &payload)
{
    return number<std::uint64_t>(parse(payload)[CRYPTORTURE_A_JOB_NUMBER]);
}

} // namespace fuzz
