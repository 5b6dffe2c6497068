// SPDX-License-Identifier: GPL-2.0-or-later
// The selftest on a machine of words: which faults it lets loose, and what it says when
// they are found, or are not.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <unistd.h>

#include "artifact/lines.h"
#include "artifact/mismatch.h"
#include "damage/evidence.h"
#include "diagnose/diagnose.h"
#include "faults.h"
#include "outcome.h"
#include "program/fault_list.h"
#include "program/fault_trial.h"
#include "program/output.h"
#include "program/selftest.h"
#include "program/test_bed.h"
#include "render/diagnosis.h"
#include "render/json.h"
#include "samples.h"
#include "json/entry.h"

namespace ct::test {

namespace {

// What a machine does with each fault; nothing of its own happens.
struct Bench {
    std::map<std::string, BugClass> shows; // other than the fault's class
    std::vector<std::string> missed;       // faults that are not found
    bool alarm = false;                    // something is found where nothing is wrong
    bool stuck = false;                    // cannot be unloaded
    std::string refused;                   // the fault that cannot be loaded
    std::string impossible;                // for want of what it takes
    unsigned crashes = 0;                  // runs that are killed first
    unsigned interrupt_at = 0;             // at that run the end is asked for
    std::string loaded = "-";              // parameters
    unsigned runs = 0;
    std::vector<std::string> log;
};

std::string lines_of_run(const Evidence &evidence, std::uint64_t operations)
{
    StringOutput output;
    Json json(output);
    json.mismatches(evidence.records, true);
    Report report = evidence.records.empty() ? clean_report() : corrupt_report();
    report.status.operations = operations;
    report.status.elapsed_ns = 1500000000;
    report.status.mismatches = evidence.records.size();
    json.verdict(report);
    return output.text();
}

// What was recorded, by the fault. Of a verdict's line only the cells were kept, with what
// counts there.
std::map<std::string, Evidence> recorded_evidence()
{
    std::map<std::string, Evidence> recorded;
    std::ifstream file(CT_CORPUS "/recorded.jsonl");
    for (std::string text; std::getline(file, text);) {
        const Parsed line = Parsed::parse(text);
        Evidence &evidence = recorded[line["fault"].get<std::string>()];
        Complaint complaint;
        if (line["type"] == "mismatch") {
            evidence.records.push_back(read_mismatch(line, complaint));
            EXPECT_FALSE(complaint.text()) << complaint.text().value_or("");
            continue;
        }
        for (const Parsed &value : line["coverage"]["cells"]) {
            Members members(value, "", complaint);
            CellTotal &cell = evidence.cells.emplace_back();
            members.text("driver", cell.driver);
            members.word("context", cell.context);
            members.word("direction", cell.direction);
            members.number("cpu", cell.cpu);
            for (const auto &counter : cell_counters)
                if (value.contains(counter.name))
                    members.number(counter.name, cell.*counter.member);
        }
        EXPECT_FALSE(complaint.text()) << complaint.text().value_or("");
    }
    return recorded;
}

class FakeBed final : public TestBed {
public:
    explicit FakeBed(Bench &bench) : bench_(bench) {}

