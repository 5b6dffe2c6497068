// SPDX-License-Identifier: GPL-2.0-or-later
#include "text/watch.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/quantity.h"
#include "text/table.h"

namespace ct {

namespace {

constexpr std::size_t findings_shown = 8;
constexpr std::size_t rows_shown = 40;

std::string protocol_name(std::uint8_t protocol)
{
    switch (protocol) {
    case 1:
        return "ICMP";
    case 6:
        return "TCP";
    case 17:
        return "UDP";
    case 58:
        return "ICMPv6";
    default:
        return fmt::format("protocol {}", protocol);
    }
}

std::string fault_text(InnerFault fault)
{
    switch (fault) {
    case InnerFault::None:
        break;
    case InnerFault::Malformed:
        return "headers that contradict each other";
    case InnerFault::Padding:
        return "wrong padding";
    case InnerFault::IpChecksum:
        return "wrong checksum of the inner IP header";
    case InnerFault::TcpChecksum:
        return "wrong TCP checksum";
    case InnerFault::UdpChecksum:
        return "wrong UDP checksum";
    case InnerFault::IcmpChecksum:
        return "wrong ICMP checksum";
    case InnerFault::GreChecksum:
        return "wrong GRE checksum";
    }
    return "right on the wire";
}

std::string place_text(const Address &address, std::uint16_t port)
{
    if (port == 0)
        return address_text(address);
    const std::string text = address_text(address);
    return address.v6 ? fmt::format("[{}]:{}", text, port) : fmt::format("{}:{}", text, port);
}

std::string flow_text(const InnerView &inner)
{
    return fmt::format("{} {} to {}", protocol_name(inner.protocol),
                       place_text(inner.source, inner.source_port),
                       place_text(inner.destination, inner.destination_port));
}

std::string maker_text(const WatchFinding &finding)
{
    switch (finding.stage) {
    case WatchStage::Encapsulation:
        return fmt::format("encapsulated by this host on CPU {}", finding.cpu);
    case WatchStage::Peer:
        return "encapsulated by the peer";
    case WatchStage::Decapsulation:
        return fmt::format("decapsulated by this host on CPU {}", finding.cpu);
    case WatchStage::Unknown:
        break;
    }
    return "received";
}

// "10 wrong with a valid ICV from this host's encapsulation, 18 ... from a peer"
std::string damage_of(const WatchReport &report)
{
    const WatchTotals &totals = report.totals;
    std::string text;
    const auto add = [&text](std::uint64_t count, const char *words) {
        if (count > 0)
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count_text(count), words);
    };
    add(totals.own_encapsulation + totals.behind_encapsulation,
        "wrong with a valid ICV from this host's encapsulation");
    add(totals.sent_icv_wrong, "with a wrong ICV from this host's encapsulation");
    add(totals.sum.delivered_wrong, "wrong from this host's decapsulation");
    add(report.refused, "refused by this host's decapsulation although they were right");
    add(totals.peer + totals.behind_peer, "wrong with a valid ICV from a peer");
    return text;
}

std::string headline(const WatchReport &report, bool colour)
{
    const std::string_view word = name(report.verdict);
    if (!colour)
        return fmt::format("{}: {}\n", word, watch_sentence(report));
    const char *const code = report.verdict == Verdict::Clean     ? "32"
                             : report.verdict == Verdict::Corrupt ? "31"
                                                                  : "33";
    return fmt::format("\033[1;{}m{}\033[0m: {}\n", code, word, watch_sentence(report));
}

std::string sa_table(const WatchReport &report)
{
    if (report.rows.empty())
        return {};
    Table table({{"SPI"},
                 {"from"},
                 {"to"},
                 {"mode"},
                 {"algorithm"},
                 {"driver"},
                 {"seen", right},
                 {"opened", right},
                 {"wrong ICV", right},
                 {"wrong inside", right},
                 {"compared", right},
                 {"delivered wrong", right}});
    // Those that had packets, the latest ones first.
    std::vector<const WatchSaRow *> rows;
    for (const WatchSaRow &row : report.rows)
        rows.push_back(&row);
    std::stable_sort(rows.begin(), rows.end(),
                     [](const WatchSaRow *one, const WatchSaRow *other) {
                         return one->tally.seen > other->tally.seen;
                     });
    for (std::size_t place = 0; place < std::min(rows_shown, rows.size()); ++place) {
        const WatchSaRow &row = *rows[place];
        const WatchTally &tally = row.tally;
        table.row({fmt::format("{:#010x}", row.spi), address_text(row.source),
                   address_text(row.destination), row.mode,
                   row.unreadable.empty() ? row.algorithm : "not opened",
                   row.driver.empty() ? "not known" : printable(row.driver),
                   count_text(tally.seen), count_text(tally.opened),
                   count_text(tally.icv_wrong), count_text(tally.wrong),
                   row.incoming ? count_text(tally.compared) : "-",
                   row.incoming ? count_text(tally.delivered_wrong) : "-"});
    }
    std::string text = "\nby SA (driver: the one with the highest priority now):\n";
    text += table.text("  ");
    if (rows.size() > rows_shown)
        text += fmt::format("  and {} more\n", rows.size() - rows_shown);
    return text;
}

std::string cpu_table(const WatchReport &report)
{
    if (report.cpus.empty())
        return {};
    Table table({{"CPU", right},
                 {"sent", right},
                 {"wrong", right},
                 {"received", right},
                 {"wrong on the wire", right},
                 {"compared", right},
                 {"delivered wrong", right}});
    for (const auto &[cpu, tally] : report.cpus)
        table.row({fmt::format("{}", cpu), count_text(tally.sent), count_text(tally.sent_wrong),
                   count_text(tally.received), count_text(tally.received_wrong),
                   count_text(tally.compared), count_text(tally.delivered_wrong)});
    return "\nby CPU:\n" + table.text("  ");
}

void add_lines(std::string &text, const char *title, const std::vector<std::string> &lines)
{
    if (lines.empty())
        return;
    text += fmt::format("\n{}\n", title);
    for (const std::string &line : lines)
        text += "  " + printable(line) + "\n";
}

} // namespace

