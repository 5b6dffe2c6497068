// SPDX-License-Identifier: GPL-2.0-or-later
// cryptorture report: what a run wrote into a folder, shown again. It needs
// neither root nor the module, and works on any machine.
#include "commands/commands.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "artifact/saved_run.h"
#include "base/quantity.h"
#include "session/gather.h"
#include "session/record_capture.h"
#include "session/saved.h"
#include "text/summary.h"

namespace ct {

namespace {

struct ReportOptions {
    std::string folder;
    std::optional<std::string> pcapng;
    bool json = false;
    bool full = false;
};

std::string capture_text(const RecordCapture &capture, const std::string &path)
{
    std::string text =
        fmt::format("{} of {} in {}; WIRESHARK_CONFIG_DIR={} wireshark -r {} decrypts them",
                    plural(capture.packets, "packet", "packets"),
                    plural(capture.records, "record", "records"), path, capture.folder, path);
    if (!capture.left_out.empty())
        text += fmt::format("; {} not in it, the first is {}",
                            plural(capture.left_out.size(), "record is", "records are"),
                            capture.left_out.front());
    return text;
}

ExitStatus show_report(Environment &environment, const ReportOptions &options)
{
    const auto renderer =
        make_renderer(environment, options.json,
                      {.brief = !options.full, .whole = whole_command(options.folder)});
    if (options.folder.empty())
        return fail(*renderer,
                    failure(ErrorKind::Usage, "cannot show a report", "a folder is missing",
                            "name one that 'cryptorture run --out' wrote")
                        .value());
    const auto saved = read_run(options.folder);
    if (!saved)
        return fail(*renderer, saved.error());
    std::optional<RecordCapture> capture;
    if (options.pcapng) {
        auto written = write_record_capture(*saved, *options.pcapng, environment.program);
        if (!written)
            return fail(*renderer, written.error());
        capture = std::move(*written);
    }
    // As the run itself gave them to JSON readers; the text has the first ones in full.
    if (options.json)
        renderer->mismatches(saved->records, true);
    print_saved(environment, *renderer, *saved);
    Collector collector;
    for (const Mismatch &record : saved->records)
        collector.add(record);
    print_end(*renderer, saved->report, collector);
    if (saved->report.late_registers > 0)
        renderer->message(late_registers_text);
    if (saved->report.exerciser_deaths > 0)
        renderer->message(exerciser_deaths_text);
    if (capture)
        renderer->message(capture_text(*capture, *options.pcapng));
    return saved->exit_status();
}

} // namespace

Command add_report(Options &options)
{
    const auto values = std::make_shared<ReportOptions>();
    options.value("DIR", values->folder, "", "a folder that 'cryptorture run --out' wrote");
    options.value(
        "--pcapng", values->pcapng, "FILE",
        "also write the packets of the records, what was expected and what came, "
        "each in IPv4 and ESP, and FILE.wireshark, with which Wireshark decrypts them");
    options.flag("--full", values->full, "all of the report instead of its first facts");
    options.flag("--json", values->json, "JSON lines on standard output");
    return [values](Environment &environment) {
        return show_report(environment, *values);
    };
}

} // namespace ct
