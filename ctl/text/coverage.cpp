// SPDX-License-Identifier: GPL-2.0-or-later
#include "text/coverage.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/quantity.h"
#include "text/table.h"

namespace ct {

namespace {

// Of a cell that was reached, what could not be asked of it.
std::string gap_word(const Cell &cell)
{
    std::string text = cell.gap == Gap::None ? "" : std::string(name(cell.gap));
    if (!cell.exempt.empty())
        text += fmt::format("{}({})", text.empty() ? "" : " ", join_names(cell.exempt));
    return text.empty() ? "-" : text;
}

std::string estimate_text(const Report &report)
{
    if (!report.estimate)
        return {};
    const Estimate &estimate = *report.estimate;
    std::string text = "how long it would take:\n";
    if (estimate.seconds)
        text += fmt::format("  {} at this load: {}\n", about_text(*estimate.seconds),
                            printable(report.again));
    for (const std::string &unknown : estimate.unknown)
        text += fmt::format("  cannot be estimated: {}\n", unknown);
    if (estimate.hopeless)
        text += "  more time does not help where a driver failed or a CPU went away\n";
    return text;
}

std::string per_second(std::uint64_t count, std::uint64_t elapsed_ns)
{
    if (elapsed_ns == 0)
        return "-";
    const double rate = static_cast<double>(count) * 1e9 / static_cast<double>(elapsed_ns);
    if (rate >= 100 || count == 0)
        return count_text(static_cast<std::uint64_t>(rate));
    // However seldom, it did happen.
    return rate >= 0.1 ? fmt::format("{:.1f}", rate) : fmt::format("{:.1g}", rate);
}

} // namespace

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
    return text + estimate_text(report);
}

std::string inapplicable_text(const Report &report)
{
    if (report.inapplicable.empty())
        return {};
    std::string text = "\nnot applicable here:\n";
    for (const Inapplicable &entry : report.inapplicable) {
        text += fmt::format("  {}: {}", printable(entry.what), printable(entry.why));
        if (entry.cells > 0)
            text += fmt::format(" ({})", plural(entry.cells, "cell", "cells"));
        text += "\n";
    }
    return text;
}

std::string sums_text(const Report &report)
{
    if (report.sums.empty())
        return {};
    std::vector<Table::Column> columns{{"driver"},        {"operations", right},
                                       {"data", right},   {"interruptions", right},
                                       {"in FPU", right}, {"nested", right}};
    // The contexts that the run had cells in.
    std::vector<Context> contexts;
    for (std::size_t place = 0; place < count_of<Context>; ++place)
        if (std::any_of(report.sums.begin(), report.sums.end(), [place](const DriverSum &sum) {
                return sum.contexts.at(place).planned > 0;
            })) {
            contexts.push_back(static_cast<Context>(place));
            columns.push_back({std::string(name(contexts.back())), right});
        }
    columns.push_back({"mismatches", right});
    Table table(std::move(columns));
    for (const DriverSum &sum : report.sums) {
        std::vector<std::string> row{printable(sum.driver),    count_text(sum.operations),
                                     bytes_text(sum.bytes),    count_text(sum.interruptions),
                                     count_text(sum.fpu_hits), count_text(sum.nested)};
        for (const Context context : contexts) {
            const CellCount &count = sum.contexts.at(static_cast<std::size_t>(context));
            row.push_back(
                count.planned == 0 ? "-" : fmt::format("{}/{}", count.reached, count.planned));
        }
        row.push_back(count_text(sum.mismatches));
        table.row(std::move(row));
    }
    return "\n" + table.text("  ");
}

std::string cpus_text(const Report &report)
{
    if (report.cpus.empty())
        return {};
    const std::uint64_t elapsed = report.status.elapsed_ns;
    const bool wrong = report.status.mismatches > 0;
    std::vector<Table::Column> columns{
        {"CPU", right},        {"operations", right}, {"in FPU/s", right},  {"nested/s", right},
        {"migrations", right}, {"cells", right},      {"mismatches", right}};
    if (wrong)
        columns.push_back({"moved", right});
    Table table(columns);
    for (const CpuSum &sum : report.cpus) {
        std::vector<std::string> row{fmt::format("{}", sum.cpu),
                                     count_text(sum.operations),
                                     per_second(sum.fpu_hits, elapsed),
                                     per_second(sum.nested, elapsed),
                                     count_text(sum.migrations),
                                     fmt::format("{}/{}", sum.cells_reached, sum.cells_planned),
                                     count_text(sum.mismatches)};
        if (wrong)
            row.push_back(count_text(sum.mismatches_moved));
        table.row(std::move(row));
    }
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
                 {"SIMD", right},
                 {"fallbacks", right},
                 {"live", right},
                 {"mismatches", right},
                 {"gap"}});
    for (const Cell &cell : report.cells)
        table.row({printable(report.driver_name(cell.driver)),
                   std::string(name(cell.direction)), std::string(name(cell.context)),
                   fmt::format("{}", cell.cpu), count_text(cell.operations),
                   count_text(cell.interruptions), count_text(cell.fpu_hits),
                   count_text(cell.preemptions), count_text(cell.migrations),
                   count_text(cell.nested), count_text(cell.async), count_text(cell.simd),
                   count_text(cell.fallbacks), count_text(cell.live),
                   count_text(cell.mismatches), gap_word(cell)});
    return "\n" + table.text("  ");
}

} // namespace ct
