// SPDX-License-Identifier: GPL-2.0-or-later
#include "brief/brief.h"

#include <algorithm>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "base/paragraph.h"
#include "base/quantity.h"
#include "diagnose/advice.h"
#include "record/counters.h"
#include "report/estimate.h"
#include "text/hexdump.h"
#include "text/line.h"
#include "text/summary.h"

namespace ct {

namespace {

constexpr std::size_t name_columns = 13; // of an item's name
constexpr std::size_t fewest_columns = 40;
constexpr std::size_t rows_max = 24;
constexpr std::size_t names_told = 2; // drivers, gaps, pieces of advice

// Which item gets the rows that are left over, first to last.
enum class Weight { First, Second, Third, Fourth, Fifth };

class BriefWriter {
public:
    explicit BriefWriter(std::size_t columns)
        : columns_(columns == 0 ? 0 : std::max(columns, fewest_columns))
    {
    }

    void headline(const std::string &text)
    {
        items_.push_back({"", text, 2, 2, Weight::First});
    }
    // rows: that it has in any case, on a terminal.
    void item(const char *name, const std::string &text, std::size_t rows, Weight weight)
    {
        if (!text.empty())
            items_.push_back({fmt::format("  {:<{}}", name, name_columns - 2), text,
                              name_columns, rows, weight});
    }
    void lines(const std::string &text) { items_.push_back({"", text, 0, 0, Weight::First}); }
    [[nodiscard]] std::string text()
    {
        if (columns_ > 0)
            share_out();
        std::string text;
        for (const Item &item : items_)
            text += text_of(item, item.rows);
        return text;
    }

private:
    struct Item {
        std::string name;
        std::string text;
        std::size_t indent = 0;
        std::size_t rows = 0; // at most; 0: lines that are not folded
        Weight weight = Weight::First;
    };

    [[nodiscard]] std::string text_of(const Item &item, std::size_t rows) const
    {
        return item.rows == 0 ? item.text
                              : paragraph(item.name, item.text, {item.indent, columns_, rows});
    }
    // Of the terminal, which folds what is longer.
    [[nodiscard]] std::size_t rows_of(const std::string &text) const
    {
        std::size_t rows = 0;
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t end = std::min(text.find('\n', begin), text.size());
            rows += std::max<std::size_t>(1, (end - begin + columns_ - 1) / columns_);
            begin = end + 1;
        }
        return rows;
    }
    void share_out()
    {
        std::size_t used = 0;
        std::vector<Item *> order;
        for (Item &item : items_) {
            used += rows_of(text_of(item, item.rows));
            if (item.rows > 0)
                order.push_back(&item);
        }
        std::stable_sort(order.begin(), order.end(), [](const Item *one, const Item *other) {
            return one->weight < other->weight;
        });
        for (Item *const item : order) {
            const std::size_t own = rows_of(text_of(*item, item->rows));
            const std::size_t left = used < rows_max ? rows_max - used : 0;
            // No more than twice as much: the others have something to say, too.
            item->rows = std::max(item->rows, std::min(own + left, 2 * item->rows));
            used += rows_of(text_of(*item, item->rows)) - own;
        }
    }

