// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/folder.h"

#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "artifact/saved_run.h"
#include "base/quantity.h"
#include "render/output.h"
#include "render/text.h"
#include "json/entry.h"

namespace ct {

namespace {

class RunFolder final : public Folder {
public:
    // lines: of the records, a new file in that folder.
    RunFolder(std::string path, std::string program, const HostIdentity &host,
              std::unique_ptr<FileOutput> lines)
        : path_(std::move(path)), lines_(std::move(lines))
    {
        run_ = typed("run");
        run_["program"] = std::move(program);
        run_["host"] = host_object(host);
        run_["ended"] = false;
        for (const char *const later : {"start", "progress", "error"})
            run_[later] = nullptr;
        run_["messages"] = Object::array();
        for (const char *const later :
             {"written", "left_out", "drivers", "processors", "verdict"})
            run_[later] = nullptr;
    }

    RunFolder(const RunFolder &) = delete;
    RunFolder &operator=(const RunFolder &) = delete;
    // A run that did not start leaves the folder as it was.
    ~RunFolder() override
    {
        std::error_code code;
        if (!started_)
            std::filesystem::remove(file(records_file), code);
    }

    void started(const Version &version, const Status &status) override
    {
        started_ = true;
        run_["start"] = start_object(version, status);
        save();
    }
    void progress(const Progress &progress) override
    {
        if (!progress.milestone)
            return;
        run_["progress"] = progress_object(progress.status, progress.rate, progress.lost);
        save();
    }
    // Written at once, line by line.
    void mismatch(const Mismatch &record) override
    {
        if (started_ && quota_.take(record))
            lines_->write(line_of(mismatch_object(record)));
    }
    void message(const std::string &text) override
    {
        if (run_["messages"].size() < messages_max)
            run_["messages"].push_back(text);
        if (run_["ended"] == true)
            save();
    }
    void error(const Error &error) override
    {
        if (!started_)
            return;
        run_["error"] = error_object(error);
        replace(report_file, fmt::format("cryptorture: {}\n", error.sentence()));
        save();
    }
    void verdict(const Report &report) override
    {
        if (!started_)
            return;
        run_["ended"] = true;
        run_["drivers"] = Object::array();
        for (const Driver &driver : report.drivers)
            run_["drivers"].push_back(driver_object(driver));
        run_["processors"] = Object::array();
        for (const Processor &processor : report.processors)
            run_["processors"].push_back(processor_object(processor));
        run_["verdict"] = verdict_object(report);
        // What run.json counts has to be there when it is.
        note(lines_->flush(), records_file);
        save();
        report_.verdict(report);
        replace(report_file, text_.text());
    }
    void status(const Report & /*report*/, bool /*cells*/) override {}
    void drivers(const std::vector<Driver> & /*drivers*/) override {}
    void mismatches(const std::vector<Mismatch> & /*records*/, bool /*whole*/) override {}
    void bench_begin(const BenchPlan & /*plan*/) override {}
    void bench_row(const BenchRow & /*row*/) override {}
    void bench_rates(const BenchRates & /*rates*/) override {}
    void bench_timer(const TimerRates & /*rates*/) override {}
    void doctor(const Examination & /*examination*/) override {}
    // Behind the verdict, which is on the disk already: this one takes a while.
    void diagnosis(const Diagnosis &diagnosis) override
    {
        if (run_["ended"] != true)
            return;
        report_.diagnosis(diagnosis);
        replace(report_file, text_.text());
    }
    void trial_begin(const Trial & /*trial*/) override {}
    void trial_end(const Trial & /*trial*/, const Fault & /*fault*/) override {}
    void bisection(const Bisection & /*bisection*/) override {}
    void version(const VersionReport & /*report*/) override {}

    [[nodiscard]] const std::optional<Error> &trouble() const override { return trouble_; }

private:
    static constexpr std::size_t messages_max = 100;

    [[nodiscard]] std::string file(const char *name) const
    {
        return fmt::format("{}/{}", path_, name);
    }
    void note(const Error &error)
    {
        if (!trouble_)
            trouble_ = error;
    }
    void note(int number, const char *name)
    {
        if (number != 0)
            note(unwritten(file(name), number).value());
    }
    void replace(const char *name, std::string_view content)
    {
        if (const auto replaced = replace_file(file(name), content); !replaced)
            note(replaced.error());
    }
    void save()
    {
        if (!started_)
            return;
        run_["written"] = quota_.taken();
        run_["left_out"] = quota_.left_out();
        replace(run_file, line_of(run_));
    }

    std::string path_;
    Object run_;
    std::unique_ptr<FileOutput> lines_; // of the records
    bool started_ = false;
    Quota quota_{file_limits};
    StringOutput text_; // report.txt
    Text report_{text_};
    std::optional<Error> trouble_;
};

Failure used_folder(const std::string &path, const std::string &name)
{
    return failure(ErrorKind::Usage, fmt::format("cannot write into {}", printable(path)),
                   fmt::format("it has {} of another run", name),
                   "name another folder with --out, or move that run's files away");
}

} // namespace

Result<void> claim_folder(const std::string &path)
{
    std::error_code code;
    std::filesystem::create_directories(path, code);
    if (code)
        return failure(ErrorKind::Usage,
                       fmt::format("cannot make the folder {}", printable(path)),
                       code.message(), "name another one with --out");
    // Records of a run, of a part of one, or of a selftest. A link counts, too, even one that
    // leads nowhere.
    std::string found;
    std::filesystem::directory_iterator entry(path, code);
    for (; !code && entry != std::filesystem::directory_iterator(); entry.increment(code)) {
        const std::string name = entry->path().filename();
        if (name == run_file ||
            (found != run_file && (name == report_file || name.ends_with(".jsonl"))))
            found = name;
    }
    if (!found.empty())
        return used_folder(path, found);
    if (code)
        return failure(ErrorKind::Usage,
                       fmt::format("cannot read the folder {}", printable(path)),
                       code.message(), "name another one with --out");
    return {};
}

Result<std::unique_ptr<Folder>> make_folder(const std::string &path, std::string program,
                                            const HostIdentity &host)
{
    if (const auto claimed = claim_folder(path); !claimed)
        return Failure(claimed.error());
    // Better now than after hours; and of two programs that start together only one succeeds.
    auto lines = FileOutput::create(fmt::format("{}/{}", path, records_file),
                                    FileOutput::Existing::Refuse);
    if (!lines)
        return Failure(lines.error());
    return std::make_unique<RunFolder>(path, std::move(program), host, std::move(*lines));
}

} // namespace ct
