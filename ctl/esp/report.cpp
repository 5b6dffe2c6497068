// SPDX-License-Identifier: GPL-2.0-or-later
#include "esp/report.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/quantity.h"
#include "damage/evidence.h"
#include "diagnose/diagnose.h"
#include "record/counters.h"

namespace ct {

namespace {

constexpr std::size_t cells_named = 4;

void add(SaTally &sum, const SaTally &tally)
{
    sum.encapsulated += tally.encapsulated;
    sum.bytes += tally.bytes;
    sum.encapsulated_wrong += tally.encapsulated_wrong;
    sum.icv_wrong += tally.icv_wrong;
    sum.wire_wrong += tally.wire_wrong;
    sum.decapsulated += tally.decapsulated;
    sum.decapsulated_wrong += tally.decapsulated_wrong;
    sum.lost += tally.lost;
    sum.other += tally.other;
}

// The first few, and how many more.
std::string some_of(const std::vector<std::string> &names)
{
    std::string text;
    for (std::size_t place = 0; place < std::min(cells_named, names.size()); ++place)
        text += (place == 0 ? "" : "; ") + names[place];
    if (names.size() > cells_named)
        text += fmt::format("; and {} more", names.size() - cells_named);
    return text;
}

void find_cell_gaps(EspReport &report)
{
    std::vector<std::string> few;
    for (const EspCell &cell : report.cells)
        if (cell.tally.encapsulated < esp_cell_least ||
            cell.tally.decapsulated < esp_cell_least)
            few.push_back(fmt::format("{}: {} ({} encapsulated, {} decapsulated)",
                                      tunnel_text(cell.tunnel), choice_text(cell.suite),
                                      cell.tally.encapsulated, cell.tally.decapsulated));
    if (few.empty())
        return;
    report.gaps.push_back(
        fmt::format("{} of {} combinations of mode and algorithm had fewer than {} packets: {}",
                    few.size(), report.cells.size(), esp_cell_least, some_of(few)));
    report.advice.emplace_back("run longer with --for, or name fewer --modes and --algorithms");
}

void find_cpu_gaps(EspReport &report)
{
    std::vector<std::string> few;
    for (const std::uint32_t cpu : report.cpus) {
        const auto place = report.by_cpu.find(cpu);
        const CpuTally tally = place == report.by_cpu.end() ? CpuTally{} : place->second;
        EspCpu row{cpu, tally, std::nullopt};
        if (report.contexts)
            for (const EspCpuContexts &contexts : *report.contexts)
                if (contexts.cpu == cpu)
                    row.contexts = contexts;
        report.cpu_rows.push_back(row);
        if (tally.encapsulations < esp_cpu_least || tally.decapsulations < esp_cpu_least)
            few.push_back(fmt::format("CPU {} ({} encapsulations, {} decapsulations)", cpu,
                                      tally.encapsulations, tally.decapsulations));
    }
    if (few.empty())
        return;
    report.gaps.push_back(
        fmt::format("fewer than {} packets on {}", esp_cpu_least, some_of(few)));
    report.advice.emplace_back("run longer with --for");
}

void find_context_gaps(EspReport &report)
{
    if (!report.contexts) {
        report.gaps.push_back(fmt::format("it is not known in which contexts packets were "
                                          "encapsulated and decapsulated: {}",
                                          report.no_contexts));
        report.advice.emplace_back("load the module with 'modprobe cryptorture'");
        return;
    }
    EspContexts encapsulation;
    EspContexts decapsulation;
    for (const EspCpuContexts &cpu : *report.contexts) {
        encapsulation += cpu.encapsulation;
        decapsulation += cpu.decapsulation;
    }
    std::vector<std::string> none;
    if (encapsulation.task + encapsulation.task_bh == 0)
        none.emplace_back("encapsulation in a task");
    if (encapsulation.softirq == 0)
        none.emplace_back("encapsulation in a softirq");
    if (decapsulation.softirq == 0)
        none.emplace_back("decapsulation in a softirq");
    if (report.fpu_nests && over_fpu_section(encapsulation) == 0)
        none.emplace_back("encapsulation in a softirq over an FPU section");
    if (report.fpu_nests && over_fpu_section(decapsulation) == 0)
        none.emplace_back("decapsulation in a softirq over an FPU section");
    if (!none.empty()) {
        report.gaps.push_back("there was no " + some_of(none));
        report.advice.emplace_back("run longer with --for, with the disturbers of the module");
    }
    std::vector<std::string> uncounted;
    for (const std::string &function : report.unprobed) {
        const bool v6 = function.starts_with("esp6");
        if (std::any_of(report.cells.begin(), report.cells.end(),
                        [&](const EspCell &cell) { return cell.tunnel.v6 == v6; }))
            uncounted.push_back(function);
    }
    if (!uncounted.empty())
        report.gaps.push_back("contexts are not counted in " + some_of(uncounted));
}

std::string drops_text(const EspReport &report)
{
    if (report.drops.empty())
        return "; no counter of the kernel says why";
    std::string text = "; the kernel counted meanwhile";
    for (const EspDrop &drop : report.drops)
        text += fmt::format("{} {} {}", &drop == &report.drops.front() ? "" : ",", drop.counter,
                            drop.packets);
    return text;
}

void find_losses(EspReport &report)
{
    if (report.ring_dropped > 0) {
        report.gaps.push_back(fmt::format("{} found no room in the capture ring and were not "
                                          "checked",
                                          plural(report.ring_dropped, "packet", "packets")));
        report.advice.emplace_back("lower the load with --traffic or fewer --modes");
    }
    if (report.tap_dropped > 0)
        report.gaps.push_back(
            fmt::format("{} found no room in a raw socket and were not compared",
                        plural(report.tap_dropped, "delivered packet", "delivered packets")));
    if (report.sum.lost > 0)
        report.gaps.push_back(fmt::format("{} right on the wire and never delivered{}",
                                          plural(report.sum.lost, "packet was", "packets were"),
                                          drops_text(report)));
    if (report.totals.truncated > 0)
        report.gaps.push_back(
            fmt::format("{} too short to be opened",
                        plural(report.totals.truncated, "frame was", "frames were")));
    if (report.totals.unknown_spi > 0)
        report.gaps.push_back(
            fmt::format("{} of an SA that is not known",
                        plural(report.totals.unknown_spi, "packet was", "packets were")));
    if (report.totals.wrong_echoes > 0)
        report.notes.push_back(fmt::format(
            "{} of wrong requests that this kernel had let through",
            plural(report.totals.wrong_echoes, "packet was the echo", "packets were echoes")));
    if (report.totals.wrong_before > report.totals.wrong_echoes)
        report.gaps.push_back(fmt::format(
            "{} wrong before encapsulation, with a right checksum: that is no fault of ESP",
            plural(report.totals.wrong_before - report.totals.wrong_echoes, "packet was",
                   "packets were")));
    if (report.totals.unseen > 0)
        report.gaps.push_back(
            fmt::format("{} delivered right, and not seen on the wire",
                        plural(report.totals.unseen, "packet was", "packets were")));
    for (const std::string &stranger : report.totals.strangers)
        report.notes.push_back("delivered wrong and not seen on the wire: " + stranger);
    for (const std::string &trouble : report.troubles)
        report.gaps.push_back(trouble);
    if (report.interrupted)
        report.gaps.emplace_back("the run was ended before its time");
}

void diagnose_records(EspReport &report)
{
    Evidence evidence;
    for (const EspFinding &finding : report.records) {
        if (!finding.exact)
            continue;
        evidence.injected += finding.record.injected ? 1 : 0;
        evidence.records.push_back(finding.record);
    }
    if (!evidence.records.empty())
        report.diagnosis = diagnose(evidence);
}

} // namespace

std::string reach_text(const EspReach &reach)
{
    const std::string what = protocol_text(reach.kind);
    const std::string share =
        fmt::format("{} of {} reached the application", reach.reached, reach.wrong);
    if (reach.reached == 0)
        return fmt::format("{}: {} is checked in {}", share, what, tunnel_text(reach.tunnel));
    return fmt::format("{}: this kernel does not check {} in {}", share, what,
                       tunnel_text(reach.tunnel));
}

bool is_drop_counter(std::string_view counter)
{
    if (counter.starts_with("XfrmIn"))
        return true;
    constexpr std::array<std::string_view, 4> protocols{"Ip", "Tcp", "Udp", "Icmp"};
    // "IpInHdrErrors", "Icmp6InCsumErrors", "TcpInErrs", "UdpNoPorts"
    constexpr std::array<std::string_view, 7> ends{
        "Errors",          "InErrs",     "NoPorts",   "InUnknownProtos",
        "InTruncatedPkts", "InNoRoutes", "InDiscards"};
    const auto starts = [&](std::string_view start) {
        return counter.starts_with(start);
    };
    const auto ends_so = [&](std::string_view end) {
        return counter.ends_with(end);
    };
    return std::any_of(protocols.begin(), protocols.end(), starts) &&
           std::any_of(ends.begin(), ends.end(), ends_so) &&
           counter.find("Out") == std::string_view::npos &&
           counter.find("Snd") == std::string_view::npos;
}

EspReport make_esp_report(EspFacts facts, std::vector<EspFinding> records)
{
    EspReport report;
    static_cast<EspFacts &>(report) = std::move(facts);
    report.records = std::move(records);
    for (const EspCell &cell : report.cells)
        add(report.sum, cell.tally);
    find_cell_gaps(report);
    find_cpu_gaps(report);
    find_context_gaps(report);
    find_losses(report);
    std::sort(report.advice.begin(), report.advice.end());
    report.advice.erase(std::unique(report.advice.begin(), report.advice.end()),
                        report.advice.end());
    diagnose_records(report);
    const std::uint64_t wrong = report.findings + report.refused + report.totals.unattributed;
    if (wrong > 0 || report.module_mismatches.value_or(0) > 0)
        report.verdict = Verdict::Corrupt;
    else
        report.verdict = report.gaps.empty() ? Verdict::Clean : Verdict::Inconclusive;
    constexpr std::uint64_t block = 16;
    report.bound = bound(wrong, report.sum.encapsulated + report.sum.decapsulated,
                         2 * report.sum.bytes / block);
    return report;
}

} // namespace ct
