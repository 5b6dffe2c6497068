// SPDX-License-Identifier: GPL-2.0-or-later
#include "json/object.h"

#include <array>
#include <type_traits>

#include "base/quantity.h"
#include "record/counters.h"

namespace ct {

namespace {

template <typename Counters, std::size_t size>
void put_counters(Object &object, const std::array<CounterEntry<Counters>, size> &list,
                  const std::type_identity_t<Counters> &counters)
{
    for (const auto &entry : list)
        object[entry.name] = counters.*entry.member;
}

Object cell_object(const Report &report, const Cell &cell)
{
    Object object;
    object["driver"] = report.driver_name(cell.driver);
    object["driver_id"] = cell.driver;
    object["direction"] = name(cell.direction);
    object["context"] = name(cell.context);
    object["cpu"] = cell.cpu;
    object["gap"] = cell.gap == Gap::None ? Object(nullptr) : Object(name(cell.gap));
    put_counters(object, cell_counters, cell);
    object["exempt"] = words(cell.exempt);
    return object;
}

Object coverage_object(const Report &report, bool cells)
{
    Object object;
    object["cells_planned"] = report.status.cells_planned;
    object["cells_reached"] = report.status.cells_reached;
    object["cells_exempt"] = report.status.cells_exempt;
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

Object times_object(const Status &status)
{
    Object object = Object::array();
    for (const TimeToFind &time : times_to_find(status.operations, status.elapsed_ns))
        object.push_back(
            {{"rate", time.rate}, {"seconds", time.seconds}, {"confidence", time.confidence}});
    return object;
}

Object group_object(const Group &group)
{
    std::vector<What> what;
    for (std::size_t bit = 0; bit < count_of<What>; ++bit)
        if (((group.tally.what >> bit) & 1U) != 0)
            what.push_back(static_cast<What>(bit));
    Object object;
    object["driver"] = or_null(group.driver);
    object["cpu"] = group.cpu;
    object["context"] = name(group.context);
    object["direction"] = name(group.direction);
    object["mismatches"] = group.mismatches;
    object["operations"] = group.operations;
    object["records"] = group.tally.records;
    object["injected_records"] = group.tally.injected;
    object["moved_records"] = group.tally.moved;
    object["first_record"] =
        group.tally.records == 0 ? Object(nullptr) : Object(group.tally.first);
    object["what"] = words(what);
    return object;
}

Object disturber_object(const DisturberCount &count)
{
    Object object;
    object["disturber"] = name(count.disturber);
    object["count"] = count.count;
    object["reason"] = or_null(count.reason);
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

Object estimate_object(const Report &report)
{
    if (!report.estimate)
        return nullptr;
    Object object;
    object["seconds"] = or_null(report.estimate->seconds);
    object["command"] = or_null(report.again);
    object["unknown"] = report.estimate->unknown;
    object["hopeless"] = report.estimate->hopeless;
    return object;
}

Object inapplicable_object(const Inapplicable &entry)
{
    Object object;
    object["what"] = entry.what;
    object["why"] = entry.why;
    object["cells"] = entry.cells;
    return object;
}

Object cpu_object(const CpuSum &sum)
{
    Object object;
    object["cpu"] = sum.cpu;
    object["operations"] = sum.operations;
    object["mismatches"] = sum.mismatches;
    object["mismatches_moved"] = sum.mismatches_moved;
    object["fpu_hits"] = sum.fpu_hits;
    object["nested"] = sum.nested;
    object["migrations"] = sum.migrations;
    object["cells_planned"] = sum.cells_planned;
    object["cells_reached"] = sum.cells_reached;
    return object;
}

Object suspect_object(const std::optional<Suspect> &suspect)
{
    if (!suspect)
        return nullptr;
    Object object;
    object["kind"] = name(suspect->kind);
    object["cpus"] = suspect->cpus;
    object["mismatches"] = suspect->mismatches;
    object["all_mismatches"] = suspect->all;
    object["moved_mismatches"] = suspect->moved;
    object["other_cpus"] = suspect->other_cpus;
    object["other_operations"] = suspect->other_operations;
    object["processor"] =
        suspect->processor ? processor_object(*suspect->processor) : Object(nullptr);
    return object;
}

} // namespace

Object processor_object(const Processor &processor)
{
    Object object;
    object["cpu"] = processor.cpu;
    object["package"] = processor.package;
    object["core"] = processor.core;
    object["siblings"] = or_null(processor.siblings);
    object["microcode"] = or_null(processor.microcode);
    object["model"] = or_null(processor.model);
    return object;
}

Object config_object(const Config &config)
{
    Object object;
    object["duration_ms"] = or_null(config.duration_ms);
    object["seed"] = config.seed ? Object(seed_text(*config.seed)) : Object(nullptr);
    object["drivers"] = config.drivers;
    object["contexts"] = words(config.contexts);
    object["disturbers"] = words(config.disturbers);
    object["cpus"] = or_null(config.cpus);
    object["load_per_mille"] = or_null(config.load);
    object["timer_hz"] = or_null(config.timer_hz);
    object["inject_every"] = or_null(config.inject_every);
    object["until_mismatch"] = config.until_mismatch;
    object["sizes"] = or_null(config.sizes);
    object["exercisers"] = config.exercisers;
    return object;
}

void put_run(Object &object, const Status &status)
{
    object["run"] = status.run;
    object["state"] = name(status.state);
    object["seed"] = seed_text(status.seed);
    put_counters(object, run_counters, status);
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
    object["records_made"] = status.records;
    put_counters(object, verdict_counters, status);
    object["late_registers"] = report.late_registers;
    object["exerciser_deaths"] = report.exerciser_deaths;
    object["bound"] = bound_object(report.bound);
    object["time_to_find"] = times_object(status);
    object["independent"] = or_null(report.independent);
    object["coverage"] = coverage_object(report, cells);
    object["gaps"] = Object::array();
    for (const GapGroup &gap : report.gaps)
        object["gaps"].push_back(gap_object(gap));
    object["advice"] = report.advice;
    object["estimate"] = estimate_object(report);
    object["inapplicable"] = Object::array();
    for (const Inapplicable &entry : report.inapplicable)
        object["inapplicable"].push_back(inapplicable_object(entry));
    object["cpus"] = Object::array();
    for (const CpuSum &sum : report.cpus)
        object["cpus"].push_back(cpu_object(sum));
    object["suspect"] = suspect_object(report.suspect);
    object["untested_cpus"]["offline"] = or_null(report.untested.offline);
    object["untested_cpus"]["not_asked"] = or_null(report.untested.not_asked);
    object["groups"] = Object::array();
    for (const Group &group : report.groups)
        object["groups"].push_back(group_object(group));
    object["digest"] =
        status.digest.empty() ? Object(nullptr) : Object(hex_text(status.digest));
    object["disturbers"] = Object::array();
    for (const DisturberCount &count : status.disturbers)
        object["disturbers"].push_back(disturber_object(count));
    object["sweep"] = or_null(status.sweep);
    object["fpu_nests"] = status.fpu_nests;
    object["defaults_changed"] = or_null(status.defaults_changed);
    object["config"] = config_object(status.config);
    object["kernel"] = report.version.kernel;
    object["version"] = report.version.module;
}

} // namespace ct
