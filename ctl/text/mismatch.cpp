// SPDX-License-Identifier: GPL-2.0-or-later
#include "text/mismatch.h"

#include <string_view>

#include <fmt/format.h>

extern "C" {
#include "packet/algorithm.h"
}

#include "base/quantity.h"
#include "report/change.h"
#include "text/hexdump.h"
#include "text/line.h"
#include "text/replay.h"

namespace ct {

namespace {

// Whether the FPU was free says nothing of a driver that never uses it.
std::string_view fpu_text(const Mismatch &record)
{
    if (record.simd)
        return "the FPU was free at submission";
    return yt_driver_name_is_simd(record.driver.c_str()) ? "the FPU was busy at submission"
                                                         : "a driver that uses no SIMD";
}

// Those of the same driver, which may share a buffer with it; of others only how many.
std::string concurrent_text(const Mismatch &record)
{
    if (!record.concurrent || record.concurrent->empty())
        return "";
    std::string text;
    std::size_t others = 0;
    for (const Concurrent &other : *record.concurrent) {
        if (other.driver != record.driver) {
            ++others;
            continue;
        }
        text +=
            fmt::format("{}CPU {} {} {}, {} packet {}", text.empty() ? "" : "; ", other.cpu,
                        other.nested && record.context != Context::Softirq ? "over it in"
                        : other.nested                                     ? "below it in"
                                                                           : "in",
                        name(other.context), name(other.direction), count_text(other.index));
    }
    if (text.empty())
        return fmt::format("  at the same time {}, none of this driver\n",
                           plural(others, "other operation", "other operations"));
    return "  at the same time by this driver: " + text + "\n";
}

std::string packet_text(const Mismatch &record)
{
    std::string text =
        fmt::format("  {}, {}-bit key, payload {}, data {} bytes at offset {}, {}-byte ICV, "
                    "layout {}\n",
                    printable(record.algorithm), record.key_len * 8,
                    plural(record.payload_len, "byte", "bytes"), record.text_len,
                    record.text_offset, record.icv_len, printable(record.layout));
    text +=
        fmt::format("  packet {} of seed {}, {}, took {} us{}; {}\n", count_text(record.index),
                    seed_text(record.seed), time_text(record.time_ns),
                    record.duration_ns / 1000, record.async ? ", completed later" : "",
                    record.persists ? "a second read gave the same wrong bytes"
                                    : "a second read gave other bytes");
    text += fmt::format("  {}{}", fpu_text(record),
                        record.live ? ", live user registers below" : "");
    if (record.in_flight > 0)
        text += fmt::format(", {} in flight",
                            plural(record.in_flight, "other request", "other requests"));
    if (record.cpu_reference)
        text += fmt::format("; CPU {} computed the expected result", *record.cpu_reference);
    text += "\n";
    if (record.foreign)
        text +=
            fmt::format("  this is the right result of packet {} of the same SA: right data "
                        "in the wrong request\n",
                        count_text(*record.foreign));
    if (record.nested > 0)
        text += fmt::format("  nested with {}{}\n",
                            plural(record.nested, "other operation", "other operations"),
                            !over_fpu_section(record)            ? ""
                            : record.context == Context::Softirq ? ", over an FPU section"
                                                                 : ", inside its FPU section");
    text += concurrent_text(record);
    if (!record.iv_expected.empty())
        text += fmt::format("  IV written back: expected {}, actual {}\n",
                            hex_text(record.iv_expected), hex_text(record.iv_actual));
    if (record.outside)
        text += "  " + change_text(*record.outside) + "\n";
    return text + replay_text(record);
}

std::string register_text(const Mismatch &record, const RegisterChange &changed)
{
    std::string text = fmt::format("  epoch {} of its pattern, {}", count_text(changed.epoch),
                                   time_text(record.time_ns));
    if (!record.driver.empty())
        text += fmt::format("; its last call ran {}", printable(record.driver));
    text += "\n";
    text += fmt::format("  the value found is {}\n",
                        changed.owner.empty() ? "of unknown origin"
                                              : "that of " + printable(changed.owner));
    return text;
}

} // namespace

std::string mismatch_text(const Mismatch &record, bool colour)
{
    HexdumpOptions options;
    options.colour = colour;
    std::string text = mismatch_line(record) + "\n";
    text += record.changed ? register_text(record, *record.changed) : packet_text(record);
    return text + hexdump(record, options, "  ");
}

} // namespace ct
