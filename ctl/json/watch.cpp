// SPDX-License-Identifier: GPL-2.0-or-later
#include "json/watch.h"

#include "json/entry.h"

namespace ct {

namespace {

void put_watch_tally(Object &object, const WatchTally &tally)
{
    object["seen"] = tally.seen;
    object["skipped"] = tally.skipped;
    object["opened"] = tally.opened;
    object["bytes"] = tally.bytes;
    object["icv_wrong"] = tally.icv_wrong;
    object["wrong"] = tally.wrong;
    object["translated"] = tally.translated;
    object["undecided"] = tally.undecided;
    object["unchecked"] = tally.unchecked;
    object["compared"] = tally.compared;
    object["delivered_wrong"] = tally.delivered_wrong;
    object["undelivered"] = tally.undelivered;
    object["forwarded"] = tally.forwarded;
}

Object watch_row_object(const WatchSaRow &row)
{
    Object object;
    object["spi"] = row.spi;
    object["source"] = address_text(row.source);
    object["destination"] = address_text(row.destination);
    object["direction"] = row.incoming ? "in" : "out";
    object["mode"] = row.mode;
    object["algorithm"] = row.algorithm;
    object["driver"] = or_null(row.driver);
    object["unreadable"] = or_null(row.unreadable);
    object["gone"] = row.gone;
    put_watch_tally(object, row.tally);
    object["kernel_packets"] = row.kernel_packets;
    object["kernel_integrity"] = row.kernel_integrity;
    object["refused"] = row.refused;
    object["hidden"] = row.hidden;
    return object;
}

Object watch_cpu_object(std::uint32_t cpu, const WatchCpu &tally)
{
    Object object;
    object["cpu"] = cpu;
    object["sent"] = tally.sent;
    object["sent_wrong"] = tally.sent_wrong;
    object["received"] = tally.received;
    object["received_wrong"] = tally.received_wrong;
    object["compared"] = tally.compared;
    object["delivered_wrong"] = tally.delivered_wrong;
    return object;
}

Object watch_inner_object(const InnerView &inner)
{
    Object object;
    object["protocol"] = inner.protocol;
    object["source"] = address_text(inner.source);
    object["destination"] = address_text(inner.destination);
    object["source_port"] = inner.source_port;
    object["destination_port"] = inner.destination_port;
    return object;
}

} // namespace

Object watch_progress_object(const WatchProgress &progress)
{
    Object object = typed("watch_progress");
    object["elapsed_ns"] = progress.elapsed_ns;
    object["opened"] = progress.opened;
    object["compared"] = progress.compared;
    object["skipped"] = progress.skipped;
    object["wrong"] = progress.wrong;
    object["sas"] = progress.sas;
    return object;
}

Object watch_finding_object(const WatchFinding &finding)
{
    Object object = typed("watch_packet");
    object["number"] = finding.number;
    object["time_ns"] = finding.time_ns;
    object["stage"] = name(finding.stage);
    object["fault"] = name(finding.fault);
    object["icv_valid"] = finding.icv_valid;
    object["from_behind"] = finding.from_behind;
    object["delivered"] = finding.delivered;
    object["direction"] = finding.outgoing ? "out" : "in";
    object["cpu"] = finding.cpu;
    object["spi"] = finding.spi;
    object["source"] = address_text(finding.source);
    object["destination"] = address_text(finding.destination);
    object["natt"] = finding.natt;
    object["algorithm"] = finding.algorithm;
    object["driver"] = or_null(finding.driver);
    object["sequence"] = finding.sequence;
    object["inner"] = finding.icv_valid ? watch_inner_object(finding.inner) : Object(nullptr);
    object["wrong_bytes"] = finding.wrong_bytes;
    object["blocks"] = finding.blocks;
    return object;
}

Object watch_report_object(const WatchReport &report)
{
    const WatchTotals &totals = report.totals;
    Object object = typed("watch_verdict");
    object["verdict"] = name(report.verdict);
    object["program"] = report.program;
    object["kernel"] = report.kernel;
    object["interface"] = report.plan.interface;
    object["started_ns"] = report.started_ns;
    object["elapsed_ns"] = report.elapsed_ns;
    object["interrupted"] = report.interrupted;
    object["cut_short"] = or_null(report.cut_short);
    object["sample"] = report.plan.sample;
    object["budget"] = report.plan.budget;
    object["frames"] = totals.frames;
    put_watch_tally(object, totals.sum);
    object["unknown_spi"] = totals.unknown;
    object["foreign"] = totals.foreign;
    object["cut"] = totals.cut;
    object["malformed"] = totals.malformed;
    object["unreadable"] = totals.unreadable;
    object["encapsulated_wrong"] = totals.own_encapsulation + totals.behind_encapsulation;
    object["encapsulated_icv_wrong"] = totals.sent_icv_wrong;
    object["received_wrong"] = totals.peer + totals.behind_peer;
    object["received_icv_wrong"] = totals.received_icv_wrong;
    object["from_behind"] = totals.behind_encapsulation + totals.behind_peer;
    object["refused"] = report.refused;
    object["ring_dropped"] = report.ring_dropped;
    object["tap_dropped"] = report.tap_dropped;
    object["kernel_packets"] = report.kernel_packets;
    object["findings"] = report.findings;
    object["sas"] = Object::array();
    for (const WatchSaRow &row : report.rows)
        object["sas"].push_back(watch_row_object(row));
    object["cpus"] = Object::array();
    for (const auto &[cpu, tally] : report.cpus)
        object["cpus"].push_back(watch_cpu_object(cpu, tally));
    object["reasons"] = report.reasons;
    object["gaps"] = report.gaps;
    object["advice"] = report.advice;
    object["notes"] = report.notes;
    return object;
}

} // namespace ct