std::string watch_progress_text(const WatchProgress &progress)
{
    constexpr std::uint64_t millisecond = 1'000'000;
    std::string text = clock_text(progress.elapsed_ns);
    if (progress.duration_ms)
        text += " of " + clock_text(*progress.duration_ms * millisecond);
    text += fmt::format(", {} wrong, {} opened, {} compared with what was delivered, {}",
                        count_text(progress.wrong), count_text(progress.opened),
                        count_text(progress.compared), plural(progress.sas, "SA", "SAs"));
    if (progress.skipped > 0)
        text += fmt::format(", {} skipped", count_text(progress.skipped));
    return text;
}

std::string watch_finding_line(const WatchFinding &finding)
{
    std::string text = fmt::format(
        "wrong packet {}: {}, {} to {}{}, SPI {:#010x}, sequence number {}, ICV {}",
        finding.number, maker_text(finding), address_text(finding.source),
        address_text(finding.destination), finding.natt ? " in UDP" : "", finding.spi,
        count_text(finding.sequence), finding.icv_valid ? "valid" : "wrong");
    if (finding.icv_valid)
        text += fmt::format(", {}, {}",
                            finding.stage == WatchStage::Decapsulation
                                ? fault_text(InnerFault::None)
                                : fault_text(finding.fault),
                            flow_text(finding.inner));
    if (finding.stage == WatchStage::Decapsulation && !finding.blocks.empty())
        text += fmt::format(
            ", {} wrong in {} from block {}", plural(finding.wrong_bytes, "byte", "bytes"),
            plural(finding.blocks.size(), "block", "blocks"), finding.blocks.front());
    text += ", " + finding.algorithm;
    if (!finding.driver.empty())
        text += fmt::format(" ({})", printable(finding.driver));
    if (finding.delivered)
        text += ", delivered";
    if (finding.from_behind)
        text += ", from a host behind";
    return text;
}

std::string watch_sentence(const WatchReport &report)
{
    const WatchTally &sum = report.totals.sum;
    const std::string counts =
        fmt::format("{} opened on {}, {} compared with what was delivered",
                    plural(sum.opened, "packet", "packets"), printable(report.plan.interface),
                    count_text(sum.compared));
    switch (report.verdict) {
    case Verdict::Corrupt:
        return fmt::format("{}; {}", damage_of(report), counts);
    case Verdict::Clean:
        return counts + ": none is wrong";
    default:
        break;
    }
    return fmt::format("{}; {}", report.gaps.empty() ? std::string() : report.gaps.front(),
                       counts);
}

std::string watch_report_text(const WatchReport &report, bool colour)
{
    std::string text = headline(report, colour);
    for (std::size_t place = 0; place < std::min(findings_shown, report.records.size());
         ++place)
        text += "  " + watch_finding_line(report.records[place]) + "\n";
    if (report.findings > findings_shown)
        text += fmt::format("  and {} more\n", count_text(report.findings - findings_shown));
    add_lines(text, "what is wrong:", report.reasons);
    add_lines(text, report.verdict == Verdict::Corrupt ? "besides:" : "why it is not CLEAN:",
              report.gaps);
    add_lines(text, "what to do:", report.advice);
    text += sa_table(report) + cpu_table(report);
    add_lines(text, "notes:", report.notes);
    text +=
        fmt::format("\n{} of ESP seen in {}; Linux {}, cryptorture {}\n",
                    plural(report.totals.frames, "packet", "packets"),
                    clock_text(report.elapsed_ns), printable(report.kernel), report.program);
    return text;
}

} // namespace ct
