// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/json.h"

#include <utility>

#include "record/quantity.h"
#include "render/bisection.h"
#include "render/diagnosis.h"
#include "render/object.h"

namespace ct {

namespace {

void write(Output &output, const Object &object)
{
    // Whatever the kernel calls its drivers, a line is always valid UTF-8.
    output.write(object.dump(-1, ' ', false, Object::error_handler_t::replace) + "\n");
}

// There is none where a register changed, and all of its members are null.
void put_packet(Object &object, const Mismatch &record)
{
    const auto put = [&](const char *member, Object value) {
        object[member] = record.changed ? Object(nullptr) : std::move(value);
    };
    put("direction", name(record.direction));
    put("layout", record.layout);
    put("seed", seed_text(record.seed));
    put("index", record.index);
    put("key_len", record.key_len);
    put("icv_len", record.icv_len);
    put("payload_len", record.payload_len);
    put("text_offset", record.text_offset);
    put("text_len", record.text_len);
    put("output_len", record.output_len);
    put("status", record.status);
    put("status_expected", record.status_expected);
    put("first", or_null(record.first));
    put("wrong_bytes", record.wrong_bytes);
    put("wrong_bits", record.wrong_bits);
    put("blocks", record.blocks);
    put("persists", record.persists);
    put("interruptions", record.interruptions);
    put("fpu_hits", record.fpu_hits);
    put("preemptions", record.preemptions);
    put("nested", record.nested);
    put("nested_fpu", record.nested_fpu);
    put("async", record.async);
    put("duration_ns", record.duration_ns);
    put("in_flight", record.in_flight);
    put("simd", record.simd);
    put("live", record.live);
    put("foreign", or_null(record.foreign));
    put("cpu_reference", or_null(record.cpu_reference));
    put("window", record.window);
}

Object register_object(const std::optional<RegisterChange> &changed)
{
    if (!changed)
        return nullptr;
    Object object;
    object["name"] = changed->name;
    object["owner"] = or_null(changed->owner);
    object["event"] = name(changed->event);
    object["thread"] = changed->thread;
    object["epoch"] = changed->epoch;
    return object;
}

void put_record(Object &object, const Mismatch &record)
{
    object["number"] = record.number;
    object["run"] = record.run;
    object["time_ns"] = record.time_ns;
    object["driver"] = or_null(record.driver);
    object["algorithm"] = or_null(record.algorithm);
    object["context"] = name(record.context);
    object["cpu_before"] = record.cpu_before;
    object["cpu_after"] = record.cpu_after;
    object["what"] = words(record.what);
    object["injected"] = record.injected;
    put_packet(object, record);
    object["register"] = register_object(record.changed);
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
        object["deferred"] = driver.deferred;
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

void Json::bench_rates(const BenchRates &rates)
{
    Object object = typed("bench-rates");
    object["elapsed_ns"] = rates.elapsed_ns;
    object["exercisers"] = rates.exercisers;
    object["mismatches"] = rates.mismatches;
    object["cpus"] = Object::array();
    for (const CpuRates &cpu : rates.cpus) {
        Object entry;
        entry["cpu"] = cpu.cpu;
        entry["fpu_hits_per_s"] = cpu.fpu_hits;
        entry["nested_per_s"] = cpu.nested;
        entry["caller_per_s"] = cpu.caller;
        object["cpus"].push_back(std::move(entry));
    }
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

void Json::diagnosis(const Diagnosis &diagnosis)
{
    Object object = typed("diagnosis");
    put_diagnosis(object, diagnosis);
    write(output_, object);
}

void Json::trial_end(const Trial &trial, const Fault & /*fault*/)
{
    Object object = typed("trial");
    put_trial(object, trial);
    write(output_, object);
}

void Json::bisection(const Bisection &bisection)
{
    Object object = typed("bisection");
    put_bisection(object, bisection);
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
