// SPDX-License-Identifier: GPL-2.0-or-later
// The folder of 'run --out', through storms and sudden ends, and 'report'.
#include "render/folder.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "artifact/saved_run.h"
#include "fake_kernel.h"
#include "machines.h"
#include "outcome.h"
#include "report/quota.h"
#include "samples.h"

namespace ct::test {

namespace {

std::string file_in(const Tree &tree, const char *name)
{
    std::ifstream file(tree.root() + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Status underway()
{
    Status status = sample_status();
    status.state = State::Running;
    status.verdict = Verdict::None;
    status.end = End::None;
    return status;
}

Outcome report_of(const Tree &tree, std::vector<std::string> more = {})
{
    const Error error{ErrorKind::NoModule, "cannot", "there is no module here", "", {}};
    more.insert(more.begin(), {"report", tree.root()});
    return execute_without_module(error, more);
}

} // namespace

TEST(Quota, KeepsTheFirstOfEachKindInAStorm)
{
    constexpr Quota::Limits limits{500, 50, 100};
    Quota quota(limits);
    const auto storm = [&quota](bool injected) {
        std::size_t taken = 0;
        Mismatch record = sample_mismatch(1);
        record.injected = injected;
        for (; record.number <= limits.real + 5; ++record.number)
            taken += quota.take(record) ? 1 : 0;
        return taken;
    };
    EXPECT_EQ(storm(true), limits.injected);
    // Those that were injected take no place from the others.
    EXPECT_EQ(storm(false), limits.real);
    EXPECT_EQ(quota.left_out(), limits.real + 5 - limits.injected + 5U);

    Mismatch other = sample_mismatch(1);
    const auto is_new = [&] {
        return quota.take(other) && !quota.take(other);
    };
    other.driver = "another";
    EXPECT_TRUE(is_new());
    other.direction = Direction::Decrypt;
    EXPECT_TRUE(is_new());
    other.context = Context::Softirq;
    EXPECT_TRUE(is_new());
    other.what.push_back(What::Icv);
    EXPECT_TRUE(is_new());
    EXPECT_TRUE(quota.take(sample_register(1)));
    // Neither does another CPU or packet make another kind.
    other.cpu_before = 77;
    other.index = 78;
    EXPECT_FALSE(quota.take(other));

    // Even the number of kinds has an end.
    for (unsigned kind = 0; kind < 2 * limits.kinds; ++kind) {
        other.driver = "driver " + std::to_string(kind);
        (void)quota.take(other);
    }
    // The first two kinds came when there was place for any.
    EXPECT_EQ(quota.taken(), limits.most() - 2);
}

TEST(Folder, StaysBoundedInAStorm)
{
    Tree tree;
    auto folder = make_folder(tree.root(), "0.1.0", {});
    ASSERT_TRUE(folder);
    (*folder)->started(sample_version(), underway());
    constexpr std::uint64_t storm = file_limits.real + 2000;
    Journal journal(3);
    for (std::uint64_t number = 1; number <= storm; ++number) {
        Mismatch record = sample_mismatch(number);
        if (number == storm - 1)
            record.what = {What::Guard};
        journal.add(record);
        (*folder)->mismatch(record);
    }
    Status status = sample_status();
    status.verdict = Verdict::Corrupt;
    status.mismatches = status.records = storm;
    const Report report = make_report("0.1.0", sample_version(), status, sample_drivers(),
                                      sample_cells(), journal);
    (*folder)->verdict(report);

    const std::string records = file_in(tree, "mismatches.jsonl");
    EXPECT_EQ(static_cast<std::size_t>(std::count(records.begin(), records.end(), '\n')),
              file_limits.real + 1);
    EXPECT_TRUE(contains(records.substr(records.size() - 2000), "\"what\":[\"guard\"]"));
    EXPECT_EQ(report.recorded, storm);
    const auto outcome = report_of(tree, {"--full"});
    EXPECT_TRUE(outcome.out.starts_with(file_in(tree, "report.txt")));
    EXPECT_TRUE(contains(outcome.err, "1,999 records more were counted, but not written down"))
        << outcome.err;
}

TEST(Folder, TellsOfARunThatWasKilled)
{
    Tree tree;
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        auto folder = make_folder(tree.root(), "0.1.0", sample_host());
        if (!folder)
            _exit(1);
        (*folder)->started(sample_version(), underway());
        (*folder)->mismatch(sample_mismatch(1));
        Progress progress;
        progress.status = underway();
        progress.status.operations = 4242;
        progress.milestone = true;
        (*folder)->progress(progress);
        (*folder)->mismatch(sample_mismatch(2));
        (void)kill(getpid(), SIGKILL);
    }
    int how = 0;
    ASSERT_EQ(waitpid(child, &how, 0), child);
    ASSERT_TRUE(WIFSIGNALED(how));
    EXPECT_FALSE(std::filesystem::exists(tree.root() + "/report.txt"));

    const auto saved = read_run(tree.root());
    ASSERT_TRUE(saved) << saved.error().sentence();
    EXPECT_FALSE(saved->ended);
    EXPECT_EQ(saved->records.size(), 2U);
    EXPECT_EQ(saved->host, sample_host());
    EXPECT_EQ(saved->report.status.config, underway().config);
    EXPECT_TRUE(saved->warnings.empty());
    const auto outcome = report_of(tree, {"--full"});
    EXPECT_EQ(outcome.status, ExitStatus::Corrupt);
    EXPECT_TRUE(outcome.out.starts_with(
        "NO VERDICT: 2 mismatches in 4,242 operations (700.0 MB of data), and then the writing "
        "ended: the run was not followed to its end\n"))
        << outcome.out;
    EXPECT_TRUE(contains(outcome.out, "record 2: cbc-aes-aesni"));
    const auto all = lines(report_of(tree, {"--json"}).out);
    EXPECT_EQ(count_type(all, "mismatch"), 2U);
    EXPECT_TRUE(last_of(all, "verdict")["verdict"].is_null());
    EXPECT_EQ(all.back()["type"], "diagnosis");
}

TEST(Folder, SaysNothingOfARunThatWasKilledEarly)
{
    Tree tree;
    {
        auto folder = make_folder(tree.root(), "0.1.0", {});
        ASSERT_TRUE(folder);
        (*folder)->started(sample_version(), underway());
    }
    const auto outcome = report_of(tree);
    EXPECT_EQ(outcome.status, ExitStatus::Inconclusive);
    EXPECT_TRUE(outcome.out.starts_with("NO VERDICT: no mismatch in")) << outcome.out;
}

TEST(Folder, RefusesOneThatHasAnotherRun)
{
    Tree tree;
    Machine machine;
    machine.at[2] = [&] {
        machine.fail(19);
    };
    (void)execute(machine, {"run", "--for", "2s", "--out", tree.root()});
    const std::vector<std::string> names{"run.json", "mismatches.jsonl", "report.txt"};
    std::vector<std::string> before;
    for (const std::string &name : names)
        before.push_back(file_in(tree, name.c_str()));
    Machine again;
    const auto outcome = execute(again, {"run", "--for", "2s", "--out", tree.root()});
    EXPECT_EQ(outcome.status, ExitStatus::CouldNotRun);
    EXPECT_FALSE(again.started_by_us);
    EXPECT_EQ(outcome.err, "cryptorture: cannot write into " + tree.root() +
                               ": it has run.json of another run; name another folder with "
                               "--out, or move that run's files away\n");
    for (std::size_t place = 0; place < names.size(); ++place)
        EXPECT_EQ(file_in(tree, names[place].c_str()), before[place]);
    EXPECT_EQ(report_of(tree).status, ExitStatus::Corrupt);

    // Any of them is enough, a link too, and the records of a selftest.
    for (const char *left : {"/run.json", "/mismatches.jsonl", "/report.txt", "/memory.jsonl"})
        for (const bool link : {false, true}) {
            Tree other;
            if (link)
                other.link(left, "/dev/null/nowhere");
            else
                other.file(left, "kept");
            Machine third;
            EXPECT_EQ(execute(third, {"run", "--out", other.root()}).status,
                      ExitStatus::CouldNotRun)
                << left;
            EXPECT_FALSE(third.started_by_us);
            EXPECT_EQ(std::distance(std::filesystem::directory_iterator(other.root()), {}), 1);
        }
}

TEST(Folder, TakesOneThatHasOtherFiles)
{
    Tree tree;
    tree.file("/notes.txt", "kept");
    Machine machine;
    EXPECT_EQ(execute(machine, {"run", "--for", "1s", "--out", tree.root()}).status,
              ExitStatus::Clean);
    EXPECT_EQ(file_in(tree, "notes.txt"), "kept");
}

TEST(Folder, IsThatOfTheFirstWhereTwoCome)
{
    Tree tree;
    const auto first = make_folder(tree.root(), "0.1.0", {});
    ASSERT_TRUE(first);
    EXPECT_FALSE(make_folder(tree.root(), "0.1.0", {}));
    (*first)->started(sample_version(), underway());
    EXPECT_TRUE(read_run(tree.root()));
}

TEST(Folder, IsLeftAsItWasByARunThatDidNotStart)
{
    Tree tree;
    Machine busy;
    busy.start_error = Error{ErrorKind::Busy, "cannot start a run", "a run is active", "", {}};
    EXPECT_EQ(execute(busy, {"run", "--out", tree.root()}).status, ExitStatus::CouldNotRun);
    EXPECT_TRUE(std::filesystem::is_empty(tree.root()));
    Machine machine;
    EXPECT_EQ(execute(machine, {"run", "--for", "1s", "--out", tree.root()}).status,
              ExitStatus::Clean);
}

TEST(Folder, KeepsWhyARunCouldNotBeFollowed)
{
    Tree tree;
    Machine machine;
    machine.at[4] = [&] {
        machine.gone = true;
    };
    (void)execute(machine, {"run", "--out", tree.root()});
    EXPECT_TRUE(file_in(tree, "report.txt")
                    .starts_with("cryptorture: cannot follow the run any further: "));
    const auto outcome = report_of(tree);
    EXPECT_EQ(outcome.status, ExitStatus::Inconclusive);
    EXPECT_TRUE(contains(outcome.err, "when it was written: cannot follow the run any further: "
                                      "the module cryptorture went away"))
        << outcome.err;
}

TEST(Folder, SaysWhenTheDiskIsFull)
{
    Tree tree;
    tree.link("/run.json.new", "/dev/full");
    Machine machine;
    machine.at[2] = [&] {
        machine.fail();
    };
    const auto outcome = execute(machine, {"run", "--for", "2s", "--out", tree.root()});
    EXPECT_EQ(outcome.status, ExitStatus::Corrupt); // the verdict holds
    // But nothing is CLEAN without its files.
    Tree other;
    other.link("/run.json.new", "/dev/full");
    Machine clean;
    EXPECT_EQ(execute(clean, {"run", "--for", "2s", "--out", other.root()}).status,
              ExitStatus::CouldNotRun);
    EXPECT_TRUE(contains(outcome.err, "cannot write " + tree.root() +
                                          "/run.json: No space left on device; make room"))
        << outcome.err;
}

TEST(ReportCommand, PrintsWhatTheRunPrinted)
{
    for (const Verdict verdict : {Verdict::Clean, Verdict::Corrupt, Verdict::Inconclusive}) {
        Tree tree;
        Machine machine;
        machine.final_verdict = verdict;
        if (verdict == Verdict::Corrupt)
            machine.at[2] = [&] {
                machine.fail(100); // more than the ring holds
            };
        const auto run =
            execute(machine, {"run", "--for", "6s", "--full", "--out", tree.root()});
        const auto shown = report_of(tree, {"--full"});
        EXPECT_EQ(run.status, exit_status(verdict));
        EXPECT_EQ(shown.status, run.status);
        EXPECT_EQ(shown.out, run.out);
        EXPECT_EQ(shown.err, "");
        EXPECT_EQ(shown.out, file_in(tree, "report.txt"));
        // In brief: the first facts, and how to see all of it.
        const auto brief = report_of(tree);
        EXPECT_EQ(brief.status, run.status);
        EXPECT_TRUE(brief.out.starts_with(shown.out.substr(0, shown.out.find('\n') + 1)))
            << brief.out;
        EXPECT_LE(std::count(brief.out.begin(), brief.out.end(), '\n'), 24) << brief.out;
        EXPECT_TRUE(contains(brief.out, "'cryptorture report " + tree.root() + " --full'"))
            << brief.out;
        const auto all = lines(report_of(tree, {"--json"}).out);
        EXPECT_EQ(last_of(all, "verdict")["verdict"], name(verdict));
        // Each record, the verdict, the diagnosis.
        EXPECT_EQ(all.size(), verdict == Verdict::Corrupt ? 66U : 1U);
    }
}

TEST(ReportCommand, GivesJsonAsTheRunDid)
{
    Tree tree;
    Machine machine;
    machine.at[2] = [&] {
        machine.fail(3);
    };
    const auto run =
        lines(execute(machine, {"run", "--for", "6s", "--json", "--out", tree.root()}).out);
    const auto shown = lines(report_of(tree, {"--json"}).out);
    ASSERT_EQ(shown.size(), 5U);
    EXPECT_EQ(shown.back(), run.back());
    EXPECT_EQ(last_of(shown, "verdict"), last_of(run, "verdict"));
    EXPECT_EQ(count_type(run, "mismatch"), 3U);
    for (std::size_t place = 0; place < 3; ++place)
        EXPECT_NE(std::find(run.begin(), run.end(), shown[place]), run.end());
}

TEST(ReportCommand, SaysWhatItCannotRead)
{
    Tree tree;
    EXPECT_EQ(report_of(tree).status, ExitStatus::CouldNotRun);
    EXPECT_EQ(report_of(tree).out, "");
    EXPECT_EQ(report_of(tree).err, "cryptorture: cannot read " + tree.root() +
                                       "/run.json: No such file or directory; name a folder "
                                       "that 'cryptorture run --out' wrote\n");
    const auto nothing = execute_without_module({}, {"report"});
    EXPECT_EQ(nothing.status, ExitStatus::CouldNotRun);
    EXPECT_EQ(nothing.err, "cryptorture: cannot show a report: a folder is missing; name one "
                           "that 'cryptorture run --out' wrote\n");
}

TEST(ReportCommand, SaysThatAnotherVersionWroteIt)
{
    Tree tree;
    auto folder = make_folder(tree.root(), "0.0.9", {});
    ASSERT_TRUE(folder);
    (*folder)->started(sample_version(), underway());
    (*folder)->verdict(clean_report());
    const auto outcome = report_of(tree);
    EXPECT_EQ(outcome.status, ExitStatus::Clean);
    EXPECT_EQ(outcome.err,
              "cryptorture: cryptorture 0.0.9 wrote this; 0.1.0 may word it differently\n");
}

} // namespace ct::test
