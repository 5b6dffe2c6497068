// SPDX-License-Identifier: GPL-2.0-or-later
#include "watch/report.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/quantity.h"

namespace ct {

namespace {

// What the kernel has to have counted before it is strange that none was seen.
constexpr std::uint64_t hidden_least = 10;
// A host that forwards hands a wrong checksum on as it came: one such packet may have been
// wrong before it was encapsulated, as one in some millions on any network is.
constexpr std::uint64_t behind_least = 2;

std::string mode_of(const Sa &sa)
{
    const char *const mode = sa.mode == SaMode::Transport ? "transport"
                             : sa.mode == SaMode::Tunnel  ? "tunnel"
                                                          : "other";
    return fmt::format("{}{}", sa.natt ? "natt-" : "", mode);
}

std::string packets_are(std::uint64_t count)
{
    return plural(count, "packet is", "packets are");
}

std::string packets_were(std::uint64_t count)
{
    return plural(count, "packet was", "packets were");
}

std::string sa_name(const WatchSaRow &row)
{
    return fmt::format("SPI {:#010x} ({} to {})", row.spi, address_text(row.source),
                       address_text(row.destination));
}

WatchSaRow row_of(const WatchedSa &watched, const WatchReport &report)
{
    WatchSaRow row;
    row.spi = watched.sa.spi;
    row.source = watched.sa.source;
    row.destination = watched.sa.destination;
    row.incoming = report.local.contains(row.destination);
    row.mode = mode_of(watched.sa);
    row.algorithm = suite_text(watched.sa.keys);
    row.driver = watched.driver;
    row.unreadable = watched.unreadable;
    row.gone = watched.gone;
    row.tally = watched.tally;
    if (watched.first && watched.latest) {
        const auto rise = [&](std::uint64_t SaCounts::*count) {
            const std::uint64_t begun = (*watched.first).*count;
            const std::uint64_t ended = (*watched.latest).*count;
            return ended > begun ? ended - begun : 0;
        };
        row.kernel_packets = rise(&SaCounts::packets);
        row.kernel_integrity = rise(&SaCounts::integrity);
    }
    const std::uint64_t handled = row.kernel_packets + row.kernel_integrity;
    // Nothing can be said of packets that were not looked at.
    const bool all_seen = report.plan.sample == 1 && report.ring_dropped == 0 &&
                          report.downs == 0 && row.tally.skipped == 0 &&
                          report.totals.cut == 0 && report.totals.malformed == 0 &&
                          row.tally.seen >= handled;
    if (row.incoming && all_seen && row.tally.opened > 0 &&
        row.kernel_integrity > row.tally.icv_wrong)
        row.refused = row.kernel_integrity - row.tally.icv_wrong;
    // Most of what the kernel had never came by.
    const std::uint64_t shown = row.tally.seen * report.plan.sample + report.ring_dropped;
    row.hidden = row.incoming && report.downs == 0 &&
                 row.kernel_packets >= hidden_least * report.plan.sample &&
                 shown < row.kernel_packets / 2;
    return row;
}

void add_reasons(WatchReport &report)
{
    const WatchTotals &totals = report.totals;
    const auto add = [&report](std::string reason) {
        report.reasons.push_back(std::move(reason));
    };
    if (totals.own_encapsulation > 0)
        add(fmt::format("{} wrong inside with a valid ICV: damaged by this host, before or "
                        "during encryption",
                        packets_were(totals.own_encapsulation)));
    if (totals.sent_icv_wrong > 0)
        add(fmt::format("{} sent with a wrong ICV, which this host computed",
                        packets_were(totals.sent_icv_wrong)));
    if (totals.sum.delivered_wrong > 0)
        add(fmt::format("{} right on the wire and wrong when delivered: damaged by this host "
                        "during decryption",
                        packets_were(totals.sum.delivered_wrong)));
    if (report.refused > 0)
        add(fmt::format("{} right on the wire, but this host's kernel counted a wrong ICV",
                        packets_were(report.refused)));
    if (totals.peer > 0)
        add(fmt::format(
            "{} received wrong inside with a valid ICV: damaged by the peer, before "
            "or during encryption, or sent so on purpose",
            packets_were(totals.peer)));
    if (totals.behind_encapsulation + totals.behind_peer >= behind_least)
        add(fmt::format(
            "{} of hosts behind a gateway wrong inside with a valid ICV: the "
            "gateway damaged them ({} by this host, {} by a peer), or they came to it "
            "with a wrong checksum, which a capture of its inner side shows",
            packets_were(totals.behind_encapsulation + totals.behind_peer),
            count_text(totals.behind_encapsulation), count_text(totals.behind_peer)));
}

void find_nothing_seen(WatchReport &report)
{
    const WatchTotals &totals = report.totals;
    if (totals.sum.opened >= watch_least)
        return;
    std::string reason = fmt::format("{} opened, of the {} that a verdict needs",
                                     packets_were(totals.sum.opened), watch_least);
    if (report.sas.empty())
        reason += "; this host has no SA of ESP in this network namespace";
    else if (totals.unknown > 0 && totals.sum.seen == 0)
        reason += "; all that were seen are of SAs that this host does not have";
    else if (totals.frames == 0)
        reason += fmt::format("; no ESP was seen on {}", report.plan.interface);
    report.gaps.push_back(std::move(reason));
    // NOLINTNEXTLINE(modernize-use-emplace): an aggregate
    report.advice.push_back(
        report.sas.empty()
            ? "see 'ip xfrm state'; where the tunnel is in another network namespace, run this "
              "with 'ip netns exec'"
            : "watch longer with --for, or watch the interface that ESP goes through, which "
              "'ip route get PEER' names");
}

void find_hidden(WatchReport &report)
{
    std::uint64_t count = 0;
    const WatchSaRow *first = nullptr;
    for (const WatchSaRow &row : report.rows)
        if (row.hidden) {
            first = first == nullptr ? &row : first;
            ++count;
        }
    if (first == nullptr)
        return;
    report.gaps.push_back(fmt::format(
        "the kernel decapsulated {} of {}, and {} of them came by on {}{}: they come in by "
        "another interface, or GRO takes them before they can be seen ({})",
        plural(first->kernel_packets, "packet", "packets"), sa_name(*first),
        count_text(first->tally.seen), report.plan.interface,
        count == 1 ? std::string() : fmt::format("; so with {} SAs in all", count),
        report.esp_offload_module ? "esp4_offload or esp6_offload is loaded, which does that"
                                  : "esp4_offload and esp6_offload do, but are not loaded"));
    report.advice.push_back(
        fmt::format("see incoming ESP with 'ethtool -K {} gro off'", report.plan.interface));
}

void find_unread(WatchReport &report)
{
    std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> by_reason; // SAs, packets
    for (const WatchSaRow &row : report.rows)
        if (!row.unreadable.empty()) {
            auto &place = by_reason[row.unreadable];
            ++place.first;
            place.second += row.tally.seen;
        }
    for (const auto &[reason, counts] : by_reason) {
        std::string text =
            fmt::format("{} cannot be opened ({} seen): {}", plural(counts.first, "SA", "SAs"),
                        plural(counts.second, "packet", "packets"), reason);
        (counts.second > 0 ? report.gaps : report.notes).push_back(std::move(text));
    }
}

void find_gaps(WatchReport &report)
{
    const WatchTotals &totals = report.totals;
    find_nothing_seen(report);
    find_hidden(report);
    find_unread(report);
    const std::uint64_t behind = totals.behind_encapsulation + totals.behind_peer;
    if (behind > 0 && behind < behind_least)
        report.gaps.push_back(fmt::format(
            "{} of a host behind a gateway wrong inside with a valid ICV: it may have come to "
            "the gateway with a wrong checksum, and one is not enough to tell",
            packets_were(behind)));
    if (totals.received_icv_wrong > 0) {
        std::uint64_t confirmed = 0;
        for (const WatchSaRow &row : report.rows)
            confirmed += std::min(row.kernel_integrity, row.tally.icv_wrong);
        report.gaps.push_back(fmt::format(
            "{} received with a wrong ICV ({} refused by this host's kernel, too): the peer "
            "computed it wrong, or they were changed on the way, or forged, or sealed with a "
            "key that this host does not have",
            packets_were(totals.received_icv_wrong), count_text(confirmed)));
        report.advice.emplace_back("watch at the peer, too: there a wrong ICV of its own is "
                                   "CORRUPT");
    }
    if (totals.sum.undecided > 0)
        report.gaps.push_back(
            fmt::format("{} wrong by its checksum, which damage or a NAT explains: too few of "
                        "that SA to tell",
                        packets_were(totals.sum.undecided)));
    if (!report.cut_short.empty())
        report.gaps.push_back("the watch ended before its time: " + report.cut_short);
    if (report.downs > 0)
        report.gaps.push_back(fmt::format("{} was set down {}, and nothing was seen meanwhile",
                                          report.plan.interface,
                                          plural(report.downs, "time", "times")));
}

void add_unknown(WatchReport &report)
{
    const WatchTotals &totals = report.totals;
    if (totals.unknown == 0)
        return;
    std::string spis;
    for (const std::uint32_t spi : totals.unknown_spis)
        spis += fmt::format("{}{:#010x}", spis.empty() ? "" : ", ", spi);
    if (totals.unknown_spis.size() == unknown_spis_most)
        spis += " and perhaps others";
    report.notes.push_back(fmt::format("{} of no SA that this host has: SPI {}",
                                       packets_were(totals.unknown), spis));
}

void add_skips(WatchReport &report)
{
    const WatchTally &sum = report.totals.sum;
    if (report.plan.sample > 1)
        report.notes.push_back(fmt::format(
            "one packet of {} was looked at (--sample): {} of about {} that the kernel counted",
            report.plan.sample, count_text(sum.seen),
            count_text(std::max(report.kernel_packets, sum.seen))));
    if (sum.skipped > 0)
        report.notes.push_back(
            fmt::format("{} skipped, over the budget of {} a second (--budget)",
                        packets_were(sum.skipped), count_text(report.plan.budget)));
    if (report.ring_dropped > 0)
        report.notes.push_back(fmt::format("{} skipped, for which the capture ring had no room",
                                           packets_were(report.ring_dropped)));
    if (report.totals.cut > 0)
        report.notes.push_back(fmt::format("{} not opened: fragments, or captured in part",
                                           packets_were(report.totals.cut)));
    if (report.totals.malformed > 0)
        report.notes.push_back(
            fmt::format("{} too short for ESP, or of no whole blocks, and not opened",
                        packets_were(report.totals.malformed)));
    if (report.totals.foreign > 0)
        report.notes.push_back(fmt::format("{} of other hosts, which passed by",
                                           packets_were(report.totals.foreign)));
}

void add_notes(WatchReport &report)
{
    const WatchTally &sum = report.totals.sum;
    add_skips(report);
    add_unknown(report);
    if (sum.unchecked > 0)
        report.notes.push_back(fmt::format(
            "{} without a checksum inside (UDP without one, fragments, other protocols): their "
            "content could not be checked",
            packets_were(sum.unchecked)));
    if (sum.translated > 0)
        report.notes.push_back(fmt::format("{} with the checksum of other addresses, the same "
                                           "for all of its SA: a NAT, and no "
                                           "damage (RFC 3948)",
                                           packets_were(sum.translated)));
    if (sum.forwarded > 0)
        report.notes.push_back(
            fmt::format("{} forwarded: decapsulation is not checked of what this host does not "
                        "deliver to itself",
                        packets_are(sum.forwarded)));
    if (!report.untapped.empty())
        report.notes.push_back("what was delivered could not be compared: " + report.untapped);
    if (sum.undelivered > 0)
        report.notes.push_back(fmt::format(
            "{} not compared with what was delivered, since it was not seen: no policy let it "
            "in, a filter dropped it, or a raw socket had no room",
            packets_were(sum.undelivered)));
    if (report.tap_dropped > 0)
        report.notes.push_back(fmt::format(
            "{} found no room in a raw socket, or were refused there by a policy, as "
            "UDP with ESP in it is",
            plural(report.tap_dropped, "delivered packet", "delivered packets")));
    if (report.others > 0)
        report.notes.push_back(fmt::format("{} of AH or IPComp not looked at",
                                           plural(report.others, "SA is", "SAs are")));
    if (report.forgotten > 0)
        report.notes.push_back(fmt::format("{} dropped for want of room, the oldest first",
                                           plural(report.forgotten, "SA was", "SAs were")));
    if (report.interrupted)
        report.notes.emplace_back("ended on request, before its time");
}

} // namespace

WatchReport make_watch_report(WatchFacts facts, std::vector<WatchFinding> records)
{
    WatchReport report;
    static_cast<WatchFacts &>(report) = std::move(facts);
    report.records = std::move(records);
    for (const WatchedSa *sa : report.sas) {
        report.rows.push_back(row_of(*sa, report));
        report.refused += report.rows.back().refused;
        report.kernel_packets += report.rows.back().kernel_packets;
    }
    add_reasons(report);
    find_gaps(report);
    add_notes(report);
    if (!report.reasons.empty())
        report.verdict = Verdict::Corrupt;
    else
        report.verdict = report.gaps.empty() ? Verdict::Clean : Verdict::Inconclusive;
    return report;
}

} // namespace ct
