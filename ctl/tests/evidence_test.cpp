// SPDX-License-Identifier: GPL-2.0-or-later
// The diagnosis of a run at its end, of its folder and of its JSON lines: all the same.
#include "damage/evidence.h"

#include <fstream>

#include <gtest/gtest.h>

#include "artifact/lines.h"
#include "diagnose/diagnose.h"
#include "fake_kernel.h"
#include "faults.h"
#include "machines.h"
#include "outcome.h"
#include "render/diagnosis.h"
#include "samples.h"

namespace ct::test {

namespace {

// Records with a cause, a register, and some that were asked for.
std::vector<Mismatch> mixed_records()
{
    Random random(14);
    std::vector<Mismatch> records = evidence_of(BugClass::KeySchedule, random).records;
    records.push_back(sample_register(0));
    for (Mismatch &record : evidence_of(BugClass::CpuIntermittent, random).records) {
        record.injected = true;
        records.push_back(record);
    }
    return records;
}

Outcome run_with(const std::vector<Mismatch> &records, const std::vector<std::string> &more)
{
    Machine machine;
    machine.at[2] = [&] {
        for (const Mismatch &record : records)
            machine.fail(record);
    };
    std::vector<std::string> words{"run", "--for", "6s"};
    words.insert(words.end(), more.begin(), more.end());
    return execute(machine, words);
}

Outcome diagnosis_of(const std::string &path, const std::vector<std::string> &more = {})
{
    const Error error{ErrorKind::NoModule, "cannot", "there is no module here", "", {}};
    std::vector<std::string> words{"diagnose", path};
    words.insert(words.end(), more.begin(), more.end());
    return execute_without_module(error, words);
}

std::string text_in(const std::string &path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// A cell in which so many mismatches were counted.
Report report_with(std::uint64_t mismatches, const std::vector<Mismatch> &records)
{
    Status status = sample_status();
    status.verdict = Verdict::Corrupt;
    status.mismatches = mismatches;
    Journal journal(status.run);
    for (const Mismatch &record : records) {
        journal.add(record);
        status.injected += record.injected ? 1 : 0;
    }
    status.injected_found = status.injected;
    std::vector<Cell> cells = sample_cells();
    for (Cell &cell : cells)
        if (cell.cpu == 1 && cell.context == Context::Task &&
            name_of(sample_drivers(), cell.driver) == sample_mismatch(1).driver)
            cell.mismatches = mismatches;
    return make_report("0.1.0", sample_version(), status, sample_drivers(), cells, journal);
}

std::uint64_t sum_of(const Evidence &evidence)
{
    std::uint64_t sum = 0;
    for (const CellTotal &cell : evidence.cells)
        sum += cell.mismatches;
    return sum;
}

} // namespace

TEST(Diagnosis, OfARunIsThatOfItsFolder)
{
    Tree tree;
    const std::string folder = tree.root() + "/run";
    const auto run = run_with(mixed_records(), {"--full", "--out", folder});
    EXPECT_EQ(run.status, ExitStatus::Corrupt);
    const auto diagnosed = diagnosis_of(folder);
    EXPECT_EQ(diagnosed.status, ExitStatus::Clean);
    EXPECT_EQ(diagnosed.err, "");
    EXPECT_TRUE(diagnosed.out.starts_with("key-schedule (")) << diagnosed.out;
    EXPECT_TRUE(contains(diagnosed.out, "of round key ")) << diagnosed.out;
    EXPECT_TRUE(contains(diagnosed.out, "live register ymm3 of exerciser 5")) << diagnosed.out;
    EXPECT_TRUE(contains(diagnosed.out, " injected on request in addition\n")) << diagnosed.out;
    const std::string end = "\n\ndiagnosis:\n" + diagnosed.out;
    ASSERT_GT(run.out.size(), end.size());
    EXPECT_EQ(run.out.substr(run.out.size() - end.size()), end);
    EXPECT_TRUE(run.out.starts_with("CORRUPT: "));
    EXPECT_EQ(text_in(folder + "/report.txt"), run.out);
    const auto shown = execute_without_module({}, {"report", folder, "--full"});
    EXPECT_EQ(shown.out, run.out);
    EXPECT_EQ(shown.status, run.status);
    // In brief, the class right behind the verdict.
    const auto brief = execute_without_module({}, {"report", folder});
    EXPECT_TRUE(contains(brief.out, "\n  class      key-schedule (")) << brief.out;
    EXPECT_LT(brief.out.find("key-schedule ("), brief.out.find("  such as    record "));
}

TEST(Diagnosis, OfARunIsThatOfItsJsonLines)
{
    Tree tree;
    const std::string folder = tree.root() + "/run";
    const auto run = run_with(mixed_records(), {"--json", "--out", folder});
    const std::string last = run.out.substr(run.out.rfind('\n', run.out.size() - 2) + 1);
    EXPECT_TRUE(last.starts_with(R"({"type":"diagnosis","format":1,"class":"key-schedule",)"));
    EXPECT_EQ(diagnosis_of(folder, {"--json"}).out, last);

    // Of an earlier run, of nobody, cut off: none of it counts.
    const std::string noise = "a line of the kernel's\n[]\n{}\n{\"type\":7}\n";
    tree.file("/lines", run_with({sample_mismatch(0)}, {"--json"}).out + noise + run.out +
                            noise + "{\"type\":\"mis");
    const auto diagnosed = diagnosis_of(tree.root() + "/lines", {"--json"});
    EXPECT_EQ(diagnosed.out, last);
    EXPECT_EQ(diagnosed.err, "");
    const auto saved = read_lines(tree.root() + "/lines");
    ASSERT_TRUE(saved);
    EXPECT_TRUE(saved->ended);
    EXPECT_EQ(saved->records.size(), mixed_records().size());
    EXPECT_EQ(saved->program, "0.1.0");
}

TEST(Diagnosis, OfLinesWithoutAnEnd)
{
    Tree tree;
    const auto run = run_with(mixed_records(), {"--json"});
    const std::string until_verdict = run.out.substr(0, run.out.find("{\"type\":\"verdict\""));
    const std::string bad = R"({"type":"mismatch","seed":42})";
    tree.file("/lines", until_verdict + bad + "\n" + bad + "\n");
    const auto diagnosed = diagnosis_of(tree.root() + "/lines");
    EXPECT_EQ(diagnosed.status, ExitStatus::Clean);
    EXPECT_TRUE(diagnosed.out.starts_with("key-schedule (")) << diagnosed.out;
    EXPECT_TRUE(contains(diagnosed.err, tree.root() + "/lines: 2 records could not be read and "
                                                      "are left out: line "))
        << diagnosed.err;
    EXPECT_TRUE(contains(diagnosed.err, "the run has no verdict")) << diagnosed.err;
    // As 'mismatches --json' has them: no start either.
    tree.file("/records", until_verdict.substr(until_verdict.find("{\"type\":\"mismatch\"")));
    EXPECT_EQ(diagnosis_of(tree.root() + "/records").out, diagnosed.out);
    // A verdict that is none is no reason to say nothing of the records.
    tree.file("/spoiled", until_verdict + "{\"type\":\"verdict\",\"verdict\":\"FINE\"}\n");
    const auto spoiled = diagnosis_of(tree.root() + "/spoiled");
    EXPECT_EQ(spoiled.out, diagnosed.out);
    EXPECT_TRUE(contains(spoiled.err, "/spoiled: the verdict could not be read: line "))
        << spoiled.err;
}

TEST(Diagnosis, SaysWhatItCannotRead)
{
    Tree tree;
    const std::string hint = "name a folder that 'cryptorture run --out' wrote, or a file of "
                             "its '--json' lines\n";
    const auto refused = [&](const std::string &path) {
        const auto outcome = diagnosis_of(path);
        EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
        EXPECT_EQ(outcome.out, "");
        return outcome.err;
    };
    EXPECT_EQ(refused(tree.root() + "/nowhere"), "cryptorture: cannot read " + tree.root() +
                                                     "/nowhere: No such file or directory; " +
                                                     hint);
    EXPECT_TRUE(contains(refused(tree.root()), "/run.json: No such file or directory"));
    tree.file("/empty", "");
    EXPECT_EQ(refused(tree.root() + "/empty"),
              "cryptorture: cannot read " + tree.root() +
                  "/empty: it has no records and no verdict; " + hint);
    EXPECT_EQ(refused("/dev/null"),
              "cryptorture: cannot read /dev/null: it is not a regular file; " + hint);
    EXPECT_EQ(execute_without_module({}, {"diagnose"}).status, ExitStatus::CouldNotRun);
}

TEST(Diagnosis, NamesNoClassForWhatWasInjected)
{
    std::vector<Mismatch> records = mixed_records();
    for (Mismatch &record : records)
        record.injected = true;
    const auto run = run_with(records, {"--full"});
    EXPECT_TRUE(contains(
        run.out, "\ndiagnosis:\nnothing to diagnose: " + std::to_string(records.size()) +
                     " injected on request\n"))
        << run.out;
    EXPECT_FALSE(contains(run.out, "key-schedule"));
    EXPECT_FALSE(contains(run_with({}, {"--full"}).out, "diagnosis"));
}

TEST(Collector, CountsNothingThatWasInjected)
{
    std::vector<Mismatch> records;
    for (std::uint64_t number = 1; number <= 7; ++number) {
        records.push_back(sample_mismatch(number));
        records.back().injected = number > 2;
    }
    EXPECT_EQ(sum_of(evidence_of(report_with(7, records), records)), 2U);
    EXPECT_EQ(evidence_of(report_with(7, records), records).injected, 5U);
    // Without any, those count too that have no record.
    records.resize(2);
    EXPECT_EQ(sum_of(evidence_of(report_with(7, records), records)), 7U);
}

TEST(Collector, FindsOneInAStormOfInjectedOnes)
{
    Collector collector;
    Mismatch injected = sample_mismatch(1);
    injected.injected = true;
    constexpr std::uint64_t storm = 5000;
    for (; injected.number <= storm; ++injected.number)
        collector.add(injected);
    for (std::uint64_t number = 1; number <= 2; ++number)
        collector.add(sample_mismatch(storm + number));
    Report report;
    report.status.injected_found = storm;
    const Evidence evidence = collector.evidence(report);
    EXPECT_EQ(evidence.records.size(), Collector::limits.injected + 2);
    EXPECT_EQ(evidence.records.back().number, storm + 2);
    const Diagnosis diagnosis = diagnose(evidence);
    EXPECT_EQ(diagnosis.real, 2U);
    EXPECT_EQ(diagnosis.injected, storm);
    EXPECT_TRUE(contains(diagnosis_text(diagnosis),
                         "  from 2 records; 5,000 injected on request in addition\n"));
}

} // namespace ct::test
