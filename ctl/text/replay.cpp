// SPDX-License-Identifier: GPL-2.0-or-later
#include "text/replay.h"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/quantity.h"

namespace ct {

namespace {

std::string_view why_not(ReplayState state)
{
    switch (state) {
    case ReplayState::Enough:
        return "not run again: enough others were";
    case ReplayState::Busy:
        return "not run again: others were waiting for it";
    case ReplayState::Ending:
        return "not run again: the run was over";
    case ReplayState::Pending:
        return "being run again at this moment";
    case ReplayState::None:
    case ReplayState::Done:
        break;
    }
    return "";
}

std::string hindrance(std::uint32_t error)
{
    switch (error) {
    case ENODEV:
        return "the CPU was offline";
    case EOPNOTSUPP:
        return "this driver or kernel cannot do it";
    case EINPROGRESS:
        return "the driver deferred it to another thread";
    case ETIMEDOUT:
        return "the driver did not complete the request";
    case ENOMEM:
    case ENOSPC:
        return "there was not enough memory";
    default:
        return fmt::format("error {}", error);
    }
}

// "right, 8 times"
std::string result_text(const Attempt &attempt)
{
    std::string text;
    if (attempt.runs > 0 && attempt.wrong == 0)
        text = fmt::format("right, {}", plural(attempt.runs, "time", "times"));
    else if (attempt.runs > 0)
        text = fmt::format("WRONG, {} of {}", attempt.wrong,
                           plural(attempt.runs, "time", "times"));
    if (attempt.error)
        text += fmt::format("{}{}", text.empty() ? "not run: " : "; then ",
                            hindrance(*attempt.error));
    return text.empty() ? "not run" : text;
}

std::string way_text(const Mismatch &record, const Attempt &attempt)
{
    switch (attempt.way) {
    case ReplayWay::Same:
        return fmt::format("CPU {}, {}", attempt.cpu,
                           record.context == attempt.context ? "same context"
                                                             : "in a kernel thread");
    case ReplayWay::IrqsOff:
        return fmt::format("CPU {}, interrupts off", attempt.cpu);
    case ReplayWay::OtherCpu:
        return fmt::format("CPU {}", attempt.cpu);
    case ReplayWay::NewKey:
        return fmt::format("CPU {}, fresh key schedule", attempt.cpu);
    case ReplayWay::OtherDriver:
        return printable(attempt.driver);
    case ReplayWay::OtherDirection:
        return fmt::format("CPU {}, opposite direction", attempt.cpu);
    case ReplayWay::Reference:
        return fmt::format("reference, CPU {}", attempt.cpu);
    case ReplayWay::SoftirqsOff:
        return fmt::format("CPU {}, softirqs off", attempt.cpu);
    case ReplayWay::Many:
        return fmt::format("CPU {}, many times", attempt.cpu);
    case ReplayWay::ManyElsewhere:
        return fmt::format("CPU {}, as many times", attempt.cpu);
    }
    return "";
}

bool quite_right(const Attempt &attempt)
{
    return attempt.runs > 0 && attempt.wrong == 0 && !attempt.error;
}

void add_line(std::string &text, const std::string &way, const std::string &result)
{
    text += fmt::format("    {:<28} {}\n", way, result);
}

// Those that were right in one line; the others one by one.
void add_way(std::string &text, const Mismatch &record, const Replay &replay, ReplayWay way,
             std::string_view many)
{
    std::vector<const Attempt *> right;
    for (const Attempt &attempt : replay.attempts)
        if (attempt.way == way && !many.empty() && quite_right(attempt))
            right.push_back(&attempt);
        else if (attempt.way == way)
            add_line(text, way_text(record, attempt), result_text(attempt));
    if (right.size() == 1)
        add_line(text, way_text(record, *right.front()), result_text(*right.front()));
    else if (!right.empty())
        add_line(text, fmt::format("{} {}", right.size(), many),
                 fmt::format("right, {} each", plural(right.front()->runs, "time", "times")));
}

std::string attempts_text(const Mismatch &record, const Replay &replay)
{
    std::string text;
    add_way(text, record, replay, ReplayWay::Same, "");
    add_way(text, record, replay, ReplayWay::IrqsOff, "");
    add_way(text, record, replay, ReplayWay::SoftirqsOff, "");
    add_way(text, record, replay, ReplayWay::Many, "");
    add_way(text, record, replay, ReplayWay::ManyElsewhere, "");
    add_way(text, record, replay, ReplayWay::OtherCpu, "other CPUs");
    add_way(text, record, replay, ReplayWay::NewKey, "");
    add_way(text, record, replay, ReplayWay::OtherDriver, "other drivers");
    add_way(text, record, replay, ReplayWay::OtherDirection, "");
    add_way(text, record, replay, ReplayWay::Reference, "");
    if (replay.cpus_left > 0)
        text += fmt::format("    {} not tried\n",
                            plural(replay.cpus_left, "other CPU was", "other CPUs were"));
    if (replay.drivers_left > 0)
        text +=
            fmt::format("    {} not tried\n",
                        plural(replay.drivers_left, "other driver was", "other drivers were"));
    return text;
}

} // namespace

std::string replay_text(const Mismatch &record)
{
    if (!record.replay || record.replay->state == ReplayState::None)
        return "";
    const Replay &replay = *record.replay;
    if (replay.state != ReplayState::Done)
        return fmt::format("  {}\n", why_not(replay.state));
    return "  run again at once:\n" + attempts_text(record, replay);
}

std::string replayed_text(const Mismatch &record)
{
    const std::string text = fmt::format(
        "record {}: {} {} in {} context, packet {} of seed {}, {}\n  run again here:\n",
        record.number, printable(record.driver), name(record.direction), name(record.context),
        record.index, seed_text(record.seed),
        plural(record.payload_len, "byte of payload", "bytes of payload"));
    return text + (record.replay ? attempts_text(record, *record.replay) : "");
}

} // namespace ct
