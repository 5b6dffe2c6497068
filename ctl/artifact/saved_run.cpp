// SPDX-License-Identifier: GPL-2.0-or-later
#include "artifact/saved_run.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "artifact/file.h"
#include "artifact/format.h"
#include "artifact/identity.h"
#include "artifact/mismatch.h"
#include "artifact/report.h"
#include "artifact/status.h"
#include "base/quantity.h"

namespace ct {

namespace {

constexpr std::size_t run_size_max = 64UL << 20U;
constexpr std::size_t records_size_max = 256UL << 20U;
constexpr std::size_t line_max = 256UL << 10U; // a record has at most some 70 KB
constexpr const char *rest_hint =
    "the lines before it are good: without this one and those behind it they can be read";

// As it was when run.json was last written.
struct Head {
    Version version;
    Status status; // of the start, or of the last progress
    std::uint64_t run = 0;
    std::uint64_t written = 0; // records
};

Failure broken(const std::string &path, std::string why, std::string hint)
{
    return failure(ErrorKind::Malformed, fmt::format("cannot read {}", printable(path)),
                   std::move(why), std::move(hint));
}

// Nothing for what is not JSON.
std::optional<Parsed> parse(std::string_view text)
{
    Parsed value = Parsed::parse(text, nullptr, false);
    return value.is_discarded() ? std::nullopt : std::optional(std::move(value));
}

class RecordReader {
public:
    RecordReader(std::string path, const Head &head, SavedRun &saved)
        : path_(std::move(path)), head_(head), saved_(saved)
    {
    }

    Result<void> read()
    {
        const auto content = read_file(path_, records_size_max);
        if (!content)
            return Failure(content.error());
        std::string_view rest(*content);
        while (!rest.empty()) {
            const std::size_t end = rest.find('\n');
            ++line_;
            if (auto read = take(rest.substr(0, end), end != std::string_view::npos); !read)
                return read;
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        }
        if (saved_.records.size() < head_.written)
            saved_.warnings.push_back(fmt::format(
                "{} has {}, but {} were written", printable(path_),
                plural(saved_.records.size(), "record", "records"), count_text(head_.written)));
        return {};
    }

private:
    Result<void> take(std::string_view text, bool whole)
    {
        const auto bad = [&](const std::string &why) {
            return broken(path_, fmt::format("line {}: {}", line_, why), rest_hint);
        };
        if (text.size() > line_max)
            return bad(fmt::format("it has {} characters, and no record is longer than {}",
                                   count_text(text.size()), count_text(line_max)));
        const auto value = parse(text);
        if (!value && !whole) {
            saved_.warnings.push_back(
                fmt::format("{}: the last line was cut off and is left out", printable(path_)));
            return {};
        }
        if (!value)
            return bad("it is not JSON");
        if (saved_.records.size() >= file_limits.most())
            return bad(fmt::format("there are more than {} records, and no run writes so many",
                                   count_text(file_limits.most())));
        Complaint complaint;
        Mismatch record = read_mismatch(*value, complaint);
        const std::uint64_t last = saved_.records.empty() ? 0 : saved_.records.back().number;
        if (record.number == 0)
            complaint.say("", "there is no record 0");
        if (record.number <= last && number_known(record.number))
            complaint.say("", fmt::format("record {} was there before", record.number));
        if (record.number < last)
            complaint.say("",
                          fmt::format("record {} comes after record {}", record.number, last));
        if (record.run != head_.run)
            complaint.say("", fmt::format("it is of run {}, and {} of run {}", record.run,
                                          run_file, head_.run));
        if (complaint.text())
            return bad(*complaint.text());
        saved_.records.push_back(std::move(record));
        return {};
    }

    [[nodiscard]] bool number_known(std::uint64_t number) const
    {
        return std::any_of(saved_.records.begin(), saved_.records.end(),
                           [number](const Mismatch &known) { return known.number == number; });
    }

