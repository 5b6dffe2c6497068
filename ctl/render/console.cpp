// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/console.h"

#include <fmt/format.h>

#include "base/quantity.h"
#include "render/bisection.h"
#include "render/esp.h"
#include "text/job.h"
#include "text/line.h"
#include "text/watch.h"

namespace ct {

namespace {

// narrow: for a line that is to fit into 80 columns.
std::string progress_text(const Progress &progress, bool narrow)
{
    const Status &status = progress.status;
    std::string text = clock_text(status.elapsed_ns);
    if (status.config.duration_ms)
        text += " of " + clock_text(*status.config.duration_ms * 1000000);
    text += fmt::format(": {} operations, {}/s, {}", count_text(status.operations),
                        count_text(static_cast<std::uint64_t>(progress.rate)),
                        plural(status.mismatches, "mismatch", "mismatches"));
    if (status.injected > 0)
        text += fmt::format(" ({} injected)", count_text(status.injected));
    text += narrow ? fmt::format(", {} FPU hits", count_text(status.fpu_hits))
                   : fmt::format(", {} interruptions ({} in FPU sections)",
                                 count_text(status.interruptions), count_text(status.fpu_hits));
    if (progress.lost > 0)
        text += fmt::format(", {} lost", plural(progress.lost, "record", "records"));
    if (status.state == State::Stopping)
        text += ", stopping";
    return text;
}

} // namespace

void Console::clear()
{
    if (drawn_)
        output_.write("\r\033[K");
    drawn_ = false;
}

void Console::draw(std::string text)
{
    // A line that wraps could not be drawn over.
    const unsigned columns = output_.columns();
    if (columns > 1 && text.size() > columns - 1)
        text.resize(columns - 1);
    output_.write("\r" + text + "\033[K");
    drawn_ = true;
}

void Console::line(const std::string &text)
{
    clear();
    output_.write("cryptorture: " + text + "\n");
}

void Console::started(const Version &version, const Status &status)
{
    if (!options_.progress)
        return;
    line(fmt::format("run {} on Linux {}: {}", status.run, printable(version.kernel),
                     config_line(status.config)));
    line(fmt::format(
        "seed {}, {} of memory held; {}", seed_text(status.seed), memory_text(status.memory),
        options_.attached ? "Ctrl-C ends the run with its verdict"
                          : "'cryptorture status' shows it, 'cryptorture stop' ends it"));
}

void Console::progress(const Progress &progress)
{
    if (!options_.progress)
        return;
    if (!options_.redraw) {
        if (progress.milestone)
            line(progress_text(progress, false));
        return;
    }
    draw(progress_text(progress, true));
}

void Console::job(const JobProgress &progress, bool milestone)
{
    if (!options_.progress)
        return;
    if (options_.redraw)
        draw(job_text(progress));
    else if (milestone)
        line(job_text(progress));
}

void Console::mismatch(const Mismatch &record)
{
    if (!options_.progress || mismatch_lines_ > mismatch_lines_max)
        return;
    if (mismatch_lines_++ < mismatch_lines_max)
        line(mismatch_line(record));
    else
        line("further mismatches are counted; 'cryptorture mismatches' lists the latest");
}

void Console::message(const std::string &text)
{
    line(text);
}

void Console::error(const Error &error)
{
    line(error.sentence());
}

void Console::verdict(const Report & /*report*/)
{
    clear();
}

void Console::trial_begin(const Trial &trial)
{
    if (options_.progress)
        line(trial_begin_line(trial));
}

void Console::trial_end(const Trial &trial, const Fault &fault)
{
    clear();
    if (options_.progress)
        line(trial_end_line(trial, fault));
}

void Console::esp_progress(const EspProgress &progress, bool milestone)
{
    if (!options_.progress)
        return;
    if (options_.redraw)
        draw(esp_progress_text(progress));
    else if (milestone)
        line(esp_progress_text(progress));
}

void Console::esp_finding(const EspFinding &finding)
{
    if (!options_.progress || mismatch_lines_ > mismatch_lines_max)
        return;
    if (mismatch_lines_++ < mismatch_lines_max)
        line(esp_finding_line(finding));
    else
        line("further wrong packets are counted; --out DIR keeps them");
}

void Console::watch_progress(const WatchProgress &progress, bool milestone)
{
    if (!options_.progress)
        return;
    if (options_.redraw)
        draw(watch_progress_text(progress));
    else if (milestone)
        line(watch_progress_text(progress));
}

void Console::watch_finding(const WatchFinding &finding)
{
    if (!options_.progress || mismatch_lines_ > mismatch_lines_max)
        return;
    if (mismatch_lines_++ < mismatch_lines_max)
        line(watch_finding_line(finding));
    else
        line("further wrong packets are counted; --out DIR keeps them");
}

} // namespace ct
