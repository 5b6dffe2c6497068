// SPDX-License-Identifier: GPL-2.0-or-later
#include "artifact/lines.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "artifact/file.h"
#include "artifact/format.h"
#include "artifact/mismatch.h"
#include "artifact/report.h"
#include "artifact/status.h"
#include "base/quantity.h"

namespace ct {

namespace {

constexpr std::size_t lines_size_max = 256UL << 20U;

class LineReader {
public:
    LineReader() = default;
    explicit LineReader(std::size_t line) : line_(line) {}

    void take(std::string_view text)
    {
        ++line_;
        const Parsed value = Parsed::parse(text, nullptr, false);
        if (!value.is_object())
            return;
        const auto place = value.find("type");
        const auto *const type =
            place == value.end() ? nullptr : place->get_ptr<const std::string *>();
        if (type == nullptr || (*type != "start" && *type != "mismatch" && *type != "verdict"))
            return;
        if (refuses(value))
            return;
        if (*type == "start")
            take_start(value);
        else if (*type == "mismatch")
            take_record(value);
        else
            take_verdict(value);
    }

    // Nothing where there was nothing.
    Result<std::optional<SavedRun>> finish()
    {
        if (refusal_)
            return Failure(*refusal_);
        if (saved_.records.empty() && !saved_.ended && unreadable_ == 0)
            return std::optional<SavedRun>();
        saved_.left_out = quota_.left_out();
        if (unreadable_ > 0)
            saved_.warnings.push_back(
                fmt::format("{} could not be read and {} left out: line {}",
                            plural(unreadable_, "record", "records"),
                            unreadable_ == 1 ? "is" : "are", why_));
        if (!saved_.ended)
            saved_.report =
                unended_report(saved_.program, version_, std::move(status_), saved_.records);
        return std::optional(std::move(saved_));
    }

private:
    // The whole run then: without the lines of a format that is not known it is another.
    bool refuses(const Parsed &value)
    {
        const auto place = value.find("format");
        if (place == value.end())
            return false;
        const auto *const format = place->get_ptr<const Parsed::number_unsigned_t *>();
        const std::string why = format == nullptr ? std::string() : format_refusal(*format);
        if (why.empty())
            return false;
        const auto version = value.find("version");
        const auto *const release =
            version == value.end() ? nullptr : version->get_ptr<const std::string *>();
        if (!refusal_)
            refusal_ =
                Error{ErrorKind::Malformed, "cannot read these lines",
                      fmt::format("line {}: {}", line_, why),
                      format_hint(release == nullptr ? std::string() : *release), std::nullopt};
        return true;
    }

    void take_start(const Parsed &value)
    {
        *this = LineReader(line_);
        Complaint complaint;
        Members members(value, "", complaint);
        read_start(members, version_, status_);
        status_.state = State::Running;
        saved_.program = version_.module; // the lines do not name the program
    }

    void take_record(const Parsed &value)
    {
        Complaint complaint;
        Mismatch record = read_mismatch(value, complaint);
        if (complaint.text()) {
            if (unreadable_++ == 0)
                why_ = fmt::format("{}: {}", line_, *complaint.text());
            return;
        }
        if (status_.run == 0)
            status_.run = record.run;
        if (record.run != status_.run || record.number <= last_)
            return;
        last_ = record.number;
        if (quota_.take(record))
            saved_.records.push_back(std::move(record));
    }

    void take_verdict(const Parsed &value)
    {
        Complaint complaint;
        Members members(value, "", complaint);
        Report report = read_verdict(members, saved_.program, {}, {}, saved_.records);
        if (complaint.text()) {
            saved_.warnings.push_back(fmt::format("the verdict could not be read: line {}: {}",
                                                  line_, *complaint.text()));
            return;
        }
        saved_.report = std::move(report);
        saved_.ended = true;
    }

    SavedRun saved_;
    Version version_;
    Status status_;
    Quota quota_{file_limits};
    std::uint64_t last_ = 0; // number of the last record
    std::uint64_t unreadable_ = 0;
    std::string why_; // of the first of them
    std::size_t line_ = 0;
    std::optional<Error> refusal_;
};

} // namespace

Result<std::optional<SavedRun>> parse_lines(std::string_view text)
{
    LineReader reader;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        reader.take(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return reader.finish();
}

Result<SavedRun> read_lines(const std::string &path)
{
    constexpr const char *hint =
        "name a folder that 'cryptorture run --out' wrote, or a file of its '--json' lines";
    auto content = read_file(path, lines_size_max);
    if (!content) {
        content.error().hint = hint;
        return Failure(content.error());
    }
    auto parsed = parse_lines(*content);
    if (!parsed) {
        parsed.error().what = fmt::format("cannot read {}", printable(path));
        return Failure(parsed.error());
    }
    std::optional<SavedRun> &saved = *parsed;
    if (!saved)
        return failure(ErrorKind::Malformed, fmt::format("cannot read {}", printable(path)),
                       "it has no records and no verdict", hint);
    for (std::string &warning : saved->warnings)
        warning = fmt::format("{}: {}", printable(path), warning);
    return std::move(*saved);
}

} // namespace ct