    Result<void> load(const std::string &parameters) override
    {
        bench_.log.push_back("load " + parameters);
        if (!bench_.impossible.empty() && contains(parameters + " ", bench_.impossible + " "))
            return failure(ErrorKind::Unsupported, "cannot load cryptorture_busted",
                           "this machine or kernel lacks what the fault needs");
        if (!bench_.refused.empty() && contains(parameters, bench_.refused))
            return failure(ErrorKind::System, "cannot load cryptorture_busted", "no memory");
        EXPECT_EQ(bench_.loaded, "-");
        bench_.loaded = parameters;
        return {};
    }
    Result<void> unload() override
    {
        if (bench_.stuck && bench_.loaded != "-")
            return failure(ErrorKind::System, "cannot unload cryptorture_busted", "busy");
        bench_.loaded = "-";
        return {};
    }
    std::uint64_t done() override { return bench_.loaded == "-" ? 0 : 42; }
    Result<ChildOutput> run(const std::vector<std::string> &words) override
    {
        bench_.log.push_back(words.front());
        ++bench_.runs;
        if (words.front() == "stop")
            return ChildOutput{};
        if (bench_.crashes > 0) {
            --bench_.crashes;
            return ChildOutput{139, ""};
        }
        Random random(bench_.runs);
        for (const BustedFault &fault : busted_faults()) {
            const std::string name(fault.name);
            if (bench_.loaded != "fault=" + name + " " + std::string(fault.parameters))
                continue;
            if (std::find(bench_.missed.begin(), bench_.missed.end(), name) !=
                bench_.missed.end())
                return ChildOutput{0, lines_of_run({}, 100000)};
            const auto shown = bench_.shows.find(name);
            return ChildOutput{
                1, lines_of_run(evidence_of(shown == bench_.shows.end() ? fault.bug_class
                                                                        : shown->second,
                                            random),
                                1234)};
        }
        if (bench_.alarm)
            return ChildOutput{1, lines_of_run(evidence_of(BugClass::Memory, random), 5)};
        return ChildOutput{0, lines_of_run({}, 100000)};
    }
    bool interrupted() const override
    {
        return bench_.interrupt_at > 0 && bench_.runs >= bench_.interrupt_at;
    }

private:
    Bench &bench_;
};

struct SelftestOutcome {
    ExitStatus status = ExitStatus::Clean;
    std::string out;
    std::string err;
};

class StillWaiter final : public Waiter {
public:
    Wake wait(int /*descriptor*/, std::chrono::milliseconds /*time*/) override { return {}; }
    [[nodiscard]] std::chrono::nanoseconds now() const override { return {}; }
};

// bench: nullptr for the real test bed.
SelftestOutcome run_program(Bench *bench, const std::vector<std::string> &words)
{
    StringOutput out;
    StringOutput err;
    std::vector<const char *> arguments{"cryptorture-selftest"};
    for (const std::string &word : words)
        arguments.push_back(word.c_str());
    const auto status = run_selftest(
        static_cast<int>(arguments.size()), arguments.data(),
        {out, err,
         []() -> Result<std::unique_ptr<Waiter>> { return std::make_unique<StillWaiter>(); },
         [bench](const std::string &module, const std::string &program,
                 Waiter &waiter) -> Result<std::unique_ptr<TestBed>> {
             if (bench == nullptr)
                 return open_test_bed(module, program, waiter);
             return std::make_unique<FakeBed>(*bench);
         }});
    return {status, out.text(), err.text()};
}

SelftestOutcome selftest(Bench &bench, std::vector<std::string> words)
{
    words.insert(words.begin(), "--expendable");
    return run_program(&bench, words);
}

} // namespace

TEST(Selftest, FindsAndNamesEveryFault)
{
    Bench bench;
    const SelftestOutcome outcome = selftest(bench, {});
    EXPECT_EQ(outcome.status, ExitStatus::Clean) << outcome.out << outcome.err;
    EXPECT_TRUE(contains(outcome.out, "passed: 17 of 17 classes found, 17 named correctly, "
                                      "no finding where nothing was wrong"))
        << outcome.out;
    EXPECT_TRUE(contains(outcome.out, "sg-writeback (high)")) << outcome.out;
    EXPECT_TRUE(contains(outcome.err, "memory: memory (high) after 1.5 s and 1,234 operations"))
        << outcome.err;
    EXPECT_EQ(bench.loaded, "-");
    EXPECT_EQ(times(bench.log, "load fault=cpu-deterministic cpu=1"), 1U);
}

// A kernel that keeps softirqs out of FPU sections still lets interrupts into them.
TEST(Selftest, TriesAnotherWhereOneIsImpossible)
{
    Bench bench;
    bench.impossible = "fault=fpu-nested";
    SelftestOutcome outcome = selftest(bench, {"--faults", "fpu-nested,fpu-nested-irq,memory"});
    EXPECT_EQ(outcome.status, ExitStatus::Clean) << outcome.out << outcome.err;
    EXPECT_TRUE(contains(outcome.err, "fpu-nested: not possible here: cannot load "
                                      "cryptorture_busted: this machine or kernel lacks"))
        << outcome.err;
    EXPECT_TRUE(contains(outcome.out, "passed: 2 of 2 classes found")) << outcome.out;
    EXPECT_EQ(times(bench.log, "load fault=fpu-nested-irq "), 1U);

    bench = {};
    outcome = selftest(bench, {"--faults", "fpu-nested,fpu-nested-irq,memory"});
    EXPECT_EQ(times(bench.log, "load fault=fpu-nested-irq "), 0U);
    bench = {};
    outcome = selftest(bench, {"--faults", "fpu-nested-irq"});
    EXPECT_EQ(times(bench.log, "load fault=fpu-nested-irq "), 1U);
}

// A class of which nothing was possible is not said to be found; nothing at all is no pass.
TEST(Selftest, CountsNoClassThatIsImpossible)
{
    Bench bench;
    bench.impossible = "fault=memory";
    const SelftestOutcome some = selftest(bench, {"--faults", "memory,driver-data"});
    EXPECT_EQ(some.status, ExitStatus::Clean) << some.out;
    EXPECT_TRUE(contains(some.out, "passed: 1 of 1 classes found")) << some.out;
    EXPECT_TRUE(contains(some.out, "not possible here")) << some.out;
    const SelftestOutcome none = selftest(bench, {"--faults", "memory"});
    EXPECT_EQ(none.status, ExitStatus::Corrupt) << none.out;
}

TEST(Selftest, WritesALineForEachTrial)
{
    Bench bench;
    const auto all = lines(selftest(bench, {"--short", "--json"}).out);
    ASSERT_GT(all.size(), 5U);
    EXPECT_EQ(all[0]["kind"], "clean");
    EXPECT_EQ(all[1]["kind"], "idle");
    EXPECT_EQ(all[2]["fault"], "fpu-nested");
    EXPECT_EQ(all[2]["operations"], 1234);
    EXPECT_EQ(all[2]["done"], 42);
    EXPECT_EQ(all[2]["right"], true);
    EXPECT_EQ(all.back()["type"], "selftest");
    EXPECT_EQ(all.back()["passed"], true);
    EXPECT_EQ(all.back()["classes"], all.size() - 3); // one fault of each
}

TEST(Selftest, FailsWhereAFaultIsMissed)
{
    Bench bench;
    bench.missed = {"sg-writeback"};
    const SelftestOutcome outcome = selftest(bench, {});
    EXPECT_EQ(outcome.status, ExitStatus::Corrupt);
    EXPECT_TRUE(contains(outcome.out, "FAILED: 16 of 17 classes found")) << outcome.out;
    EXPECT_TRUE(contains(outcome.out, "nothing found")) << outcome.out;
}

TEST(Selftest, FailsWhereTooManyAreNamedWrongly)
{
    Bench bench;
    bench.shows = {{"memory", BugClass::AsyncOrder},
                   {"fpu-sleep", BugClass::AsyncOrder},
                   {"fpu-user-clobber-irq", BugClass::AsyncOrder}};
    EXPECT_EQ(selftest(bench, {}).status, ExitStatus::Clean);
    bench.shows.emplace("driver-data", BugClass::AsyncOrder);
    const SelftestOutcome outcome = selftest(bench, {});
    EXPECT_EQ(outcome.status, ExitStatus::Corrupt);
    EXPECT_TRUE(contains(outcome.out, "17 of 17 classes found, 13 named correctly"))
        << outcome.out;
}

TEST(Selftest, FailsWhereSomethingIsFoundThatIsNotThere)
{
    Bench bench;
    bench.alarm = true;
    const SelftestOutcome outcome = selftest(bench, {"--faults", "memory"});
    EXPECT_EQ(outcome.status, ExitStatus::Corrupt);
    EXPECT_TRUE(contains(outcome.out, "and findings where nothing was wrong")) << outcome.out;
}

TEST(Selftest, TriesAgainWhereItsRunWasKilled)
{
    Bench bench;
    bench.crashes = 2;
    const SelftestOutcome outcome = selftest(bench, {"--faults", "memory"});
    EXPECT_EQ(outcome.status, ExitStatus::Clean) << outcome.err;
    EXPECT_EQ(times(bench.log, "stop"), 2U);
    bench.crashes = 100;
    EXPECT_EQ(selftest(bench, {"--faults", "memory"}).status, ExitStatus::CouldNotRun);
}

TEST(Selftest, TellsWhatItCouldNotDo)
{
    Bench bench;
    bench.refused = "fault=memory";
    SelftestOutcome outcome = selftest(bench, {"--faults", "memory,key-schedule"});
    EXPECT_EQ(outcome.status, ExitStatus::Corrupt);
    EXPECT_TRUE(contains(outcome.out, "memory: cannot load cryptorture_busted: no memory"))
        << outcome.out;
    bench = {};
    bench.stuck = true;
    outcome = selftest(bench, {});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    EXPECT_TRUE(contains(outcome.err, "cannot unload cryptorture_busted: busy"));
}

TEST(Selftest, LeavesNothingLoadedWhenItIsInterrupted)
{
    Bench bench;
    bench.interrupt_at = 3;
    const SelftestOutcome outcome = selftest(bench, {});
    EXPECT_EQ(outcome.status, ExitStatus::Interrupted);
    EXPECT_EQ(bench.runs, 3U);
    EXPECT_EQ(bench.loaded, "-");
}

TEST(Selftest, RefusesAMachineThatMayNotBeLost)
{
    Bench bench;
    SelftestOutcome outcome = run_program(&bench, {});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    EXPECT_TRUE(contains(outcome.err, "add --expendable")) << outcome.err;
    EXPECT_TRUE(bench.log.empty());
    outcome = run_program(nullptr, {"--expendable", "--module", "/nonexistent/b.ko"});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    EXPECT_TRUE(contains(outcome.err, "there is no /nonexistent/b.ko, the module that breaks"))
        << outcome.err;
    EXPECT_TRUE(contains(outcome.err, "make selftest")) << outcome.err;
}

TEST(Selftest, ReadsItsCommandLine)
{
    SelftestOutcome outcome = run_program(nullptr, {"--help"});
    EXPECT_EQ(outcome.status, ExitStatus::Clean);
    EXPECT_TRUE(contains(outcome.out, "--expendable")) << outcome.out;
    outcome = run_program(nullptr, {"--expendible"});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    EXPECT_TRUE(outcome.err.starts_with("cryptorture-selftest: cannot read the command line: "))
        << outcome.err;
    Bench bench;
    outcome = selftest(bench, {"--faults", "-memori"});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    EXPECT_TRUE(contains(outcome.err, "did you mean \"memory\"?")) << outcome.err;
}

// One line of every type and shape; into a file if one is named. schema_test.py runs this.
TEST(Selftest, AllLines)
{
    FaultTrial trial;
    trial.kind = TrialKind::Clean;
    std::string text = ct::line_of(fault_trial_object(trial));
    trial = FaultTrial{
        TrialKind::Fault, "memory",        "a bit", BugClass::Memory, "", 3, 1.5, 7, 4, 2,
        BugClass::Memory, Confidence::High};
    text += ct::line_of(fault_trial_object(trial));
    trial.problem = "cannot load it";
    text += ct::line_of(fault_trial_object(trial));
    text += ct::line_of(selftest_object(Selftest{{trial}}));
    Bench bench;
    bench.stuck = true;
    const auto all = lines(selftest(bench, {"--json"}).out);
    ASSERT_FALSE(all.empty());
    EXPECT_EQ(all.back()["type"], "error");
    text += all.back().dump() + "\n";
    EXPECT_EQ(lines(text).size(), 5U);
    if (const char *const path = std::getenv("CT_JSON_LINES"); path != nullptr)
        std::ofstream(path) << text;
}

TEST(Selftest, FaultsAreChosenByName)
{
    EXPECT_EQ(choose_faults("--faults", "all")->size(), busted_faults().size());
    EXPECT_EQ(choose_faults("--faults", "-memory")->size(), busted_faults().size() - 1);
    EXPECT_EQ(choose_faults("--faults", "memory,fpu-sleep")->size(), 2U);
    const auto unknown = choose_faults("--faults", "fpu-nestet");
    ASSERT_FALSE(unknown);
    EXPECT_TRUE(contains(unknown.error().sentence(), "did you mean \"fpu-nested\"?"));
    EXPECT_FALSE(choose_faults("--faults", "memory,-memory"));
    std::vector<bool> classes(count_of<BugClass>);
    for (const BustedFault &fault : busted_faults())
        classes.at(static_cast<std::size_t>(fault.bug_class)) = true;
    EXPECT_EQ(std::count(classes.begin(), classes.end(), false), 0);
}

// What real runs with each fault recorded (corpus/README.md): still named as it was then.
TEST(Selftest, NamesWhatWasRecorded)
{
    const auto recorded = recorded_evidence();
    std::size_t named = 0;
    for (const BustedFault &fault : busted_faults()) {
        const auto place = recorded.find(std::string(fault.name));
        if (place == recorded.end())
            continue;
        ++named;
        EXPECT_FALSE(place->second.records.empty() || place->second.cells.empty());
        const Diagnosis diagnosis = diagnose(place->second);
        EXPECT_EQ(diagnosis.bug_class, fault.bug_class) << fault.name << "\n"
                                                        << diagnosis_text(diagnosis);
    }
    EXPECT_EQ(named, recorded.size());
    EXPECT_GE(named, 15U);
}

TEST(Selftest, KeepsTheRecords)
{
    const std::string folder =
        testing::TempDir() + "cryptorture-selftest-" + std::to_string(getpid());
    Bench bench;
    EXPECT_EQ(selftest(bench, {"--faults", "memory", "--out", folder}).status,
              ExitStatus::Clean);
    const auto run = read_lines(folder + "/memory.jsonl");
    ASSERT_TRUE(run);
    EXPECT_EQ(diagnose(evidence_of(run->report, run->records)).bug_class, BugClass::Memory);
    // Those of another selftest, whichever fault they are of, or of a run stay.
    for (const char *left : {"memory.jsonl", "fpu-nested.jsonl", "run.json"}) {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directory(folder);
        std::ofstream(folder + "/" + left) << "kept";
        Bench other;
        const auto refused = selftest(other, {"--faults", "memory", "--out", folder});
        EXPECT_EQ(refused.status, ExitStatus::CouldNotRun) << left;
        EXPECT_TRUE(contains(refused.err, std::string("it has ") + left + " of another run"))
            << refused.err;
        EXPECT_EQ(other.runs, 0U);
        EXPECT_EQ(std::filesystem::file_size(folder + "/" + left), 4U);
    }
    std::filesystem::remove_all(folder);
    EXPECT_EQ(selftest(bench, {"--out", "/proc/no"}).status, ExitStatus::CouldNotRun);
}

TEST(TestBed, RunsAProgramInAProcessOfItsOwn)
{
    const std::string file =
        testing::TempDir() + "cryptorture-no-module-" + std::to_string(getpid());
    std::ofstream(file) << "this is no module";
    const auto waiter = make_signal_waiter();
    ASSERT_TRUE(waiter);
    const auto bed = open_test_bed(file, "/proc/self/exe", **waiter);
    ASSERT_TRUE(bed);
    const auto listed = (*bed)->run({"--gtest_list_tests", "--gtest_filter=TestBed.*"});
    ASSERT_TRUE(listed) << listed.error().sentence();
    EXPECT_EQ(listed->status, 0);
    EXPECT_TRUE(contains(listed->text, "RunsAProgramInAProcessOfItsOwn")) << listed->text;
    const auto loaded = (*bed)->load("");
    ASSERT_FALSE(loaded);
    EXPECT_TRUE(contains(loaded.error().sentence(), "cannot load cryptorture_busted: "));
    EXPECT_TRUE((*bed)->unload()); // it is not
    std::filesystem::remove(file);
}

} // namespace ct::test
