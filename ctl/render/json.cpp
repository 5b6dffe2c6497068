// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/json.h"

#include <nlohmann/json.hpp>

#include "record/quantity.h"

namespace ct {

namespace {

// Keeps the order in which members are put in.
using Object = nlohmann::ordered_json;

template <typename Value> Object or_null(const std::optional<Value> &value)
{
    return value ? Object(*value) : Object(nullptr);
}

Object or_null(const std::string &text)
{
    return text.empty() ? Object(nullptr) : Object(text);
}

template <typename Word> Object words(const std::vector<Word> &values)
{
    Object list = Object::array();
    for (const Word value : values)
        list.push_back(name(value));
    return list;
}

template <typename Word> Object words(const std::optional<std::vector<Word>> &values)
{
    return values ? words(*values) : Object(nullptr);
}

void write(Output &output, const Object &object)
{
    // Whatever the kernel calls its drivers, a line is always valid UTF-8.
    output.write(object.dump(-1, ' ', false, Object::error_handler_t::replace) + "\n");
}

Object config_object(const Config &config)
{
    Object object;
    object["duration_ms"] = or_null(config.duration_ms);
    object["drivers"] = config.drivers;
    object["contexts"] = words(config.contexts);
    object["disturbers"] = words(config.disturbers);
    object["cpus"] = or_null(config.cpus);
    object["load_per_mille"] = or_null(config.load);
    object["timer_hz"] = or_null(config.timer_hz);
    object["inject_every"] = config.inject_every.value_or(0);
    object["until_mismatch"] = config.until_mismatch;
    return object;
}

void put_run(Object &object, const Status &status)
{
    object["run"] = status.run;
    object["state"] = name(status.state);
    object["seed"] = seed_text(status.seed);
    object["started_ns"] = status.started_ns;
    object["elapsed_ns"] = status.elapsed_ns;
    object["operations"] = status.operations;
    object["bytes"] = status.bytes;
    object["blocks"] = status.blocks;
    object["mismatches"] = status.mismatches;
    object["injected"] = status.injected;
    object["injected_found"] = status.injected_found;
    object["interruptions"] = status.interruptions;
    object["fpu_hits"] = status.fpu_hits;
    object["preemptions"] = status.preemptions;
    object["nested"] = status.nested;
    object["nested_fpu"] = status.nested_fpu;
}

Object cell_object(const Report &report, const Cell &cell)
{
    Object object;
    object["driver"] = report.driver_name(cell.driver);
    object["direction"] = name(cell.direction);
    object["context"] = name(cell.context);
    object["cpu"] = cell.cpu;
    object["gap"] = cell.gap == Gap::None ? Object(nullptr) : Object(name(cell.gap));
    object["operations"] = cell.operations;
    object["bytes"] = cell.bytes;
    object["mismatches"] = cell.mismatches;
    object["interruptions"] = cell.interruptions;
    object["fpu_hits"] = cell.fpu_hits;
    object["preemptions"] = cell.preemptions;
    object["migrations"] = cell.migrations;
    object["nested"] = cell.nested;
    object["nested_fpu"] = cell.nested_fpu;
    object["async"] = cell.async;
    return object;
}

Object coverage_object(const Report &report, bool cells)
{
    Object object;
    object["cells_planned"] = report.status.cells_planned;
    object["cells_reached"] = report.status.cells_reached;
    if (cells) {
        object["cells"] = Object::array();
        for (const Cell &cell : report.cells)
            object["cells"].push_back(cell_object(report, cell));
    }
    return object;
}

Object bound_object(const std::optional<Bound> &bound)
{
    if (!bound)
        return nullptr;
    Object object;
    object["per_packet"] = bound->per_packet;
    object["per_block"] = bound->per_block;
    object["confidence"] = bound->confidence;
    return object;
}

Object group_object(const Group &group)
{
    std::vector<What> what;
    for (std::size_t bit = 0; bit < count_of<What>; ++bit)
        if (((group.tally.what >> bit) & 1U) != 0)
            what.push_back(static_cast<What>(bit));
    Object object;
    object["driver"] = group.driver;
    object["cpu"] = group.cpu;
    object["context"] = name(group.context);
    object["direction"] = name(group.direction);
    object["mismatches"] = group.mismatches;
    object["operations"] = group.operations;
    object["records"] = group.tally.records;
    object["injected_records"] = group.tally.injected;
    object["what"] = words(what);
    return object;
}

Object gap_object(const GapGroup &gap)
{
    Object object;
    object["gap"] = name(gap.gap);
    object["driver"] = gap.driver;
    object["context"] = name(gap.context);
    object["directions"] = words(gap.directions);
    object["cpus"] = gap.cpus;
    object["cells"] = gap.cells;
    object["reason"] = gap.reason;
    return object;
}

void put_report(Object &object, const Report &report, bool cells)
{
    const Status &status = report.status;
    object["verdict"] =
        status.verdict == Verdict::None ? Object(nullptr) : Object(name(status.verdict));
    put_run(object, status);
    object["end"] = name(status.end);
    object["failure"] = or_null(status.failure);
    object["records"] = report.recorded;
    object["lost"] = report.lost;
    object["bound"] = bound_object(report.bound);
    object["coverage"] = coverage_object(report, cells);
    object["gaps"] = Object::array();
    for (const GapGroup &gap : report.gaps)
        object["gaps"].push_back(gap_object(gap));
    object["advice"] = report.advice;
    object["groups"] = Object::array();
    for (const Group &group : report.groups)
        object["groups"].push_back(group_object(group));
    object["digest"] =
        status.digest.empty() ? Object(nullptr) : Object(hex_text(status.digest));
    object["vectors"] = status.vectors;
    object["memory"] = status.memory;
    object["timer_fired"] = status.timer_fired;
    object["preempt_woken"] = status.preempt_woken;
    object["sweep"] = or_null(status.sweep);
    object["starved"] = status.starved;
    object["defaults_changed"] = or_null(status.defaults_changed);
    object["config"] = config_object(status.config);
    object["kernel"] = report.version.kernel;
    object["version"] = report.version.module;
}

void put_record(Object &object, const Mismatch &record)
{
    object["number"] = record.number;
    object["run"] = record.run;
    object["time_ns"] = record.time_ns;
    object["driver"] = record.driver;
    object["algorithm"] = record.algorithm;
    object["direction"] = name(record.direction);
    object["context"] = name(record.context);
    object["cpu_before"] = record.cpu_before;
    object["cpu_after"] = record.cpu_after;
    object["what"] = words(record.what);
    object["injected"] = record.injected;
    object["layout"] = record.layout;
    object["seed"] = seed_text(record.seed);
    object["index"] = record.index;
    object["key_len"] = record.key_len;
    object["icv_len"] = record.icv_len;
    object["payload_len"] = record.payload_len;
    object["text_offset"] = record.text_offset;
    object["text_len"] = record.text_len;
    object["output_len"] = record.output_len;
    object["status"] = record.status;
    object["status_expected"] = record.status_expected;
    object["first"] = or_null(record.first);
    object["wrong_bytes"] = record.wrong_bytes;
    object["wrong_bits"] = record.wrong_bits;
    object["blocks"] = record.blocks;
    object["persists"] = record.persists;
    object["interruptions"] = record.interruptions;
    object["fpu_hits"] = record.fpu_hits;
    object["preemptions"] = record.preemptions;
    object["nested"] = record.nested;
    object["nested_fpu"] = record.nested_fpu;
    object["async"] = record.async;
    object["duration_ns"] = record.duration_ns;
    object["window"] = record.window;
    object["expected"] = hex_text(record.expected);
    object["actual"] = hex_text(record.actual);
    object["iv_expected"] = or_null(hex_text(record.iv_expected));
    object["iv_actual"] = or_null(hex_text(record.iv_actual));
}

Object typed(const char *type)
{
    Object object;
    object["type"] = type;
    return object;
}

Object cpu_object(const CpuIdentity &identity)
{
    Object object;
    object["cpu"] = identity.cpu;
    object["package"] = or_null(identity.package);
    object["core"] = or_null(identity.core);
    object["siblings"] = identity.siblings;
    object["microcode"] = or_null(identity.microcode);
    object["model"] = or_null(identity.model);
    return object;
}

Object finding_object(const Finding &finding)
{
    Object object;
    object["topic"] = name(finding.topic);
    object["level"] = name(finding.level);
    object["what"] = finding.what;
    object["meaning"] = or_null(finding.meaning);
    object["action"] = or_null(finding.action);
    object["classes"] = words(finding.classes);
    object["source"] = or_null(finding.source);
    return object;
}

Object error_object(const Error &error)
{
    Object object = typed("error");
    object["what"] = error.what;
    object["why"] = error.why;
    object["hint"] = or_null(error.hint);
    return object;
}

} // namespace

void Json::started(const Version &version, const Status &status)
{
    Object object = typed("start");
    object["run"] = status.run;
    object["seed"] = seed_text(status.seed);
    object["started_ns"] = status.started_ns;
    object["memory"] = status.memory;
    object["config"] = config_object(status.config);
    object["kernel"] = version.kernel;
    object["version"] = version.module;
    write(output_, object);
}

void Json::progress(const Progress &progress)
{
    if (!progress.milestone)
        return;
    Object object = typed("progress");
    put_run(object, progress.status);
    object["rate"] = progress.rate;
    object["lost"] = progress.lost;
    write(output_, object);
}

void Json::mismatch(const Mismatch &record)
{
    Object object = typed("mismatch");
    put_record(object, record);
    write(output_, object);
}

void Json::message(const std::string &text)
{
    Object object = typed("message");
    object["text"] = text;
    write(output_, object);
}

void Json::error(const Error &error)
{
    write(output_, error_object(error));
}

void Json::verdict(const Report &report)
{
    Object object = typed("verdict");
    put_report(object, report, true);
    write(output_, object);
}

void Json::status(const Report &report, bool cells)
{
    Object object = typed("status");
    put_report(object, report, cells);
    write(output_, object);
}

void Json::drivers(const std::vector<Driver> &drivers)
{
    for (const Driver &driver : drivers) {
        Object object = typed("driver");
        object["id"] = driver.id;
        object["driver"] = driver.name;
        object["algorithm"] = driver.algorithm;
        object["present"] = driver.present;
        object["expected"] = driver.expected;
        object["module"] = or_null(driver.module);
        object["priority"] = or_null(driver.priority);
        object["async"] = driver.async;
        object["simd"] = driver.simd;
        object["default"] = driver.is_default;
        object["errno"] = or_null(driver.error);
        object["reason"] = or_null(driver.reason);
        write(output_, object);
    }
}

void Json::mismatches(const std::vector<Mismatch> &records, bool /*whole*/)
{
    for (const Mismatch &record : records)
        mismatch(record);
}

void Json::bench_begin(const BenchPlan & /*plan*/) {}

void Json::bench_row(const BenchRow &row)
{
    Object object = typed("bench");
    object["driver"] = row.driver;
    object["algorithm"] = row.algorithm;
    object["direction"] = name(row.direction);
    object["payload"] = row.payload;
    object["cpu"] = row.cpu;
    object["repetitions"] = row.repetitions;
    object["raw_mb_s"] = row.raw;
    object["verified_mb_s"] = row.verified;
    object["naive_mb_s"] = or_null(row.naive);
    object["verified_ratio"] = row.raw > 0 ? Object(row.verified / row.raw) : Object(nullptr);
    object["naive_ratio"] =
        row.raw > 0 && row.naive ? Object(*row.naive / row.raw) : Object(nullptr);
    object["naive_driver"] = or_null(row.generic);
    write(output_, object);
}

void Json::doctor(const Examination &examination)
{
    Object object = typed("doctor");
    object["ready"] = examination.ready();
    object["obstacles"] = Object::array();
    for (const Reasoned &obstacle : examination.obstacles)
        object["obstacles"].push_back({{"what", obstacle.what}, {"action", obstacle.why}});
    object["program"] = examination.program;
    object["module"] = or_null(examination.module);
    object["kernel"] = or_null(examination.kernel);
    object["preemption"] = examination.preemption;
    object["hypervisor"] = examination.hypervisor;
    object["features"] = Object::object();
    for (const auto &[feature, there] : examination.features)
        object["features"][feature] = there;
    object["cpus"] = Object::array();
    for (const CpuIdentity &identity : examination.cpus)
        object["cpus"].push_back(cpu_object(identity));
    object["findings"] = Object::array();
    for (const Finding &finding : examination.findings)
        object["findings"].push_back(finding_object(finding));
    object["can"] = examination.can;
    object["cannot"] = Object::array();
    for (const Reasoned &limit : examination.cannot)
        object["cannot"].push_back({{"what", limit.what}, {"why", limit.why}});
    write(output_, object);
}

void Json::version(const VersionReport &report)
{
    Object object = typed("version");
    object["program"] = report.program;
    object["module"] = report.module ? Object(report.module->module) : Object(nullptr);
    object["kernel"] = report.module ? Object(report.module->kernel) : Object(nullptr);
    object["same"] = report.same;
    object["error"] = report.error ? Object(report.error->sentence()) : Object(nullptr);
    write(output_, object);
}

} // namespace ct
