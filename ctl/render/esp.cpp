// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/esp.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "base/quantity.h"
#include "record/counters.h"
#include "render/diagnosis.h"
#include "text/table.h"

namespace ct {

namespace {

constexpr std::size_t findings_told = 8;

// Where the wrong ones were damaged: "11 in encapsulation (2 of these with a wrong ICV)".
std::string damage_sentence(const EspReport &report)
{
    const SaTally &sum = report.sum;
    std::vector<std::string> parts;
    if (sum.encapsulated_wrong > 0)
        parts.push_back(fmt::format(
            "{} in encapsulation{}", count_text(sum.encapsulated_wrong),
            sum.icv_wrong == 0
                ? std::string(", with a valid ICV")
                : fmt::format(" ({} of these with a wrong ICV)", count_text(sum.icv_wrong))));
    if (sum.wire_wrong > 0)
        parts.push_back(
            fmt::format("{} between the two interfaces", count_text(sum.wire_wrong)));
    if (sum.decapsulated_wrong > 0)
        parts.push_back(fmt::format("{} in decapsulation", count_text(sum.decapsulated_wrong)));
    if (report.refused > 0)
        parts.push_back(fmt::format("{} right on the wire and refused for its ICV",
                                    count_text(report.refused)));
    if (report.totals.unattributed > 0)
        parts.push_back(fmt::format("{} delivered wrong and not seen on the wire",
                                    count_text(report.totals.unattributed)));
    std::string text;
    for (const std::string &part : parts)
        text += (text.empty() ? "" : ", ") + part;
    return text;
}

std::string counts_sentence(const EspReport &report)
{
    return fmt::format("{} encapsulations, {} decapsulations, each computed again",
                       count_text(report.sum.encapsulated),
                       count_text(report.sum.decapsulated));
}

std::string headline_text(const EspReport &report, bool colour)
{
    const std::string_view word = name(report.verdict);
    if (!colour)
        return fmt::format("{}: {}\n", word, esp_sentence(report));
    const char *code = report.verdict == Verdict::Clean     ? "32"
                       : report.verdict == Verdict::Corrupt ? "31"
                                                            : "33";
    return fmt::format("\033[1;{}m{}\033[0m: {}\n", code, word, esp_sentence(report));
}

// Sums over the algorithms of a tunnel.
struct ModeRow {
    TunnelPlan tunnel;
    SaTally tally;
    std::size_t reached = 0;
    std::size_t cells = 0;
};

std::vector<ModeRow> mode_rows(const EspReport &report)
{
    std::vector<ModeRow> rows;
    for (const EspCell &cell : report.cells) {
        auto place = std::find_if(rows.begin(), rows.end(), [&](const ModeRow &row) {
            return row.tunnel.mode == cell.tunnel.mode && row.tunnel.v6 == cell.tunnel.v6;
        });
        if (place == rows.end())
            place = rows.insert(rows.end(), ModeRow{cell.tunnel, {}, 0, 0});
        place->tally.encapsulated += cell.tally.encapsulated;
        place->tally.encapsulated_wrong += cell.tally.encapsulated_wrong;
        place->tally.decapsulated += cell.tally.decapsulated;
        place->tally.decapsulated_wrong += cell.tally.decapsulated_wrong;
        place->tally.lost += cell.tally.lost;
        ++place->cells;
        place->reached += cell.tally.encapsulated >= esp_cell_least &&
                                  cell.tally.decapsulated >= esp_cell_least
                              ? 1
                              : 0;
    }
    return rows;
}

std::string modes_text(const EspReport &report)
{
    Table table({{"mode"},
                 {"encapsulated", right},
                 {"wrong", right},
                 {"decapsulated", right},
                 {"wrong", right},
                 {"lost", right},
                 {"algorithms", right}});
    for (const ModeRow &row : mode_rows(report))
        table.row({tunnel_text(row.tunnel), count_text(row.tally.encapsulated),
                   count_text(row.tally.encapsulated_wrong), count_text(row.tally.decapsulated),
                   count_text(row.tally.decapsulated_wrong), count_text(row.tally.lost),
                   fmt::format("{} of {}", row.reached, row.cells)});
    return "\nby mode:\n" + table.text("  ");
}

std::string cpus_part(const EspReport &report)
{
    Table table({{"CPU", right},
                 {"encapsulated", right},
                 {"wrong", right},
                 {"in tasks", right},
                 {"in softirqs", right},
                 {"over FPU", right},
                 {"decapsulated", right},
                 {"wrong", right},
                 {"in softirqs", right},
                 {"over FPU", right}});
    const auto context = [](const EspCpu &row, auto &&of) {
        return row.contexts ? count_text(of(*row.contexts)) : std::string("-");
    };
    for (const EspCpu &row : report.cpu_rows)
        table.row(
            {fmt::format("{}", row.cpu), count_text(row.tally.encapsulations),
             count_text(row.tally.encapsulations_wrong),
             context(
                 row,
                 [](const auto &c) { return c.encapsulation.task + c.encapsulation.task_bh; }),
             context(row,
                     [](const auto &c) {
                         return c.encapsulation.softirq + over_fpu_section(c.encapsulation);
                     }),
             context(row, [](const auto &c) { return over_fpu_section(c.encapsulation); }),
             count_text(row.tally.decapsulations), count_text(row.tally.decapsulations_wrong),
             context(row,
                     [](const auto &c) {
                         return c.decapsulation.softirq + over_fpu_section(c.decapsulation);
                     }),
             context(row, [](const auto &c) { return over_fpu_section(c.decapsulation); })});
    return "\nby CPU:\n" + table.text("  ");
}

std::string drivers_part(const EspReport &report)
{
    std::map<std::string, std::uint64_t> drivers;
    for (const EspCell &cell : report.cells)
        drivers[cell.driver.empty() ? "not known" : cell.driver] += cell.tally.encapsulated;
    std::string text = "\ndrivers that the SAs had, with packets encapsulated:\n";
    for (const auto &[driver, count] : drivers)
        text += fmt::format("  {}: {}\n", printable(driver), count_text(count));
    return text;
}

void add_list(std::string &text, const std::string &title,
              const std::vector<std::string> &lines)
{
    if (lines.empty())
        return;
    text += "\n" + title + "\n";
    for (const std::string &line : lines)
        text += "  " + printable(line) + "\n";
}

} // namespace

std::string esp_sentence(const EspReport &report)
{
    if (report.verdict != Verdict::Corrupt) {
        std::string text = counts_sentence(report) + ": none is wrong";
        if (report.bound)
            text += fmt::format("; a rate above {} per packet would have shown",
                                rate_text(report.bound->per_packet));
        return text;
    }
    std::string text = damage_sentence(report);
    if (text.empty())
        text =
            fmt::format("the run of the module beside it has {}",
                        plural(report.module_mismatches.value_or(0), "mismatch", "mismatches"));
    text += "; " + counts_sentence(report);
    if (report.injected > 0)
        text +=
            report.findings == report.injected_found && report.injected_found == report.injected
                ? ", all wrong ones injected on request (--inject-every) and every injected "
                  "one "
                  "found"
                : fmt::format(", of {} injected on request {} found",
                              count_text(report.injected), count_text(report.injected_found));
    return text;
}

std::string esp_progress_text(const EspProgress &progress)
{
    constexpr std::uint64_t millisecond = 1'000'000;
    std::string text = clock_text(progress.elapsed_ns);
    if (progress.duration_ms)
        text += " of " + clock_text(*progress.duration_ms * millisecond);
    return text + fmt::format(", {} wrong, {} encapsulations, {} decapsulations; {} of {} "
                              "combinations",
                              count_text(progress.wrong), count_text(progress.encapsulated),
                              count_text(progress.decapsulated), progress.cells_reached,
                              progress.cells);
}

std::string esp_finding_line(const EspFinding &finding)
{
    const Mismatch &record = finding.record;
    const WireOrigin &origin = *record.wire;
    std::string where = origin.stage == Stage::Wire
                            ? std::string("changed on the wire")
                            : fmt::format("{} on CPU {} of host {}", name(origin.stage),
                                          finding.cpu, origin.side);
    std::string text =
        fmt::format("wrong packet {}: {}, {}, {}{}, SPI {:#010x}, sequence number {}",
                    record.number, where, origin.mode, origin.v6 ? "IPv6" : "IPv4",
                    origin.flow.empty() ? std::string() : ", " + origin.flow, origin.packet.spi,
                    count_text(origin.packet.sequence));
    text += origin.icv_valid ? ", ICV valid" : ", ICV wrong";
    if (!finding.exact)
        text += ", headers damaged";
    else if (!record.blocks.empty())
        text += fmt::format(
            ", {} wrong in {} from block {}", plural(record.wrong_bytes, "byte", "bytes"),
            plural(record.blocks.size(), "block", "blocks"), record.blocks.front());
    if (!record.driver.empty())
        text += ", " + printable(record.driver);
    if (finding.delivered)
        text += ", delivered";
    if (record.injected)
        text += ", injected";
    return text;
}

std::string esp_report_text(const EspReport &report, bool colour)
{
    std::string text = headline_text(report, colour);
    if (report.diagnosis && report.diagnosis->real > 0)
        text += diagnosis_text(*report.diagnosis);
    for (std::size_t place = 0; place < std::min(findings_told, report.records.size()); ++place)
        text += "  " + esp_finding_line(report.records[place]) + "\n";
    if (report.findings > findings_told)
        text += fmt::format(
            "  and {} more\n",
            count_text(report.findings -
                       std::min<std::uint64_t>(findings_told, report.records.size())));
    std::vector<std::string> reached;
    for (const EspReach &reach : report.reach)
        if (reach.wrong > 0)
            reached.push_back(reach_text(reach));
    add_list(text, "wrong content with a valid ICV:", reached);
    add_list(text, "not covered:", report.gaps);
    add_list(text, "to cover it:", report.advice);
    text += modes_text(report) + cpus_part(report) + drivers_part(report);
    std::vector<std::string> skipped;
    for (const EspSkip &skip : report.skipped)
        skipped.push_back(fmt::format("{}: {}", skip.what, skip.why));
    add_list(text, "SKIPPED:", skipped);
    add_list(text, "notes:", report.notes);
    text +=
        fmt::format("\n{} of traffic reached applications in {}, {} with new keys; seed {}; "
                    "Linux {}, cryptorture {}\n",
                    bytes_text(report.payload), clock_text(report.elapsed_ns),
                    plural(report.rekeys, "change", "changes"), seed_text(report.plan.seed),
                    printable(report.kernel), report.program);
    return text;
}

} // namespace ct