    std::size_t columns_ = 0;
    std::vector<Item> items_;
};

// "a, b and 3 more"
std::string some_names(const std::vector<std::string> &names, const char *between)
{
    std::string text;
    for (std::size_t place = 0; place < std::min(names_told, names.size()); ++place)
        text += (place == 0 ? "" : between) + names[place];
    if (names.size() > names_told)
        text += fmt::format("{}and {} more", between, names.size() - names_told);
    return text;
}

void add_once(std::vector<std::string> &names, std::string name)
{
    if (std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(std::move(name));
}

bool anything_wrong(const Report &report)
{
    return report.status.mismatches > 0 || !report.records.empty();
}

std::string class_text(const Diagnosis *diagnosis)
{
    if (diagnosis == nullptr)
        return {};
    if (diagnosis->real == 0)
        return "none: all of it was injected on request";
    if (!diagnosis->bug_class)
        return "unclassified: the facts fit none of the known classes";
    std::string text =
        fmt::format("{} ({} confidence): {}", name(*diagnosis->bug_class),
                    name(diagnosis->confidence), meaning_of(*diagnosis->bug_class));
    if (diagnosis->confidence != Confidence::High && diagnosis->candidates.size() > 1)
        text += fmt::format("; else {}", name(diagnosis->candidates[1].bug_class));
    return text;
}

std::string where_text(const Report &report)
{
    std::vector<std::string> drivers;
    std::vector<std::string> contexts;
    std::vector<std::uint32_t> cpus;
    for (const Group &group : report.groups) {
        if (!group.driver.empty())
            add_once(drivers, printable(group.driver));
        add_once(contexts, std::string(name(group.context)));
        cpus.push_back(group.cpu);
    }
    std::string text = some_names(drivers, ", ");
    if (!report.groups.empty())
        text += fmt::format("{}{}", text.empty() ? "live registers, " : ", ",
                            fmt::join(contexts, "+"));
    if (report.suspect) {
        text +=
            fmt::format("{}{}", text.empty() ? "" : "; ", suspect_sentence(*report.suspect));
        if (report.suspect->processor)
            text += "; " + processor_text(*report.suspect->processor);
    } else if (!cpus.empty()) {
        text += fmt::format(", CPU {}", number_list(cpus));
    }
    return text;
}

// The first record that was not injected, rather one with a wrong block.
const Mismatch *example_of(const Report &report)
{
    const Mismatch *best = nullptr;
    const auto worth = [](const Mismatch &record) {
        return (record.injected ? 0 : 2) + (record.expected.empty() ? 0 : 1);
    };
    for (const Mismatch &record : report.records)
        if (best == nullptr || worth(record) > worth(*best))
            best = &record;
    return best;
}

void put_damage(BriefWriter &writer, const Report &report, const Diagnosis *diagnosis,
                const BriefOptions &options)
{
    writer.item("class", class_text(diagnosis), 2, Weight::First);
    writer.item("where", where_text(report), 2, Weight::Second);
    if (const Mismatch *const record = example_of(report); record != nullptr) {
        writer.item("such as", mismatch_line(*record), 2, Weight::Fourth);
        HexdumpOptions one_block;
        one_block.colour = options.colour;
        one_block.rows_max = 1;
        one_block.around = 0;
        one_block.others = false;
        writer.lines(hexdump(*record, one_block, "  "));
    }
    if (diagnosis == nullptr)
        return;
    if (!diagnosis->next.empty())
        writer.item("next", diagnosis->next.front(), 2, Weight::Third);
    if (!diagnosis->mitigations.empty())
        writer.item("workaround", diagnosis->mitigations.front(), 2, Weight::Third);
}

void put_gaps(BriefWriter &writer, const Report &report)
{
    std::string longer;
    if (report.estimate) {
        if (report.estimate->seconds)
            longer =
                fmt::format("{} would be long enough: '{}'",
                            about_text(*report.estimate->seconds), printable(report.again));
        else if (!report.estimate->unknown.empty())
            longer = "cannot be estimated: " + some_names(report.estimate->unknown, "; ");
        if (report.estimate->hopeless)
            longer += fmt::format("{}more time does not help where a driver failed or a CPU "
                                  "went away",
                                  longer.empty() ? "" : "; ");
    }
    writer.item("how long", longer, 3, Weight::First);
    std::vector<std::string> gaps;
    for (const GapGroup &gap : report.gaps)
        gaps.push_back(fmt::format("{}, {}, CPU {}: {}", printable(gap.driver),
                                   name(gap.context), gap.cpus, printable(gap.reason)));
    writer.item("missing", some_names(gaps, "; "), 3, Weight::Second);
    writer.item("to do", some_names(report.advice, "; "), 2, Weight::Third);
}

// What a run went through, without which CLEAN says little.
void put_conditions(BriefWriter &writer, const Report &report)
{
    const Status &status = report.status;
    writer.item("coverage", coverage_sentence(status), 2, Weight::First);
    std::string text = fmt::format(
        "{}, {} in FPU sections; {} nested, {} over FPU sections",
        plural(status.interruptions, "interruption", "interruptions"),
        count_text(status.fpu_hits), plural(status.nested, "operation", "operations"),
        count_text(over_fpu_section(status)));
    if (status.register_checks > 0)
        text += fmt::format("; {} of live registers",
                            plural(status.register_checks, "check", "checks"));
    writer.item("disturbed", text, 2, Weight::First);
    writer.item("speed", speed_sentence(status), 2, Weight::First);
}

// What spoils no verdict and has to be known.
std::string notes_text(const Report &report)
{
    const Status &status = report.status;
    std::vector<std::string> notes;
    const auto note = [&notes](bool is, std::string text) {
        if (is)
            notes.push_back(std::move(text));
    };
    note(status.verdict != Verdict::Inconclusive && !status.failure.empty(),
         printable(status.failure));
    note(status.defaults_changed.value_or(0) > 0,
         "the kernel's default driver changed during the run: please report this");
    note(report.lost > 0, fmt::format("{} lost, and in the counts only",
                                      plural(report.lost, "record", "records")));
    note(status.mismatches_void > 0,
         fmt::format("{} of expected results that memory damaged, not counted",
                     plural(status.mismatches_void, "mismatch", "mismatches")));
    note(report.independent == false,
         "the kernel's generic drivers use AES-NI too: the module's own reference decides");
    note(!report.untested.offline.empty(),
         fmt::format("CPU {} not tested: offline", report.untested.offline));
    note(!report.untested.not_asked.empty(),
         fmt::format("CPU {} not tested: not asked for", report.untested.not_asked));
    note(status.starved > 0, fmt::format("{} refused for lack of memory",
                                         plural(status.starved, "operation", "operations")));
    return fmt::format("{}", fmt::join(notes, "; "));
}

// What a report to somebody else needs.
void put_origin(BriefWriter &writer, const Report &report, const BriefOptions &options)
{
    const Status &status = report.status;
    std::string host = fmt::format("Linux {}", printable(report.version.kernel));
    std::set<std::string> microcodes;
    for (const Processor &processor : report.processors)
        if (!processor.microcode.empty())
            microcodes.insert(printable(processor.microcode));
    if (!report.processors.empty()) {
        host += fmt::format(", {}", plural(report.processors.size(), "CPU", "CPUs"));
        if (!report.processors.front().model.empty())
            host += ": " + printable(report.processors.front().model);
    }
    if (!microcodes.empty())
        host += fmt::format(", microcode {}", fmt::join(microcodes, " and "));
    writer.item("host", host, 2, Weight::Fifth);
    writer.item("run",
                fmt::format("{} of {}, {}{}; seed {}; {}", status.run,
                            time_text(status.started_ns), clock_text(status.elapsed_ns),
                            end_text(status), seed_text(status.seed), release_text(report)),
                2, Weight::Fifth);
    writer.item("tested", config_line(status.config), 2, Weight::Fifth);
    writer.item("more",
                fmt::format("{}no user data is in it: keys and packets come from the seed",
                            options.whole.empty() ? "" : options.whole + "; "),
                1, Weight::Fifth);
}

} // namespace

std::string brief_text(const Report &report, const Diagnosis *diagnosis,
                       const BriefOptions &options)
{
    BriefWriter writer(options.columns);
    const Verdict verdict = report.status.verdict;
    writer.headline(verdict_word(verdict) + ": " + verdict_sentence(report));
    if (anything_wrong(report))
        put_damage(writer, report, diagnosis, options);
    else if (verdict != Verdict::Clean)
        put_gaps(writer, report);
    else
        put_conditions(writer, report);
    writer.item("note", notes_text(report), 1, Weight::Fourth);
    put_origin(writer, report, options);
    std::string text = writer.text();
    if (options.colour)
        text.replace(0, verdict_word(verdict).size(), coloured_word(verdict));
    return text;
}

} // namespace ct
