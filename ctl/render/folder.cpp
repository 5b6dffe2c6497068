// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/folder.h"

#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "artifact/saved_run.h"
#include "render/entry.h"
#include "render/output.h"
#include "render/text.h"

namespace ct {

namespace {

class RunFolder final : public Folder {
public:
    RunFolder(std::string path, std::string program, const HostIdentity &host)
        : path_(std::move(path))
    {
        run_ = typed("run");
        run_["format"] = run_format;
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

    // In this order: whenever it is cut off, run.json and the records are of one run.
    void started(const Version &version, const Status &status) override
    {
        std::error_code code;
        std::filesystem::remove(file(run_file), code);
        std::filesystem::remove(file(report_file), code);
        auto lines = FileOutput::create(file(records_file));
        if (!lines) {
            note(lines.error());
            return;
        }
        lines_ = std::move(*lines);
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
        if (lines_ && quota_.take(record))
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
        if (!lines_)
            return;
        run_["error"] = error_object(error);
        replace(report_file, fmt::format("cryptorture: {}\n", error.sentence()));
        save();
    }
    void verdict(const Report &report) override
    {
        if (!lines_)
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
            note(failure(ErrorKind::System, fmt::format("cannot write {}", file(name)),
                         errno_text(number), "make room, or name another folder with --out")
                     .value());
    }
    void replace(const char *name, std::string_view content)
    {
        if (const auto replaced = replace_file(file(name), content); !replaced)
            note(replaced.error());
    }
    void save()
    {
        if (!lines_)
            return;
        run_["written"] = quota_.taken();
        run_["left_out"] = quota_.left_out();
        replace(run_file, line_of(run_));
    }

    std::string path_;
    Object run_;
    std::unique_ptr<FileOutput> lines_; // of a run that has started
    Quota quota_{file_limits};
    StringOutput text_; // report.txt
    Text report_{text_, false};
    std::optional<Error> trouble_;
};

} // namespace

Result<std::unique_ptr<Folder>> make_folder(const std::string &path, std::string program,
                                            const HostIdentity &host)
{
    std::error_code code;
    std::filesystem::create_directories(path, code);
    if (code)
        return failure(ErrorKind::Usage, fmt::format("cannot make the folder {}", path),
                       code.message(), "name another one with --out");
    // Better now than after hours.
    const std::string probe = fmt::format("{}/{}.new", path, run_file);
    if (auto file = FileOutput::create(probe); !file)
        return Failure(file.error());
    std::filesystem::remove(probe, code);
    return std::make_unique<RunFolder>(path, std::move(program), host);
}

} // namespace ct