    std::string path_;
    const Head &head_;
    SavedRun &saved_;
    std::size_t line_ = 0;
};

std::optional<Error> read_error(Members &run)
{
    if (run.is_null("error"))
        return std::nullopt;
    auto members = run.object("error");
    if (!members)
        return std::nullopt;
    Error error;
    members->type("error");
    members->text("what", error.what);
    members->text("why", error.why);
    members->maybe_text("hint", error.hint);
    return error;
}

// A run that was cut off, from its start and from where it stood last.
Report read_unended(Members &run, const Head &head, const SavedRun &saved)
{
    for (const char *const name : {"drivers", "processors", "verdict"})
        if (!run.is_null(name))
            run.complain(name, "is not null, although the run did not end");
    return unended_report(saved.program, head.version, head.status, saved.records);
}

Head read_head(Members &run, SavedRun &saved)
{
    Head head;
    run.text("program", saved.program);
    if (auto host = run.object("host"))
        saved.host = read_identity(*host);
    head.status.state = State::Running;
    if (auto start = run.object("start"))
        read_start(*start, head.version, head.status);
    head.run = head.status.run;
    if (!run.is_null("progress"))
        if (auto progress = run.object("progress"))
            read_progress(*progress, head.status);
    if (head.status.run != head.run)
        run.complain("progress.run", "is not the run that was started");
    run.flag("ended", saved.ended);
    saved.error = read_error(run);
    run.texts("messages", saved.messages);
    run.number("written", head.written);
    run.number("left_out", saved.left_out);
    run.ignore({"drivers", "processors", "verdict"}); // for later
    return head;
}

std::string text_in(const Parsed &object, const char *name)
{
    const auto found = object.find(name);
    const auto *const text =
        found == object.end() ? nullptr : found->get_ptr<const std::string *>();
    return text == nullptr ? std::string() : *text;
}

// Before anything else, for of another format nothing can be said.
Result<void> check_format(const std::string &path, const Parsed &run)
{
    if (!run.is_object() || !run.contains("format"))
        return {};
    const auto *const format = run["format"].get_ptr<const Parsed::number_unsigned_t *>();
    if (format == nullptr)
        return broken(path, "format is not a whole number",
                      "name a folder that 'cryptorture run --out' wrote");
    const std::string why = format_refusal(*format);
    return why.empty() ? Result<void>()
                       : broken(path, why, format_hint(text_in(run, "program")));
}

} // namespace

ExitStatus SavedRun::exit_status() const
{
    if (ended)
        return report.exit_status();
    return report.status.mismatches > 0 ? ExitStatus::Corrupt : ExitStatus::Inconclusive;
}

Result<SavedRun> read_run(const std::string &folder)
{
    constexpr const char *spoiled_hint = "it was changed after the run, or by another program";
    const std::string path = fmt::format("{}/{}", folder, run_file);
    const auto content = read_file(path, run_size_max);
    if (!content)
        return Failure(content.error());
    const auto value = parse(*content);
    if (!value)
        return broken(path, "it is not JSON", spoiled_hint);

    if (const auto checked = check_format(path, *value); !checked)
        return Failure(checked.error());
    SavedRun saved;
    Complaint complaint;
    Members run(*value, "", complaint);
    run.type("run");
    if (complaint.text())
        return broken(path, *complaint.text(),
                      "name a folder that 'cryptorture run --out' wrote");
    const Head head = read_head(run, saved);
    if (complaint.text())
        return broken(path, *complaint.text(), spoiled_hint);
    RecordReader reader(fmt::format("{}/{}", folder, records_file), head, saved);
    if (const auto read = reader.read(); !read)
        return Failure(read.error());
    saved.report =
        saved.ended ? read_report(run, saved.records) : read_unended(run, head, saved);
    if (saved.report.status.run != head.run)
        complaint.say("verdict.run", "is not the run that was started");
    if (complaint.text())
        return broken(path, *complaint.text(), spoiled_hint);
    return saved;
}

} // namespace ct
