// SPDX-License-Identifier: GPL-2.0-or-later
// Are the faults found that are known to be there, and rightly named? And nothing else?
#include "program/selftest.h"

#include <algorithm>
#include <array>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "args/options.h"
#include "artifact/lines.h"
#include "base/quantity.h"
#include "damage/evidence.h"
#include "diagnose/diagnose.h"
#include "program/fault_list.h"
#include "program/fault_trial.h"
#include "program/output.h"
#include "render/folder.h"
#include "render/output.h"
#include "json/entry.h"

namespace ct {

namespace {

struct SelftestOptions {
    std::string module;
    std::string program;
    std::string faults = "all";
    std::string folder;
    bool brief = false;
    bool expendable = false;
    bool json = false;
};

constexpr const char *patience_time = "60s"; // within which a fault has to be found
constexpr const char *record_time = "4s";    // for more records of it
constexpr const char *quiet_time = "10s";
constexpr const char *quiet_time_brief = "5s";
constexpr const char *quiet_drivers = "cbc-aes-aesni,ctr-aes-aesni,rfc4106-gcm-aesni";

// What a child's run says at its end.
struct RunEnd {
    bool ended = false;
    std::uint64_t operations = 0;
    std::uint64_t mismatches = 0;
    std::uint64_t elapsed_ns = 0;
    std::string error; // the last one
};

RunEnd end_of(const std::string &text)
{
    RunEnd end;
    std::size_t begin = 0;
    while (begin < text.size()) {
        const std::size_t size = std::min(text.find('\n', begin), text.size()) - begin;
        const auto line =
            nlohmann::json::parse(std::string_view(text).substr(begin, size), nullptr, false);
        begin += size + 1;
        if (!line.is_object())
            continue;
        const std::string type = line.value("type", "");
        if (type == "error")
            end.error = fmt::format("{}: {}", line.value("what", ""), line.value("why", ""));
        if (type != "verdict")
            continue;
        end.ended = true;
        end.operations = line.value("operations", std::uint64_t{0});
        end.mismatches = line.value("mismatches", std::uint64_t{0});
        end.elapsed_ns = line.value("elapsed_ns", std::uint64_t{0});
    }
    return end;
}

// A run of a process of its own. One that a fault of registers has killed is tried again,
// as this program is no part of what is tried.
Result<ChildOutput> run_child(TestBed &bed, const std::vector<std::string> &arguments)
{
    constexpr int tries = 3;
    constexpr int killed = 128;
    std::vector<std::string> words{"run", "--json"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    for (int count = 1;; ++count) {
        auto output = bed.run(words);
        if (!output || bed.interrupted() || output->status < killed || count == tries)
            return output;
        const auto stopped = bed.run({"stop"});
        if (!stopped)
            return Failure(stopped.error());
    }
}

void take_end(FaultTrial &trial, const RunEnd &end, int status)
{
    constexpr double second = 1e9;
    trial.mismatches = end.mismatches;
    trial.operations = end.operations;
    trial.seconds = static_cast<double>(end.elapsed_ns) / second;
    if (end.ended)
        return;
    trial.problem = end.error.empty()
                        ? fmt::format("the run came to no verdict, its status was {}", status)
                        : end.error;
}

Evidence evidence_in(const std::string &text)
{
    const auto run = parse_lines(text);
    return run && *run ? evidence_of((*run)->report, (*run)->records) : Evidence{};
}

// text: the lines of the run that has the most to say.
void take_diagnosis(FaultTrial &trial, const std::string &text, const std::string &folder)
{
    const Evidence evidence = evidence_in(text);
    const Diagnosis diagnosis = diagnose(evidence);
    trial.records = evidence.records.size();
    trial.named = diagnosis.bug_class;
    trial.confidence = diagnosis.confidence;
    if (folder.empty())
        return;
    const std::string path = fmt::format("{}/{}", folder, fault_file(trial.fault));
    auto file = FileOutput::create(path, FileOutput::Existing::Refuse);
    if (!file) {
        trial.problem = file.error().sentence();
        return;
    }
    (*file)->write(text);
    if (const int error = (*file)->flush(); error != 0)
        trial.problem = unwritten(path, error).value().sentence();
}

// Loaded already.
void look_for(TestBed &bed, const BustedFault &fault, const std::string &folder,
              FaultTrial &trial)
{
    const std::string drivers(fault.drivers);
    const auto first =
        run_child(bed, {"--for", patience_time, "--until-mismatch", "--drivers", drivers});
    if (!first) {
        trial.problem = first.error().sentence();
        return;
    }
    take_end(trial, end_of(first->text), first->status);
    trial.done = bed.done();
    if (!trial.found() || bed.interrupted())
        return;
    const auto more = run_child(bed, {"--for", record_time, "--drivers", drivers});
    trial.done = bed.done();
    const bool more_to_say = more && !evidence_in(more->text).records.empty();
    take_diagnosis(trial, more_to_say ? more->text : first->text, folder);
}

Result<FaultTrial> try_fault(TestBed &bed, const BustedFault &fault, const std::string &folder)
{
    FaultTrial trial;
    trial.fault = fault.name;
    trial.mechanism = fault.mechanism;
    trial.truth = fault.bug_class;
    const auto loaded = bed.load(fmt::format("fault={} {}", fault.name, fault.parameters));
    if (loaded)
        look_for(bed, fault, folder, trial);
    else {
        trial.problem = loaded.error().sentence();
        trial.impossible = loaded.error().kind == ErrorKind::Unsupported;
    }
    // Without that nothing that follows means anything.
    if (const auto unloaded = bed.unload(); !unloaded)
        return Failure(unloaded.error());
    return trial;
}

Result<FaultTrial> try_nothing(TestBed &bed, TrialKind kind, bool brief)
{
    FaultTrial trial;
    trial.kind = kind;
    trial.mechanism = kind == TrialKind::Idle ? "cryptorture_busted is loaded and does nothing"
                                              : "cryptorture_busted is not loaded";
    if (kind == TrialKind::Idle)
        if (const auto loaded = bed.load(""); !loaded)
            return Failure(loaded.error());
    const auto output = run_child(
        bed, {"--for", brief ? quiet_time_brief : quiet_time, "--drivers", quiet_drivers});
    if (!output)
        return Failure(output.error());
    take_end(trial, end_of(output->text), output->status);
    trial.done = bed.done();
    if (const auto unloaded = bed.unload(); !unloaded)
        return Failure(unloaded.error());
    return trial;
}

Result<std::vector<BustedFault>> chosen_faults(const SelftestOptions &options)
{
    auto faults = choose_faults("--faults", options.faults);
    if (faults && options.brief && options.faults == "all")
        std::erase_if(*faults, [](const BustedFault &fault) { return !fault.brief; });
    return faults;
}

void write_message(Output &err, const std::string &text)
{
    err.write(fmt::format("cryptorture-selftest: {}\n", text));
}

ExitStatus fail(const SelftestSurroundings &here, const SelftestOptions &options,
                const Error &error)
{
    write_message(here.err, error.sentence());
    if (options.json)
        here.out.write(line_of(error_object(error)));
    return error.kind == ErrorKind::Interrupted ? ExitStatus::Interrupted
                                                : ExitStatus::CouldNotRun;
}

// What is not known beforehand is written as it comes.
void write_trial(const SelftestSurroundings &here, const SelftestOptions &options,
                 const FaultTrial &trial)
{
    write_message(here.err, fault_trial_text(trial));
    if (options.json)
        here.out.write(line_of(fault_trial_object(trial)));
}

ExitStatus run_trials(const SelftestSurroundings &here, TestBed &bed,
                      const std::vector<BustedFault> &faults, const SelftestOptions &options)
{
    Selftest selftest;
    const auto take = [&](Result<FaultTrial> trial) {
        if (!trial)
            return trial.error();
        write_trial(here, options, *trial);
        selftest.trials.push_back(std::move(*trial));
        return Error{};
    };
    for (const TrialKind kind : {TrialKind::Clean, TrialKind::Idle}) {
        if (const Error error = take(try_nothing(bed, kind, options.brief));
            !error.what.empty())
            return fail(here, options, error);
        if (bed.interrupted())
            return ExitStatus::Interrupted;
        // The first run says whether there can be any.
        if (const FaultTrial &trial = selftest.trials.back(); !trial.problem.empty())
            return fail(here, options,
                        Error{ErrorKind::System, "cannot run the selftest", trial.problem,
                              "see 'cryptorture run --for 10s'", std::nullopt});
    }
    for (const BustedFault &fault : faults) {
        if (fault.stands_in && selftest.tried(fault.bug_class))
            continue;
        if (const Error error = take(try_fault(bed, fault, options.folder));
            !error.what.empty())
            return fail(here, options, error);
        if (bed.interrupted())
            return ExitStatus::Interrupted;
    }
    here.out.write(options.json ? line_of(selftest_object(selftest)) : selftest_text(selftest));
    return selftest.passed() ? ExitStatus::Clean : ExitStatus::Corrupt;
}

ExitStatus test_detector(const SelftestSurroundings &here, const SelftestOptions &options)
{
    const auto faults = chosen_faults(options);
    if (!faults)
        return fail(here, options, faults.error());
    const auto waiter = here.make_waiter();
    if (!waiter)
        return fail(here, options, waiter.error());
    const auto bed = here.open_bed(options.module, options.program, **waiter);
    if (!bed)
        return fail(here, options, bed.error());
    if (!options.expendable)
        return fail(
            here, options,
            Error{
                ErrorKind::Usage, "cannot run the selftest",
                "it loads a module that breaks the kernel on purpose, and this machine may be "
                "needed",
                "for throw-away machines: add --expendable; 'make selftest' uses a virtual one",
                std::nullopt});
    if (!options.folder.empty())
        if (const auto claimed = claim_folder(options.folder); !claimed)
            return fail(here, options, claimed.error());
    return run_trials(here, **bed, *faults, options);
}

void describe(CLI::App &app, SelftestOptions &values)
{
    app.name("cryptorture-selftest");
    app.description("Breaks a machine that may be lost, and sees that cryptorture finds it.");
    app.set_help_flag("-h,--help", "show this help");
    Options options(app);
    options.flag("--expendable", values.expendable,
                 "this machine and all data on it may be lost");
    options.value("--module", values.module, "FILE",
                  "cryptorture_busted.ko (default: among the modules of this kernel)");
    options.value("--program", values.program, "FILE",
                  "cryptorture (default: the one beside this program, else in PATH)");
    options.value("--faults", values.faults, "LIST",
                  "only these, like fpu-nested,memory or all,-fpu-sleep (default all)");
    options.flag("--short", values.brief, "a handful of the faults, in a minute");
    options.value("--out", values.folder, "DIR",
                  "also keep the records of each fault, as FAULT.jsonl for 'diagnose'");
    options.flag("--json", values.json, "JSON lines on standard output");
}

ExitStatus run_words(std::vector<std::string> words, const SelftestSurroundings &here)
{
    SelftestOptions options;
    CLI::App app;
    describe(app, options);
    // From the last to the first, as CLI11 wants them. It reports errors of the command line by
    // exceptions.
    std::reverse(words.begin(), words.end());
    try {
        app.parse(words);
    } catch (const CLI::CallForHelp &) {
        here.out.write(app.help());
        return ExitStatus::Clean;
    } catch (const CLI::ParseError &error) {
        write_message(here.err, Error{ErrorKind::Usage, "cannot read the command line",
                                      printable(error.what()),
                                      "see 'cryptorture-selftest --help'", std::nullopt}
                                    .sentence());
        return ExitStatus::CouldNotRun;
    }
    return test_detector(here, options);
}

} // namespace

ExitStatus run_selftest(int argc, const char *const *argv, const SelftestSurroundings &here)
{
    constexpr std::array<std::string_view, 1> lists{"--faults"};
    const ExitStatus status = run_words(command_words(argc, argv, lists), here);
    const int lost = here.out.error();
    if (lost == 0)
        return status;
    write_message(here.err,
                  Error{ErrorKind::System, "cannot write all results to standard output",
                        errno_text(lost), errno_hint(lost), std::nullopt}
                      .sentence());
    return after_loss(status);
}

} // namespace ct
