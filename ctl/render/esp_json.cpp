// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/esp_json.h"

#include "base/quantity.h"
#include "render/diagnosis.h"
#include "render/esp.h"
#include "json/entry.h"

namespace ct {

namespace {

Object esp_tunnel_object(const TunnelPlan &plan)
{
    Object object;
    object["mode"] = name(plan.mode);
    object["family"] = plan.v6 ? "IPv6" : "IPv4";
    return object;
}

void put_suite(Object &object, const SuiteChoice &choice)
{
    SaKeys keys;
    keys.suite = choice.suite;
    keys.esn = choice.esn;
    object["algorithm"] = algorithm_name(keys);
    object["key_len"] = choice.key_len;
    object["icv_len"] = choice.icv_len;
    object["esn"] = choice.esn;
}

void put_tally(Object &object, const SaTally &tally)
{
    object["encapsulated"] = tally.encapsulated;
    object["encapsulated_wrong"] = tally.encapsulated_wrong;
    object["icv_wrong"] = tally.icv_wrong;
    object["wire_wrong"] = tally.wire_wrong;
    object["decapsulated"] = tally.decapsulated;
    object["decapsulated_wrong"] = tally.decapsulated_wrong;
    object["lost"] = tally.lost;
    object["other"] = tally.other;
}

Object contexts_object(const EspContexts &contexts)
{
    Object object;
    for (const EspContextEntry &entry : esp_context_entries)
        object[entry.name] = contexts.*entry.member;
    return object;
}

Object esp_cell_object(const EspCell &cell)
{
    Object object = esp_tunnel_object(cell.tunnel);
    put_suite(object, cell.suite);
    object["driver"] = or_null(cell.driver);
    put_tally(object, cell.tally);
    return object;
}

Object esp_cpu_object(const EspCpu &row)
{
    Object object;
    object["cpu"] = row.cpu;
    object["encapsulations"] = row.tally.encapsulations;
    object["encapsulations_wrong"] = row.tally.encapsulations_wrong;
    object["decapsulations"] = row.tally.decapsulations;
    object["decapsulations_wrong"] = row.tally.decapsulations_wrong;
    object["encapsulation_contexts"] =
        row.contexts ? contexts_object(row.contexts->encapsulation) : Object(nullptr);
    object["decapsulation_contexts"] =
        row.contexts ? contexts_object(row.contexts->decapsulation) : Object(nullptr);
    return object;
}

Object esp_reach_object(const EspReach &reach)
{
    Object object = esp_tunnel_object(reach.tunnel);
    object["protocol"] = name(reach.kind);
    object["wrong"] = reach.wrong;
    object["reached"] = reach.reached;
    return object;
}

template <typename Item, typename Make>
Object array_of(const std::vector<Item> &items, const Make &make)
{
    Object list = Object::array();
    for (const Item &item : items)
        list.push_back(make(item));
    return list;
}

} // namespace

Object esp_progress_object(const EspProgress &progress)
{
    Object object = typed("esp_progress");
    object["elapsed_ns"] = progress.elapsed_ns;
    object["encapsulated"] = progress.encapsulated;
    object["decapsulated"] = progress.decapsulated;
    object["wrong"] = progress.wrong;
    object["cells_reached"] = progress.cells_reached;
    object["cells"] = progress.cells;
    return object;
}

Object esp_finding_object(const EspFinding &finding)
{
    const Mismatch &record = finding.record;
    const WireOrigin &origin = *record.wire;
    Object object = typed("esp_wrong_packet");
    object["number"] = record.number;
    object["time_ns"] = record.time_ns;
    object["stage"] = name(origin.stage);
    object["mode"] = origin.mode;
    object["family"] = origin.v6 ? "IPv6" : "IPv4";
    object["host"] = origin.side;
    object["cpu"] = finding.cpu;
    object["flow"] = or_null(origin.flow);
    object["spi"] = origin.packet.spi;
    object["sequence"] = origin.packet.sequence;
    object["algorithm"] = record.algorithm;
    object["driver"] = or_null(record.driver);
    object["icv_valid"] = origin.icv_valid;
    object["exact"] = finding.exact;
    object["delivered"] = finding.delivered;
    object["injected"] = record.injected;
    object["what"] = words(record.what);
    object["text_offset"] = record.text_offset;
    object["wrong_bytes"] = record.wrong_bytes;
    object["blocks"] = record.blocks;
    object["expected"] = hex_text(record.expected);
    object["actual"] = hex_text(record.actual);
    object["key"] = hex_text(origin.packet.key);
    object["salt"] = hex_text(origin.packet.salt);
    object["auth_key"] = hex_text(origin.packet.auth_key);
    return object;
}

Object esp_report_object(const EspReport &report)
{
    Object object = typed("esp_verdict");
    object["verdict"] = name(report.verdict);
    object["sentence"] = esp_sentence(report);
    object["program"] = report.program;
    object["kernel"] = report.kernel;
    object["seed"] = seed_text(report.plan.seed);
    object["started_ns"] = report.started_ns;
    object["elapsed_ns"] = report.elapsed_ns;
    put_tally(object, report.sum);
    object["refused"] = report.refused;
    object["drops"] = array_of(report.drops, [](const EspDrop &drop) {
        Object item;
        item["counter"] = drop.counter;
        item["packets"] = drop.packets;
        return item;
    });
    object["unseen"] = report.totals.unseen;
    object["unattributed"] = report.totals.unattributed;
    object["unknown_spi"] = report.totals.unknown_spi;
    object["ring_dropped"] = report.ring_dropped;
    object["tap_dropped"] = report.tap_dropped;
    object["findings"] = report.findings;
    object["injected"] = report.injected;
    object["injected_found"] = report.injected_found;
    object["rekeys"] = report.rekeys;
    object["payload"] = report.payload;
    object["offload"] = report.plan.offload;
    object["fpu_nests"] = report.fpu_nests;
    object["module_mismatches"] = or_null(report.module_mismatches);
    object["cells"] = array_of(report.cells, esp_cell_object);
    object["cpus"] = array_of(report.cpu_rows, esp_cpu_object);
    object["reach"] = array_of(report.reach, esp_reach_object);
    object["skipped"] = array_of(report.skipped, [](const EspSkip &skip) {
        Object item;
        item["what"] = skip.what;
        item["why"] = skip.why;
        return item;
    });
    object["gaps"] = report.gaps;
    object["notes"] = report.notes;
    if (report.diagnosis && report.diagnosis->real > 0) {
        Object diagnosis;
        put_diagnosis(diagnosis, *report.diagnosis);
        object["diagnosis"] = diagnosis;
    } else {
        object["diagnosis"] = nullptr;
    }
    return object;
}

} // namespace ct
