// SPDX-License-Identifier: GPL-2.0-or-later
#include "artifact/report.h"

#include <algorithm>
#include <map>
#include <utility>

#include "artifact/status.h"

namespace ct {

namespace {

std::vector<Driver> read_drivers_of(Members &run)
{
    std::vector<Driver> drivers;
    run.each("drivers", [&](const Parsed &value, const std::string &place) {
        Members members(value, place, run.complaint());
        Driver &driver = drivers.emplace_back();
        members.type("driver");
        members.number("id", driver.id);
        members.text("driver", driver.name);
        members.text("algorithm", driver.algorithm);
        members.flag("present", driver.present);
        members.flag("expected", driver.expected);
        members.maybe_text("module", driver.module);
        if (!members.is_null("priority"))
            members.number("priority", driver.priority.emplace());
        members.flag("async", driver.async);
        members.flag("simd", driver.simd);
        members.flag("deferred", driver.deferred);
        members.flag("default", driver.is_default);
        members.number("errno", driver.error);
        members.maybe_text("reason", driver.reason);
    });
    return drivers;
}

std::vector<Processor> read_processors_of(Members &run)
{
    std::vector<Processor> processors;
    run.each("processors", [&](const Parsed &value, const std::string &place) {
        Members members(value, place, run.complaint());
        Processor &processor = processors.emplace_back();
        members.number("cpu", processor.cpu);
        members.number("package", processor.package);
        members.number("core", processor.core);
        members.maybe_text("siblings", processor.siblings);
        members.maybe_text("microcode", processor.microcode);
        members.maybe_text("model", processor.model);
    });
    return processors;
}

Untested read_untested(Members &verdict)
{
    Untested untested;
    if (auto members = verdict.object("untested_cpus")) {
        members->maybe_text("offline", untested.offline);
        members->maybe_text("not_asked", untested.not_asked);
    }
    return untested;
}

std::vector<Cell> read_coverage(Members &verdict, Status &status, std::vector<Driver> &drivers)
{
    const bool listed = !drivers.empty();
    std::vector<Cell> cells;
    auto coverage = verdict.object("coverage");
    if (!coverage)
        return cells;
    coverage->number("cells_planned", status.cells_planned);
    coverage->number("cells_reached", status.cells_reached);
    coverage->number("cells_exempt", status.cells_exempt);
    coverage->each("cells", [&](const Parsed &value, const std::string &place) {
        Members members(value, place, verdict.complaint());
        Cell &cell = cells.emplace_back();
        std::string driver;
        members.text("driver", driver);
        members.number("driver_id", cell.driver);
        if (!listed && (drivers.empty() || drivers.back().id != cell.driver)) {
            drivers.emplace_back().id = cell.driver;
            drivers.back().name = driver;
        }
        members.word("direction", cell.direction);
        members.word("context", cell.context);
        members.number("cpu", cell.cpu);
        if (!members.is_null("gap")) {
            members.word("gap", cell.gap);
            if (cell.gap == Gap::None)
                members.complain("gap", "is none");
        }
        members.counters(cell_counters, cell);
        members.words("exempt", cell.exempt);
    });
    return cells;
}

// What the records had in common, also those that were not written down.
std::map<Journal::Key, Tally> read_tallies(Members &verdict)
{
    std::map<Journal::Key, Tally> tallies;
    verdict.each("groups", [&](const Parsed &value, const std::string &place) {
        Members members(value, place, verdict.complaint());
        std::string driver;
        std::uint32_t cpu = 0;
        Context context = Context::Task;
        Direction direction = Direction::Encrypt;
        Tally tally;
        std::vector<What> what;
        members.maybe_text("driver", driver);
        members.number("cpu", cpu);
        members.word("context", context);
        members.word("direction", direction);
        members.ignore({"mismatches", "operations"}); // the cells have them
        members.number("records", tally.records);
        members.number("injected_records", tally.injected);
        members.number("moved_records", tally.moved);
        members.words("what", what);
        if (!members.is_null("first_record"))
            members.number("first_record", tally.first);
        for (const What word : what)
            tally.what |= 1U << static_cast<unsigned>(word);
        if (tally.records == 0)
            return;
        if (!tallies.emplace(Journal::Key(driver, cpu, context, direction), tally).second)
            members.complain("driver", "has been in the list, for this CPU, context and "
                                       "direction");
    });
    return tallies;
}

Journal read_journal_of(Members &verdict, const Status &status,
                        const std::vector<Mismatch> &records)
{
    std::uint64_t obtained = 0;
    std::uint64_t lost = 0;
    verdict.number("records", obtained);
    verdict.number("lost", lost);
    auto tallies = read_tallies(verdict);
    std::uint64_t counted = 0;
    for (const auto &[key, tally] : tallies)
        counted += tally.records;
    if (counted != obtained)
        verdict.complain("records", "is not the sum of the groups' records");
    if (lost < status.unrecorded || obtained > UINT64_MAX - (lost - status.unrecorded) ||
        status.records > obtained + (lost - status.unrecorded))
        verdict.complain("lost", "does not fit the other counts of records");
    const auto first = static_cast<std::ptrdiff_t>(std::min(records.size(), Journal::keep));
    return {
        status, obtained, lost, std::move(tallies), {records.begin(), records.begin() + first}};
}

} // namespace

Report read_verdict(Members &verdict, const std::string &program, std::vector<Driver> drivers,
                    std::vector<Processor> processors, const std::vector<Mismatch> &records)
{
    Version version;
    Status status;
    std::uint64_t late_registers = 0;
    std::uint64_t exerciser_deaths = 0;
    verdict.type("verdict");
    read_status(verdict, status);
    std::vector<Cell> cells = read_coverage(verdict, status, drivers);
    const Journal journal = read_journal_of(verdict, status, records);
    verdict.number("late_registers", late_registers);
    const Untested untested = read_untested(verdict);
    verdict.number("exerciser_deaths", exerciser_deaths);
    verdict.text("kernel", version.kernel);
    verdict.text("version", version.module);
    verdict.ignore({"bound", "time_to_find", "independent", "gaps", "advice", "estimate",
                    "inapplicable", "cpus", "suspect"});
    // Sums over what is wrong would only say more that is wrong.
    if (verdict.complaint().text())
        return {};
    Report report = make_report(program, version, status, std::move(drivers), std::move(cells),
                                journal, std::move(processors));
    report.late_registers = late_registers;
    report.untested = untested;
    report.exerciser_deaths = exerciser_deaths;
    return report;
}

Report unended_report(const std::string &program, const Version &version, Status status,
                      const std::vector<Mismatch> &records)
{
    // It ended, but how was not recorded.
    if (!status.active())
        status.state = State::Stopping;
    Journal journal(status.run);
    for (const Mismatch &record : records)
        journal.add(record);
    status.records = std::max(status.records, journal.next() - 1);
    status.mismatches = std::max(status.mismatches, status.records);
    Report report = make_report(program, version, status, {}, {}, journal);
    report.inapplicable.clear(); // nothing is known of it
    return report;
}

Report read_report(Members &run, const std::vector<Mismatch> &records)
{
    std::string program;
    run.text("program", program);
    std::vector<Driver> drivers = read_drivers_of(run);
    std::vector<Processor> processors = read_processors_of(run);
    auto verdict = run.object("verdict");
    if (!verdict)
        return {};
    return read_verdict(*verdict, program, std::move(drivers), std::move(processors), records);
}

} // namespace ct
