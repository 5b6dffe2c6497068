// SPDX-License-Identifier: GPL-2.0-or-later
#include "text/line.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include <fmt/format.h>

#include "base/error.h"
#include "base/quantity.h"

namespace ct {

namespace {

std::string returned(std::int32_t status)
{
    if (status == 0)
        return "success";
    return fmt::format("\"{}\" ({})", errno_text(std::abs(status)), status);
}

std::string cpu_text(const Mismatch &record)
{
    std::string text = fmt::format("CPU {}", record.cpu_before);
    if (record.cpu_after != record.cpu_before)
        text += fmt::format(" to {}", record.cpu_after);
    return text;
}

// What a thread has just done.
const char *event_text(ThreadEvent event)
{
    switch (event) {
    case ThreadEvent::Spin:
        return "while it only counted";
    case ThreadEvent::Syscall:
        return "over a system call";
    case ThreadEvent::Call:
        return "over operations in its own context";
    case ThreadEvent::Fault:
        return "over a page fault";
    case ThreadEvent::Signal:
        return "over a signal";
    case ThreadEvent::Altstack:
        return "over a signal on a freshly mapped stack";
    case ThreadEvent::Sleep:
        return "over a sleep";
    case ThreadEvent::Migrate:
        return "over a migration";
    case ThreadEvent::Fork:
        return "over a fork";
    case ThreadEvent::Barrier:
        return "over a memory barrier";
    case ThreadEvent::Exec:
        return "over an exec";
    case ThreadEvent::Ptrace:
        return "while it was traced";
    }
    return "";
}

std::string register_line(const Mismatch &record, const RegisterChange &changed)
{
    std::uint64_t bytes = 0;
    std::uint64_t bits = 0;
    for (std::size_t place = 0; place < std::min(record.expected.size(), record.actual.size());
         ++place) {
        const auto wrong =
            static_cast<std::uint8_t>(record.expected[place] ^ record.actual[place]);
        bytes += wrong != 0 ? 1 : 0;
        bits += static_cast<std::uint64_t>(std::popcount(wrong));
    }
    return fmt::format("record {}: register {} of exerciser {}, {}: {} ({}) wrong {}",
                       record.number, printable(changed.name), changed.thread, cpu_text(record),
                       plural(bytes, "byte", "bytes"), plural(bits, "bit", "bits"),
                       event_text(changed.event));
}

} // namespace

std::string what_names(std::uint32_t bits)
{
    std::vector<What> what;
    for (std::size_t bit = 0; bit < count_of<What>; ++bit)
        if (((bits >> bit) & 1U) != 0)
            what.push_back(static_cast<What>(bit));
    return join_names(what);
}

std::string mismatch_line(const Mismatch &record)
{
    if (record.changed)
        return register_line(record, *record.changed);
    std::string text = fmt::format(
        "record {}: {}, {}, {}, {}", record.number,
        record.driver.empty() ? printable(record.algorithm) : printable(record.driver),
        name(record.direction), name(record.context), cpu_text(record));
    text += fmt::format(": {} wrong", join_names(record.what));
    if (record.first) {
        text +=
            fmt::format(", {} ({}) from offset {}", plural(record.wrong_bytes, "byte", "bytes"),
                        plural(record.wrong_bits, "bit", "bits"), *record.first);
        if (!record.blocks.empty())
            text += fmt::format(", {} from block {}",
                                plural(record.blocks.size(), "block", "blocks"),
                                record.blocks.front());
    }
    if (record.status != record.status_expected)
        text += fmt::format(", returned {} and not {}", returned(record.status),
                            returned(record.status_expected));
    if (record.interruptions > 0)
        text += fmt::format(", {} ({} in FPU sections)",
                            plural(record.interruptions, "interruption", "interruptions"),
                            record.fpu_hits);
    if (record.preemptions > 0)
        text += fmt::format(", {}", plural(record.preemptions, "preemption", "preemptions"));
    if (record.injected)
        text += ", injected";
    return text;
}

std::string setting_line(const Config &config)
{
    std::string text = config.drivers.empty()
                           ? "every driver"
                           : plural(config.drivers.size(), "driver", "drivers");
    if (config.contexts)
        text += ", in " + join_names(*config.contexts, "+");
    if (config.disturbers)
        text += config.disturbers->empty()
                    ? std::string(", undisturbed")
                    : ", disturbed by " + join_names(*config.disturbers, "+");
    if (config.cpus)
        text += (config.cpus->find_first_of(",-") == std::string::npos ? ", on CPU "
                                                                       : ", on CPUs ") +
                printable(*config.cpus);
    if (config.sizes)
        text += ", sizes " + printable(*config.sizes);
    if (config.exercisers > 0)
        text += fmt::format(", {} a CPU", plural(config.exercisers, "exerciser", "exercisers"));
    return text;
}

std::string config_line(const Config &config)
{
    std::string text = setting_line(config);
    if (config.load)
        text += ", load " + load_text(*config.load);
    text += config.duration_ms ? ", for " + duration_text(config.duration_ms)
                               : std::string(", until stopped");
    if (config.until_mismatch)
        text += config.duration_ms ? " or until a mismatch" : " or a mismatch";
    if (config.inject_every.value_or(0) != 0)
        text += fmt::format(", injecting an error every {} operations",
                            count_text(*config.inject_every));
    return text;
}

} // namespace ct
