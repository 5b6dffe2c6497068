// SPDX-License-Identifier: GPL-2.0-or-later
#include "render/folder.h"

#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "render/json.h"
#include "render/output.h"
#include "render/text.h"

namespace ct {

namespace {

class Folder final : public Renderer {
public:
    Folder(std::unique_ptr<FileOutput> text, std::unique_ptr<FileOutput> lines)
        : text_file_(std::move(text)), lines_file_(std::move(lines)), text_(*text_file_, false),
          json_(*lines_file_)
    {
    }

    void started(const Version &version, const Status &status) override
    {
        json_.started(version, status);
    }
    void progress(const Progress &progress) override { json_.progress(progress); }
    void mismatch(const Mismatch &record) override
    {
        // A storm of mismatches must not fill the disk.
        if (records_ < records_max)
            json_.mismatch(record);
        else if (records_ == records_max)
            json_.message("further records are counted, but not written into this file");
        ++records_;
    }
    void message(const std::string &text) override { json_.message(text); }
    void error(const Error &error) override
    {
        json_.error(error);
        text_file_->write("cryptorture: " + error.sentence() + "\n");
    }
    void verdict(const Report &report) override
    {
        json_.verdict(report);
        text_.verdict(report);
    }
    void status(const Report & /*report*/, bool /*cells*/) override {}
    void drivers(const std::vector<Driver> & /*drivers*/) override {}
    void mismatches(const std::vector<Mismatch> & /*records*/, bool /*whole*/) override {}
    void bench_begin(const BenchPlan & /*plan*/) override {}
    void bench_row(const BenchRow & /*row*/) override {}
    void bench_rates(const BenchRates & /*rates*/) override {}
    void doctor(const Examination & /*examination*/) override {}
    void diagnosis(const Diagnosis & /*diagnosis*/) override {}
    void trial_begin(const Trial & /*trial*/) override {}
    void trial_end(const Trial & /*trial*/, const Fault & /*fault*/) override {}
    void bisection(const Bisection & /*bisection*/) override {}
    void version(const VersionReport & /*report*/) override {}

private:
    static constexpr std::uint64_t records_max = 10000; // about 60 MB

    std::unique_ptr<FileOutput> text_file_;
    std::unique_ptr<FileOutput> lines_file_;
    Text text_;
    Json json_;
    std::uint64_t records_ = 0;
};

} // namespace

Result<std::unique_ptr<Renderer>> make_folder(const std::string &path)
{
    std::error_code code;
    std::filesystem::create_directories(path, code);
    if (code)
        return failure(ErrorKind::Usage, fmt::format("cannot make the folder {}", path),
                       code.message(), "name another one with --out");
    auto text = FileOutput::create(path + "/report.txt");
    if (!text)
        return Failure(text.error());
    auto lines = FileOutput::create(path + "/report.jsonl");
    if (!lines)
        return Failure(lines.error());
    return std::make_unique<Folder>(std::move(*text), std::move(*lines));
}

} // namespace ct
