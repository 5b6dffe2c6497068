// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/summary.h"

#include <algorithm>

#include <fmt/format.h>

#include "record/quantity.h"
#include "render/line.h"
#include "render/table.h"

namespace ct {

namespace {

constexpr Table::Align right = Table::Align::Right;

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

} // namespace

std::string verdict_sentence(const Report &report)
{
    const Status &status = report.status;
    std::string done = fmt::format(
        "{} in {} ({} of text)",
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
        return text;
    }
    case Verdict::None:
        break;
    }
    return done;
}

std::string progress_sentence(const Status &status)
{
    std::string text = clock_text(status.elapsed_ns);
    if (status.config.duration_ms)
        text += " of " + clock_text(*status.config.duration_ms * 1000000);
    return text + fmt::format(", {}, {}", plural(status.operations, "operation", "operations"),
                              plural(status.mismatches, "mismatch", "mismatches"));
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
    text += fmt::format("  kernel         Linux {}, cryptorture {}\n",
                        printable(report.version.kernel), printable(report.version.module));
    text +=
        fmt::format("  coverage       {} of {} cells (driver x direction x context x CPU)\n",
                    count_text(status.cells_reached), count_text(status.cells_planned));
    text += fmt::format("  interruptions  {}, of these {} inside FPU sections\n",
                        count_text(status.interruptions), count_text(status.fpu_hits));
    text += fmt::format("  preemptions    {}\n", count_text(status.preemptions));
    text +=
        fmt::format("  nested         {} softirq operations over one of a task, of these {} "
                    "over its FPU section\n",
                    count_text(status.nested), count_text(status.nested_fpu));
    text += fmt::format("  memory         {}\n", memory_text(status.memory));
    if (status.starved > 0)
        text += fmt::format("  starved        {} refused by a driver for want of memory, not "
                            "counted\n",
                            plural(status.starved, "operation", "operations"));
    if (report.lost > 0)
        text +=
            fmt::format("  lost           {} that could not be had in full (the counts above "
                        "have them)\n",
                        plural(report.lost, "record", "records"));
    if (status.defaults_changed.value_or(0) > 0)
        text +=
            fmt::format("  defaults       the kernel's default driver changed for {}: please "
                        "report this\n",
                        plural(*status.defaults_changed, "algorithm", "algorithms"));
    return text;
}

std::string gaps_text(const Report &report)
{
    if (report.gaps.empty())
        return {};
    constexpr std::size_t rows_max = 40;
    std::string text = "\nnot covered:\n";
    Table table({{"cells", right},
                 {"driver"},
                 {"context"},
                 {"direction"},
                 {"CPUs"},
                 {"at most", right},
                 {"why"}});
    for (std::size_t place = 0; place < std::min(report.gaps.size(), rows_max); ++place) {
        const GapGroup &gap = report.gaps[place];
        table.row({count_text(gap.cells), printable(gap.driver), std::string(name(gap.context)),
                   join_names(gap.directions), gap.cpus,
                   plural(gap.operations, "operation", "operations"), printable(gap.reason)});
    }
    text += table.text("  ");
    if (report.gaps.size() > rows_max)
        text += fmt::format("  ... and {} more rows; 'cryptorture status --cells' has all\n",
                            report.gaps.size() - rows_max);
    text += "what to do:\n";
    for (const std::string &advice : report.advice)
        text += "  " + advice + "\n";
    return text;
}

std::string sums_text(const Report &report)
{
    if (report.sums.empty())
        return {};
    Table table({{"driver"},
                 {"operations", right},
                 {"text", right},
                 {"interruptions", right},
                 {"in FPU", right},
                 {"nested", right},
                 {"cells", right},
                 {"mismatches", right}});
    for (const DriverSum &sum : report.sums)
        table.row({printable(sum.driver), count_text(sum.operations), bytes_text(sum.bytes),
                   count_text(sum.interruptions), count_text(sum.fpu_hits),
                   count_text(sum.nested),
                   fmt::format("{}/{}", sum.cells_reached, sum.cells_planned),
                   count_text(sum.mismatches)});
    return "\n" + table.text("  ");
}

std::string cells_text(const Report &report)
{
    Table table({{"driver"},
                 {"direction"},
                 {"context"},
                 {"CPU", right},
                 {"operations", right},
                 {"interruptions", right},
                 {"in FPU", right},
                 {"preemptions", right},
                 {"migrations", right},
                 {"nested", right},
                 {"async", right},
                 {"mismatches", right},
                 {"gap"}});
    for (const Cell &cell : report.cells)
        table.row({printable(report.driver_name(cell.driver)),
                   std::string(name(cell.direction)), std::string(name(cell.context)),
                   fmt::format("{}", cell.cpu), count_text(cell.operations),
                   count_text(cell.interruptions), count_text(cell.fpu_hits),
                   count_text(cell.preemptions), count_text(cell.migrations),
                   count_text(cell.nested), count_text(cell.async), count_text(cell.mismatches),
                   cell.gap == Gap::None ? "-" : std::string(name(cell.gap))});
    return "\n" + table.text("  ");
}

} // namespace ct
