// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/line.h"

#include <cstdlib>

#include <fmt/format.h>

#include "record/error.h"
#include "record/quantity.h"

namespace ct {

namespace {

std::string returned(std::int32_t status)
{
    if (status == 0)
        return "success";
    return fmt::format("\"{}\" ({})", errno_text(std::abs(status)), status);
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
    std::string text =
        fmt::format("record {}: {}, {}, {}, CPU {}", record.number, printable(record.driver),
                    name(record.direction), name(record.context), record.cpu_before);
    if (record.cpu_after != record.cpu_before)
        text += fmt::format(" to {}", record.cpu_after);
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

std::string config_line(const Config &config)
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
