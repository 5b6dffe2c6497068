// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/json.h"

#include <utility>

#include "render/bisection.h"
#include "render/diagnosis.h"
#include "render/esp_json.h"
#include "json/entry.h"
#include "json/object.h"
#include "json/watch.h"

namespace ct {

namespace {

void write(Output &output, const Object &object)
{
    output.write(line_of(object));
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

} // namespace

void Json::started(const Version &version, const Status &status)
{
    write(output_, start_object(version, status));
}

void Json::progress(const Progress &progress)
{
    if (progress.milestone)
        write(output_, progress_object(progress.status, progress.rate, progress.lost));
}

void Json::mismatch(const Mismatch &record)
{
    write(output_, mismatch_object(record));
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
    write(output_, verdict_object(report));
}

void Json::status(const Report &report, bool cells)
{
    Object object = typed("status");
    put_report(object, report, cells);
    write(output_, object);
}

void Json::drivers(const std::vector<Driver> &drivers)
{
    for (const Driver &driver : drivers)
        write(output_, driver_object(driver));
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
    object["single_mb_s"] = row.single;
    object["naive_mb_s"] = or_null(row.naive);
    object["verified_ratio"] = or_null(row.verified_ratio);
    object["single_ratio"] = or_null(row.single_ratio);
    object["naive_ratio"] = or_null(row.naive_ratio);
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

void Json::bench_timer(const TimerRates &rates)
{
    Object object = typed("bench-timer");
    object["mismatches"] = rates.mismatches;
    object["best_timer_hz"] = rates.best_hz();
    object["rates"] = Object::array();
    for (const TimerRate &rate : rates.rates) {
        Object entry;
        entry["timer_hz"] = rate.timer_hz;
        entry["operations_per_s"] = rate.operations;
        entry["interruptions_per_s"] = rate.interruptions;
        entry["fpu_hits_per_s"] = rate.fpu_hits;
        entry["hit_share"] = rate.hit_share;
        object["rates"].push_back(std::move(entry));
    }
    write(output_, object);
}

void Json::replayed(const Mismatch &record)
{
    write(output_, replayed_object(record));
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
        object["cpus"].push_back(identity_object(identity));
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

void Json::esp_progress(const EspProgress &progress, bool milestone)
{
    if (milestone)
        write(output_, esp_progress_object(progress));
}

void Json::esp_finding(const EspFinding &finding)
{
    write(output_, esp_finding_object(finding));
}

void Json::esp_verdict(const EspReport &report)
{
    write(output_, esp_report_object(report));
}

void Json::watch_progress(const WatchProgress &progress, bool milestone)
{
    if (milestone)
        write(output_, watch_progress_object(progress));
}

void Json::watch_finding(const WatchFinding &finding)
{
    write(output_, watch_finding_object(finding));
}

void Json::watch_verdict(const WatchReport &report)
{
    write(output_, watch_report_object(report));
}

} // namespace ct
