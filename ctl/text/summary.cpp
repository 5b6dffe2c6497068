// SPDX-License-Identifier: GPL-2.0-or-later
#include "text/summary.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "base/quantity.h"
#include "report/bound.h"
#include "report/estimate.h"
#include "text/line.h"

namespace ct {

namespace {

std::string bound_text(const Bound &bound)
{
    return fmt::format("with {:.0f} % confidence the rate is under {} per packet and {} per "
                       "16-byte block",
                       bound.confidence * 100, rate_text(bound.per_packet),
                       rate_text(bound.per_block));
}

std::string injected_text(const Status &status)
{
    if (status.injected == status.injected_found && status.injected == status.mismatches)
        return fmt::format(", all of them injected on request (--inject-every) and every "
                           "injected one found");
    std::string text = fmt::format(
        ", of {} injected on request {} found", count_text(status.injected),
        status.injected_found == 1 ? "1 was" : count_text(status.injected_found) + " were");
    if (status.mismatches > status.injected_found)
        text +=
            fmt::format(", {} not injected", plural(status.mismatches - status.injected_found,
                                                    "mismatch was", "mismatches were"));
    return text;
}

// How operations went where they did not just run through.
std::string paths_text(const Status &status)
{
    std::string text;
    if (status.migrations > 0)
        text += fmt::format("  migrations     {} from one CPU to another\n",
                            plural(status.migrations, "operation", "operations"));
    if (status.fallbacks > 0)
        text += fmt::format("  fallbacks      {} that found the FPU busy\n",
                            plural(status.fallbacks, "operation", "operations"));
    if (status.async > 0)
        text += fmt::format("  async          {} completed later, of these {} out of order and "
                            "{} through a backlog\n",
                            plural(status.async, "operation", "operations"),
                            count_text(status.reordered), count_text(status.backlogged));
    std::string list;
    for (const DisturberCount &count : status.disturbers)
        if (count.reason.empty())
            list += fmt::format("{}{} {}", list.empty() ? "" : ", ", name(count.disturber),
                                count_text(count.count));
    if (!list.empty())
        text += fmt::format("  disturbances   {}\n", list);
    return text;
}

// What was checked besides the operations.
std::string checks_text(const Status &status)
{
    std::string text;
    if (status.register_checks > 0 || status.register_mismatches > 0)
        text += fmt::format("  registers      {} by exercisers, {}\n",
                            plural(status.register_checks, "check", "checks"),
                            plural(status.register_mismatches, "mismatch", "mismatches"));
    if (status.mismatches_void > 0)
        text += fmt::format(
            "  void           {} of an expected result that was damaged in memory after it was "
            "computed: not counted against any driver\n",
            plural(status.mismatches_void, "mismatch", "mismatches"));
    if (status.reference_checks > 0)
        text += fmt::format("  reference      {} computed on two CPUs and compared\n",
                            plural(status.reference_checks, "vector", "vectors"));
    return text;
}

} // namespace

std::string verdict_word(Verdict verdict)
{
    return verdict == Verdict::None ? "NO VERDICT" : std::string(name(verdict));
}

std::string coloured_word(Verdict verdict)
{
    const char *code = "33";
    if (verdict == Verdict::Clean)
        code = "32";
    if (verdict == Verdict::Corrupt)
        code = "31";
    return fmt::format("\033[1;{}m{}\033[0m", code, verdict_word(verdict));
}

std::string verdict_sentence(const Report &report)
{
    const Status &status = report.status;
    std::string done = fmt::format(
        "{} in {} ({} of data)",
        status.mismatches == 0 ? "no mismatch"
                               : plural(status.mismatches, "mismatch", "mismatches"),
        plural(status.operations, "operation", "operations"), bytes_text(status.bytes));
    switch (status.verdict) {
    case Verdict::Clean:
        return done + (report.bound ? "; " + bound_text(*report.bound) : "");
    case Verdict::Corrupt:
        return done + (status.injected > 0 ? injected_text(status) : "");
    case Verdict::Inconclusive: {
        std::string text = done;
        if (status.cells_reached < status.cells_planned || status.cells_planned == 0)
            text += fmt::format(", but only {} of {} were reached",
                                count_text(status.cells_reached),
                                plural(status.cells_planned, "cell", "cells of coverage"));
        if (status.injected > 0)
            text += injected_text(status);
        // All was reached, and still it is not enough.
        if (!status.failure.empty() && status.cells_reached >= status.cells_planned)
            text += "; " + printable(status.failure);
        return text;
    }
    case Verdict::None:
        break;
    }
    return done + (status.active() ? ", and then the writing ended: the run was not followed "
                                     "to its end"
                                   : "");
}

std::string progress_sentence(const Status &status)
{
    std::string text = clock_text(status.elapsed_ns);
    if (status.config.duration_ms)
        text += " of " + clock_text(*status.config.duration_ms * 1000000);
    return text + fmt::format(", {}, {}", plural(status.operations, "operation", "operations"),
                              plural(status.mismatches, "mismatch", "mismatches"));
}

std::string end_text(const Status &status)
{
    switch (status.end) {
    case End::Stopped:
        return ", stopped early";
    case End::Mismatch:
        return ", ended by a mismatch";
    case End::Unload:
        return ", ended by the unloading of the module";
    case End::Failed:
        return ", ended by a failure";
    case End::None:
    case End::Duration:
        break;
    }
    return {};
}

std::string speed_sentence(const Status &status)
{
    const std::vector<TimeToFind> times = times_to_find(status.operations, status.elapsed_ns);
    if (times.empty())
        return {};
    const double speed =
        static_cast<double>(status.operations) * 1e9 / static_cast<double>(status.elapsed_ns);
    std::string text;
    for (const TimeToFind &time : times)
        text += fmt::format("{}one wrong in {} in {}", text.empty() ? "" : ", ",
                            count_text(static_cast<std::uint64_t>(std::llround(1 / time.rate))),
                            about_text(time.seconds));
    return fmt::format("{} operations/s; finds {} ({:.0f} % confidence)",
                       count_text(static_cast<std::uint64_t>(std::llround(speed))), text,
                       times.front().confidence * 100);
}

std::string coverage_sentence(const Status &status)
{
    return fmt::format("{} of {} cells (driver x direction x context x CPU){}",
                       count_text(status.cells_reached), count_text(status.cells_planned),
                       status.cells_exempt > 0 ? fmt::format(", {} more not applicable",
                                                             count_text(status.cells_exempt))
                                               : "");
}

std::string release_text(const Report &report)
{
    return fmt::format("cryptorture {}{}", printable(report.version.module),
                       report.program == report.version.module
                           ? ""
                           : fmt::format(" (program {})", printable(report.program)));
}

std::string run_text(const Report &report)
{
    const Status &status = report.status;
    std::string text;
    if (!status.failure.empty())
        text += fmt::format("  failure        {}\n", printable(status.failure));
    text += fmt::format("  run            {} of {}, {}{}\n", status.run,
                        time_text(status.started_ns), clock_text(status.elapsed_ns),
                        end_text(status));
    text += fmt::format("  parameters     {}\n", config_line(status.config));
    text += fmt::format("  seed           {}\n", seed_text(status.seed));
    if (!status.digest.empty())
        text += fmt::format("  digest         {}\n", hex_text(status.digest));
    text += fmt::format("  kernel         Linux {}, {}\n", printable(report.version.kernel),
                        release_text(report));
    if (report.independent == false)
        text += "  independence   none among the kernel's drivers: its generic ones (-lib) use "
                "AES-NI, too; cryptorture's own scalar reference decides\n";
    text += fmt::format("  coverage       {}\n", coverage_sentence(status));
    if (!report.untested.offline.empty())
        text += fmt::format("  untested       CPU {}: offline\n", report.untested.offline);
    if (!report.untested.not_asked.empty())
        text += fmt::format("  untested       CPU {}: the run was on CPU {} only\n",
                            report.untested.not_asked, status.config.cpus.value_or("?"));
    if (const std::string speed = speed_sentence(status); !speed.empty())
        text += fmt::format("  speed          {}\n", speed);
    text += fmt::format("  interruptions  {}, of these {} inside FPU sections\n",
                        count_text(status.interruptions), count_text(status.fpu_hits));
    text += fmt::format("  preemptions    {}\n", count_text(status.preemptions));
    text +=
        fmt::format("  nested         {} softirq operations over one of a task, of these {} "
                    "over its FPU section{}\n",
                    count_text(status.nested), count_text(over_fpu_section(status)),
                    status.nested_user > 0 ? fmt::format("; {} over live user registers",
                                                         count_text(status.nested_user))
                                           : "");
    text += paths_text(status);
    text += checks_text(status);
    text += fmt::format("  memory         {}\n", memory_text(status.memory));
    if (status.starved > 0)
        text += fmt::format("  starved        {} refused by a driver for lack of memory, not "
                            "counted\n",
                            plural(status.starved, "operation", "operations"));
    if (report.lost > 0)
        text += fmt::format("  lost           {} that could not be read in full (the counts "
                            "above include them)\n",
                            plural(report.lost, "record", "records"));
    if (status.defaults_changed.value_or(0) > 0)
        text +=
            fmt::format("  defaults       the kernel's default driver changed for {}: please "
                        "report this\n",
                        plural(*status.defaults_changed, "algorithm", "algorithms"));
    return text;
}

std::string suspect_sentence(const Suspect &suspect)
{
    const char *const place = suspect.kind == SuspectKind::Cpu    ? "CPU"
                              : suspect.kind == SuspectKind::Core ? "the core of CPUs"
                                                                  : "the package of CPUs";
    const std::string share =
        suspect.mismatches == suspect.all
            ? fmt::format("all {} were", plural(suspect.all, "mismatch", "mismatches"))
            : fmt::format("{} of {} were", count_text(suspect.mismatches),
                          plural(suspect.all, "mismatch", "mismatches"));
    return fmt::format(
        "{} on {} {}; the other {} had {} in {}", share, place, suspect.cpus,
        suspect.other_cpus == 1 ? "CPU" : fmt::format("{} CPUs", suspect.other_cpus),
        suspect.mismatches == suspect.all ? std::string("none")
                                          : count_text(suspect.all - suspect.mismatches),
        plural(suspect.other_operations, "operation", "operations"));
}

std::string processor_text(const Processor &processor)
{
    std::string text = fmt::format("CPU {}: package {}, core {}", processor.cpu,
                                   processor.package, processor.core);
    if (!processor.siblings.empty())
        text += fmt::format(", SMT siblings {}", printable(processor.siblings));
    if (!processor.microcode.empty())
        text += fmt::format(", microcode {}", printable(processor.microcode));
    if (!processor.model.empty())
        text += fmt::format(", {}", printable(processor.model));
    return text;
}

std::string suspect_text(const Report &report)
{
    if (!report.suspect)
        return {};
    const Suspect &suspect = *report.suspect;
    std::string text = suspect_sentence(suspect) + "\n";
    if (suspect.moved > 0)
        text += fmt::format(
            "  {} besides {} of operations that more than one CPU may have made\n",
            plural(suspect.moved, "mismatch", "mismatches"), suspect.moved == 1 ? "is" : "are");
    if (suspect.processor)
        text += fmt::format("  {}\n", processor_text(*suspect.processor));
    // Each CPU has its own; a register is in no memory.
    if (std::any_of(report.groups.begin(), report.groups.end(),
                    [](const Group &group) { return !group.driver.empty(); }))
        text += "  a bad page among the memory that only it uses would have the same effect: "
                "test the memory, too\n";
    return "\n" + text;
}

} // namespace ct
