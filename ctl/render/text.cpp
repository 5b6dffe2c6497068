// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/text.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/quantity.h"
#include "brief/brief.h"
#include "render/bisection.h"
#include "render/diagnosis.h"
#include "render/esp.h"
#include "text/coverage.h"
#include "text/doctor.h"
#include "text/line.h"
#include "text/mismatch.h"
#include "text/replay.h"
#include "text/summary.h"
#include "text/table.h"
#include "text/watch.h"

namespace ct {

namespace {

std::string flags_text(const Driver &driver)
{
    std::string text = driver.async ? "async" : "sync";
    if (driver.simd)
        text += ", SIMD";
    if (driver.is_default)
        text += ", default";
    if (driver.deferred)
        text += ", in a thread of its own";
    return text;
}

std::string state_text(const Driver &driver)
{
    if (driver.present)
        return driver.reason.empty() ? "present" : printable(driver.reason);
    std::string text = driver.reason.empty() ? "absent" : printable(driver.reason);
    if (driver.expected)
        text += " (this machine ought to have it)";
    return text;
}

} // namespace

std::string Text::headline(const Report &report) const
{
    const Verdict verdict = report.status.verdict;
    return fmt::format("{}: {}\n",
                       options_.colour ? coloured_word(verdict) : verdict_word(verdict),
                       verdict_sentence(report));
}

void Text::verdict(const Report &report)
{
    if (options_.brief)
        return;
    std::string text = headline(report);
    text += run_text(report);
    text += suspect_text(report);

    if (!report.groups.empty()) {
        text += "\nmismatches by driver, CPU and context:\n";
        Table table({{"mismatches", right},
                     {"of operations", right},
                     {"driver"},
                     {"CPU", right},
                     {"context"},
                     {"direction"},
                     {"wrong"},
                     {"records", right},
                     {"injected", right}});
        for (std::size_t place = 0; place < std::min(report.groups.size(), groups_max);
             ++place) {
            const Group &group = report.groups[place];
            table.row({count_text(group.mismatches), count_text(group.operations),
                       group.driver.empty() ? "-" : printable(group.driver),
                       fmt::format("{}", group.cpu), std::string(name(group.context)),
                       std::string(name(group.direction)), what_names(group.tally.what),
                       count_text(group.tally.records), count_text(group.tally.injected)});
        }
        text += table.text("  ");
        if (report.groups.size() > groups_max)
            text += fmt::format("  ... and {} more rows; --json has all\n",
                                report.groups.size() - groups_max);
    }
    for (std::size_t place = 0; place < std::min(report.records.size(), records_max); ++place)
        text += "\n" + mismatch_text(report.records[place], options_.colour);

    text += gaps_text(report);
    text += inapplicable_text(report);
    text += sums_text(report);
    text += cpus_text(report);
    output_.write(text);
    verdict_told_ = true;
}

void Text::status(const Report &report, bool cells)
{
    const Status &status = report.status;
    std::string text;
    if (status.state == State::Idle)
        text = "idle: no run since the module was loaded\n";
    else if (status.active())
        text = fmt::format("{}: run {}, {}, since {}\n", name(status.state), status.run,
                           progress_sentence(status), time_text(status.started_ns));
    else
        text = headline(report);
    if (status.state != State::Idle) {
        text += run_text(report);
        if (!status.active())
            text += suspect_text(report) + gaps_text(report) + inapplicable_text(report);
        if (!options_.brief || cells)
            text += sums_text(report) + cpus_text(report);
    }
    if (cells)
        text += cells_text(report);
    output_.write(text);
}

void Text::drivers(const std::vector<Driver> &drivers)
{
    Table table(
        {{"driver"}, {"algorithm"}, {"priority", right}, {"module"}, {"kind"}, {"state"}});
    for (const Driver &driver : drivers)
        table.row({printable(driver.name), printable(driver.algorithm),
                   driver.priority ? fmt::format("{}", *driver.priority) : "-",
                   driver.module.empty() ? "-" : printable(driver.module),
                   driver.present ? flags_text(driver) : "-", state_text(driver)});
    output_.write(table.text());
}

void Text::mismatches(const std::vector<Mismatch> &records, bool whole)
{
    std::string text;
    for (const Mismatch &record : records)
        text += whole ? mismatch_text(record, options_.colour) : mismatch_line(record) + "\n";
    output_.write(text);
}

void Text::bench_begin(const BenchPlan &plan)
{
    bench_width_ = std::string_view("driver").size();
    for (const std::string &driver : plan.drivers)
        bench_width_ = std::max(bench_width_, printable(driver).size());
    output_.write(fmt::format(
        "{}, payload {}, CPU {}; medians of {} measurements of {}, MB/s\n"
        "{:<{}}  {:>8}  {:>8}  {:>5}  {:>8}  {:>5}  {:>8}  {:>5}  naive compares with\n",
        name(plan.direction), plural(plan.payload, "byte", "bytes"), plan.cpu, plan.repetitions,
        duration_text(plan.duration_ms), "driver", bench_width_, "raw", "verified", "ratio",
        "single", "ratio", "naive", "ratio"));
}

void Text::bench_row(const BenchRow &row)
{
    const auto ratio = [](std::optional<double> value) {
        return value ? fmt::format("{:.2f}", *value) : std::string("-");
    };
    output_.write(
        fmt::format("{:<{}}  {:>8.1f}  {:>8.1f}  {:>5}  {:>8.1f}  {:>5}  {:>8}  {:>5}  {}\n",
                    printable(row.driver), bench_width_, row.raw, row.verified,
                    ratio(row.verified_ratio), row.single, ratio(row.single_ratio),
                    row.naive ? fmt::format("{:.1f}", *row.naive) : "-", ratio(row.naive_ratio),
                    row.generic.empty() ? "-" : printable(row.generic)));
}

void Text::bench_rates(const BenchRates &rates)
{
    Table table({{"CPU", right},
                 {"in FPU sections", right},
                 {"nested operations", right},
                 {"caller operations", right}});
    for (const CpuRates &cpu : rates.cpus)
        table.row({fmt::format("{}", cpu.cpu), fmt::format("{:.1f}", cpu.fpu_hits),
                   fmt::format("{:.1f}", cpu.nested),
                   rates.exercisers == 0 ? "-" : fmt::format("{:.1f}", cpu.caller)});
    std::string text = fmt::format(
        "\nin a run of {} with every driver and the default disturbers, each second:\n",
        clock_text(rates.elapsed_ns));
    text += table.text("  ");
    if (rates.exercisers == 0)
        text += "  no caller operations: there were no exercisers\n";
    if (rates.mismatches > 0)
        text += fmt::format("  {} in that run: see 'cryptorture status'\n",
                            plural(rates.mismatches, "mismatch", "mismatches"));
    output_.write(text);
}

void Text::bench_timer(const TimerRates &rates)
{
    Table table({{"timer, Hz", right},
                 {"operations/s", right},
                 {"interruptions/s and CPU", right},
                 {"in FPU sections", right},
                 {"of operations", right}});
    for (const TimerRate &rate : rates.rates)
        table.row({count_text(rate.timer_hz),
                   count_text(static_cast<std::uint64_t>(std::llround(rate.operations))),
                   fmt::format("{:.1f}", rate.interruptions),
                   fmt::format("{:.1f}", rate.fpu_hits),
                   fmt::format("{:.2f} %", 100 * rate.hit_share)});
    std::string text = table.text("");
    if (const std::uint32_t best = rates.best_hz(); best != 0)
        text += fmt::format("most is hit with --timer-hz {} (the default is {})\n", best,
                            timer_hz_default);
    if (rates.mismatches > 0)
        text += fmt::format("{} in these runs: see 'cryptorture status'\n",
                            plural(rates.mismatches, "mismatch", "mismatches"));
    output_.write(text);
}

void Text::replayed(const Mismatch &record)
{
    output_.write(replayed_text(record));
}

void Text::doctor(const Examination &examination)
{
    DoctorOptions options;
    options.colour = options_.colour;
    if (const unsigned columns = output_.columns(); columns > 0)
        options.columns = columns;
    output_.write(doctor_text(examination, options));
}

void Text::diagnosis(const Diagnosis &diagnosis)
{
    if (options_.brief)
        return;
    output_.write((verdict_told_ ? "\ndiagnosis:\n" : "") + diagnosis_text(diagnosis));
}

void Text::ended(const Report &report, const Diagnosis *diagnosis)
{
    if (options_.brief)
        output_.write(brief_text(report, diagnosis,
                                 {options_.colour, output_.columns(), options_.whole}));
}

void Text::bisection(const Bisection &bisection)
{
    output_.write(bisection_text(bisection, options_.colour));
}

void Text::version(const VersionReport &report)
{
    std::string text = fmt::format("cryptorture {}\n", report.program);
    if (report.module)
        text += fmt::format("module {} on Linux {}\n", printable(report.module->module),
                            printable(report.module->kernel));
    else if (report.error)
        text += fmt::format("module: {}\n", report.error->sentence());
    if (!report.same)
        text += "program and module are of different releases: they do what both know; "
                "'modprobe -r cryptorture && modprobe cryptorture' loads the module that is "
                "installed\n";
    output_.write(text);
}

void Text::esp_verdict(const EspReport &report)
{
    output_.write(esp_report_text(report, options_.colour));
}

void Text::watch_verdict(const WatchReport &report)
{
    output_.write(watch_report_text(report, options_.colour));
}

} // namespace ct
